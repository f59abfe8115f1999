"""Overlays: closed, of one State, one text of bytes; what they settle is sure, and nothing else moves."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import wire
from comity.errors import BadInput
from comity.law import (
    Bundle,
    apply_overlay,
    apply_ticks,
    compile_overlay,
    load_overlay,
    packaged_bundle,
    record_digest,
    relate,
    remade,
)

LAW = packaged_bundle()
TODAY = date(2026, 11, 21)
ACT = "ab" * 32
HEAD = """
[overlay]
state = "GH"
name = "An example"
version = 1
on = "2026-11-21"
review_by = "2027-11-21"
"""
REASONS = '\n[[adopt]]\nwhat = "provision"\nkey = "uncc.mla.reasons"\nsource = "Gazette 1, art. 40(25)"\n'


def over(text, head=HEAD, law=LAW):
    overlay = load_overlay(compile_overlay((head + text).encode()))
    return remade(apply_overlay(law.content, overlay, ACT))


def refused(text, head=HEAD):
    with pytest.raises(BadInput) as caught:
        over(text, head)
    return caught.value


def test_the_same_overlay_is_the_same_bytes_however_it_is_written():
    other = HEAD.replace("\n", "\n\n# a comment\n") + REASONS.replace('"provision"', "'provision'")
    assert compile_overlay((HEAD + REASONS).encode()) == compile_overlay(other.encode())
    data = compile_overlay((HEAD + REASONS).encode())
    assert wire.dump_bytes(load_overlay(data)) == data


def test_a_compiled_overlay_has_one_spelling():
    told = json.loads(compile_overlay((HEAD + REASONS).encode()))
    for name in [name for name, value in told.items() if not value]:
        less = wire.encode({key: value for key, value in told.items() if key != name})
        with pytest.raises(BadInput) as caught:
            load_overlay(less)
        assert caught.value.id == "law.overlay_not_compiled", name


def test_what_is_adopted_is_sure_and_nothing_else_moves():
    law = over(REASONS)
    adopted = law.provision("uncc.mla.reasons")
    assert LAW.doubt("uncc.mla.reasons", TODAY) == "weak"
    assert law.doubt("uncc.mla.reasons", TODAY) is None
    assert not adopted.verify
    assert adopted.settled is not None
    assert (adopted.settled.how, adopted.settled.state, adopted.settled.act) == ("adopted", "GH", ACT)
    assert adopted.review_by == "2027-11-21"
    rest = {p.key: p for p in law.content.provisions if p.key != "uncc.mla.reasons"}
    assert rest == {p.key: p for p in LAW.content.provisions if p.key != "uncc.mla.reasons"}
    assert law.content.nations == LAW.content.nations
    assert law.table_named("story").digest == LAW.table_named("story").digest
    assert law.digest != LAW.digest


def test_the_bundle_below_is_untouched_and_what_lies_over_it_is_named():
    law = over(REASONS)
    assert packaged_bundle().provision("uncc.mla.reasons").settled is None
    (applied,) = law.content.applied
    assert (applied.act, applied.state, applied.version, applied.what) == (ACT, "GH", 1, "overlay")
    assert applied.digest == wire.digest(compile_overlay((HEAD + REASONS).encode()))
    assert Bundle.load(law.data).digest == law.digest


def test_a_correction_says_something_else_with_another_number():
    law = over(
        '\n[[correct]]\nwhat = "provision"\nkey = "uncc.preservation.min_period"\nsource = "Gazette 1"\n'
        'paragraph = "7"\nsummary = "Kept for ninety days."\nvalues = [{ name = "period", value = 90 }]\n'
    )
    corrected = law.provision("uncc.preservation.min_period")
    assert (corrected.paragraph, corrected.summary) == ("7", "Kept for ninety days.")
    assert law.length("uncc.clock.preservation", TODAY).value == 90
    assert law.length("uncc.clock.preservation", TODAY).mark == "A"
    assert LAW.length("uncc.clock.preservation", TODAY).value == 60


def test_what_is_rejected_settles_nothing():
    law = over('\n[[reject]]\nwhat = "provision"\nkey = "uncc.terms.serious_crime"\nsource = "Misread"\n')
    assert LAW.doubt("uncc.terms.serious_crime", TODAY) is None
    assert law.doubt("uncc.terms.serious_crime", TODAY) == "weak"


def test_readings_of_grounds_bases_and_clocks_can_be_adopted():
    law = over(
        '\n[[adopt]]\nwhat = "ground"\nkey = "uncc.ground.dual_criminality"\nsource = "x"\n'
        '\n[[adopt]]\nwhat = "basis"\nkey = "access_stored/uncc"\nsource = "x"\n'
        '\n[[adopt]]\nwhat = "clock"\nkey = "uncc.clock.preservation"\nsource = "x"\n'
    )
    assert law.ground("uncc.ground.dual_criminality").mark == "A"
    marks = {b.instrument: b.mark for b in law.measure("access_stored").bases}
    assert marks == {"uncc": "A", "budapest": "A"}
    assert law.clock("uncc.clock.preservation").mark == "A"


OWN = """
[nation]
not_held = []

[[nation.offences]]
concept = "illegal_access"
provision = "Act 1038, an example"
max_months = 60
elements = ["without_permission"]
text_as_of = "2020"
mark = "A"
sources = ["S-GHLAW"]
last_checked = "2026-11-21"
review_by = "2027-11-21"

[[source]]
key = "S-GHLAW"
title = "An example of a gazette"
"""


def test_a_state_adds_its_own_law_which_wins_for_it_alone():
    law = over(OWN)
    held = law.national_offence("GH", "illegal_access")
    assert held is not None
    assert held.max_months == 60
    assert law.nation("GH").zones == LAW.nation("GH").zones
    assert law.nation("PT") == LAW.nation("PT")


def test_a_record_of_own_law_takes_the_place_of_the_packaged_one():
    head = HEAD.replace('"GH"', '"PT"')
    law = over(OWN.replace("not_held = []\n", ""), head)
    offences = {o.concept: o.max_months for o in law.nation("PT").offences}
    assert offences == {"illegal_access": 60, "data_interference": 36}
    gone = over('\n[[reject]]\nwhat = "offence"\nkey = "illegal_access"\nsource = "Repealed"\n', head)
    assert gone.national_offence("PT", "illegal_access") is None
    assert "national_offences" in gone.nation("PT").not_held
    adopted = over('\n[[adopt]]\nwhat = "offence"\nkey = "illegal_access"\nsource = "Read"\n', head)
    assert adopted.national_offence("PT", "illegal_access").mark == "A"


RESERVED = (
    '\n[[reservation]]\nstate = "PT"\nprovision = "uncc.preservation.reservation"\nsince = "2026"\n'
    'summary = "x"\nmark = "A"\nsources = ["S-UNTC"]\n'
)
STATUS = (
    '\n[[status]]\nstate = "{}"\ninstrument = "uncc"\nevent = "consent"\non = "2026-11-01"\nmark = "A"\n'
    'sources = ["S-UNTC"]\n'
)


DESCRIBED = """
[[described]]
key = "gh.basis.note"
state = "GH"
other = "PT"
kind = "reciprocity"
name = "Exchange of notes, an example"
since = "2026-01-01"
measures = ["preserve"]
offence_classes = ["convention"]
dual_criminality = "not_required"
mark = "A"
sources = ["S-MEM"]
last_checked = "2026-11-21"
review_by = "2027-11-21"
"""


def test_a_state_describes_a_basis_of_its_own_and_nobody_elses():
    (basis,) = over(DESCRIBED).content.described
    assert (basis.key, basis.kind, basis.settled.act) == ("gh.basis.note", "reciprocity", ACT)
    other = DESCRIBED.replace('state = "GH"', 'state = "PT"')
    assert refused(other).id == "law.overlay_of_other_state"
    assert refused(DESCRIBED.replace('"gh.basis.note"', '"pt.basis.note"')).id == "law.leads_nowhere"
    assert refused(DESCRIBED + 'settled = "x"\n').id == "law.overlay_not_right"


NOTICE = (
    '\n[[nation.notices]]\ntopic = "central_authority"\nvalue = "{}"\nsince = "2026"\nmark = "A"\n'
    'sources = ["S-UNTC"]\n'
)


def told_by(law, state, other, topic="central_authority"):
    return [
        n.value for code, n in relate(law, state, other, TODAY).notices if (code, n.topic) == (state, topic)
    ]


def test_a_notice_takes_the_place_of_the_packaged_answer_to_that_question_alone():
    us, es = HEAD.replace('"GH"', '"US"'), HEAD.replace('"GH"', '"ES"')
    assert told_by(over(NOTICE.format("The Office"), us), "US", "GH") == ["The Office"]
    law = over(NOTICE.format("Spanish").replace("central_authority", "languages"), es)
    assert told_by(law, "ES", "GH", "languages") == ["Spanish"]
    assert sorted(told_by(law, "ES", "CU", "languages")) == ["Spanish", "Spanish or Portuguese, over Iber@"]
    assert "languages" not in law.nation("ES").not_held
    assert "channel" in law.nation("ES").not_held


def test_a_territory_says_whom_to_write_to_there_and_nothing_of_its_state():
    head = HEAD.replace('"GH"', '"HK"')
    law = over(NOTICE.format("An office of the region"), head)
    assert told_by(law, "HK", "GH") == ["An office of the region"]
    assert told_by(law, "CN", "GH") == []
    assert "central_authority" in law.nation("CN").not_held
    for text in (
        '\n[nation]\nname = "x"\n',
        NOTICE.format("x") + 'territory = "MO"\n',
        OWN,
    ):
        assert refused(text, head).id == "law.overlay_of_territory"
    described = DESCRIBED.replace("gh.basis", "hk.basis").replace('"GH"', '"HK"')
    assert relate(over(described, head), "HK", "PT", TODAY).described
    assert not relate(over(described, head), "CN", "PT", TODAY).described


@pytest.mark.parametrize(
    "text",
    [
        '\n[nation]\ncode = "PT"\nname = "Portugal"\n',
        STATUS.format("PT"),
        RESERVED,
        '\n[[reject]]\nwhat = "regime"\nkey = "pt.research.2025"\nsource = "x"\n',
        '\n[[adopt]]\nwhat = "regime"\nkey = "pt.research.2025"\nsource = "x"\n',
    ],
)
def test_whoever_speaks_of_another_states_law_is_refused(text):
    error = refused(text)
    assert error.id == "law.overlay_of_other_state"
    assert error.arguments["other"] == "PT"


def test_a_states_own_step_counts():
    from comity.law import bound

    law = over(STATUS.format("GH"))
    assert any(e.event == "consent" for e in law.status("GH", "uncc"))
    assert bound(law, "PT", "uncc", TODAY) == bound(LAW, "PT", "uncc", TODAY)


def entry(how, what, key, more=""):
    return f'\n[[{how}]]\nwhat = "{what}"\nkey = "{key}"\nsource = "x"\n{more}'


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (entry("adopt", "provision", "uncc.mla.whim"), "law.overlay_names_nothing"),
        (entry("adopt", "basis", "access_stored/hague"), "law.overlay_names_nothing"),
        (entry("adopt", "offence", "illegal_access"), "law.overlay_names_nothing"),
        (entry("adopt", "mood", "x"), "law.overlay_not_right"),
        ('\n[[adopt]]\nwhat = "provision"\nkey = "uncc.mla.reasons"\n', "law.overlay_not_right"),
        (REASONS + 'sauce = "x"\n', "law.overlay_not_right"),
        (REASONS + REASONS, "law.overlay_twice"),
        (REASONS + REASONS.replace("[[adopt]]", "[[reject]]"), "law.overlay_twice"),
        (
            entry("correct", "provision", "uncc.mla.reasons", 'values = [{ name = "days", value = 3 }]\n'),
            "law.overlay_names_nothing",
        ),
        ('\n[[adopts]]\nwhat = "provision"\n', "law.overlay_not_right"),
        ('\n[nation]\nmotto = "x"\n', "law.overlay_not_right"),
        (STATUS.format("GH").replace("uncc", "hague"), "law.leads_nowhere"),
        ('\n[[table]]\nname = "story"\n', "law.overlay_not_right"),
        ("\n[overlay", "law.overlay_not_toml"),
    ],
)
def test_an_overlay_of_another_shape_or_that_leads_nowhere_is_refused(text, id):
    assert refused(text).id == id


@pytest.mark.parametrize(
    "head",
    ["", HEAD.replace("version = 1", "version = 0"), HEAD.replace('"GH"', '"Ghana"'), HEAD + "v = 1\n"],
)
def test_a_head_that_is_not_right_is_refused(head):
    assert refused(REASONS, head).id == "law.overlay_not_right"


# -- ticks ------------------------------------------------------------------------------------------------


def ticked(law, key, digest):
    content = apply_ticks(law.content, {key: digest}, state="GH", on="2026-11-21", document="d" * 64, act=ACT)
    return remade(content)


@settings(max_examples=30)
@given(st.sampled_from([p.key for p in LAW.content.provisions if p.verify]))
def test_a_ticked_record_is_sure_and_no_other(key):
    law = ticked(LAW, key, record_digest(LAW.provision(key)))
    assert not law.provision(key).verify
    assert law.provision(key).summary == LAW.provision(key).summary
    changed = {p.key for p in law.content.provisions if p != LAW.provision(p.key)}
    assert changed == {key}


def test_a_tick_of_what_the_record_no_longer_says_counts_for_nothing():
    key = "uncc.mla.reasons"
    old = record_digest(LAW.provision(key))
    law = over(f'\n[[correct]]\nwhat = "provision"\nkey = "{key}"\nsource = "x"\nsummary = "Otherwise."\n')
    assert record_digest(law.provision(key)) != old
    assert ticked(law, key, old).provision(key).settled.how == "corrected"
    moved = LAW.provision(key).model_copy(update={"paragraph": "26"})
    assert record_digest(moved) != old
    surer = LAW.provision(key).model_copy(update={"mark_content": "B", "review_by": "2028-01-01"})
    assert record_digest(surer) == old


def test_what_the_adviser_rejected_stays_rejected():
    key = "uncc.mla.reasons"
    law = over(f'\n[[reject]]\nwhat = "provision"\nkey = "{key}"\nsource = "x"\n')
    assert ticked(law, key, record_digest(law.provision(key))).doubt(key, TODAY) == "weak"


def test_a_tick_lets_the_next_review_wait_for_the_term_of_the_instrument():
    key = "uncc.mla.reasons"
    digest = record_digest(LAW.provision(key))
    assert LAW.instrument("uncc").confirmed_months == 24
    due = ticked(LAW, key, digest).provision(key)
    assert (LAW.provision(key).review_by, due.review_by) == ("2027-05-21", "2028-11-21")
    assert ticked(LAW, key, digest).doubt(key, date(2028, 11, 21)) is None
    assert ticked(LAW, key, digest).doubt(key, date(2028, 11, 22)) == "expired"


def test_a_tick_never_brings_a_review_nearer_and_without_a_term_moves_it_not():
    key = "uncc.mla.reasons"
    late = over(REASONS, HEAD.replace("2027-11-21", "2031-01-01"))
    assert ticked(late, key, record_digest(late.provision(key))).provision(key).review_by == "2031-01-01"
    instruments = tuple(i.model_copy(update={"confirmed_months": None}) for i in LAW.content.instruments)
    bare = remade(LAW.content.model_copy(update={"instruments": instruments}))
    assert ticked(bare, key, record_digest(bare.provision(key))).provision(key).review_by == "2027-05-21"


CRIMINAL = """
[[nation.offences]]
concept = "illegal_access"
provision = "Code, s. 1"
requires = [["access"], ["without_permission"]]
unless = ["authorised_testing"]
mark = "A"
sources = ["S-UNTC"]
last_checked = "2026-11-21"
review_by = "2027-11-21"

[nation.criminality]
assessed_at = "conduct"
complete = true
roles = [{ measure = "access_stored", role = "option" }]
protected_grounds = ["language"]
mark = "A"
sources = ["S-UNTC"]
last_checked = "2026-11-21"
review_by = "2027-11-21"
"""


def test_criminal_law_that_a_state_adopts_bears_the_act_and_nothing_packaged_does():
    law = over(CRIMINAL)
    nation = law.nation("GH")
    (adopted,) = nation.offences
    assert (adopted.settled.act, adopted.settled.how, adopted.settled.state) == (ACT, "adopted", "GH")
    assert nation.criminality.settled == adopted.settled
    assert law.elements["without_permission"].key == "without_right"
    for other in LAW.content.nations:
        assert other.criminality is None
        assert not any(o.settled for o in (*other.offences, *other.candidates))


def test_two_versions_of_one_offence_can_be_adopted_by_their_days():
    old = CRIMINAL.replace('provision = "Code, s. 1"', 'provision = "Code, s. 9"\nuntil = "2026-05-31"')
    new = CRIMINAL.replace('"Code, s. 1"', '"Code, s. 1"\nsince = "2026-06-01"').partition("[nation.crim")[0]
    offences = over(new + old).nation("GH").offences
    assert {(o.provision, o.since, o.until) for o in offences} == {
        ("Code, s. 1", "2026-06-01", None),
        ("Code, s. 9", None, "2026-05-31"),
    }


def test_a_packaged_offence_that_is_adopted_as_it_stands_bears_the_act():
    head = HEAD.replace('"GH"', '"PT"')
    law = over('\n[[adopt]]\nwhat = "offence"\nkey = "illegal_access"\nsource = "Read"\n', head)
    settled = {o.concept: o.settled for o in law.nation("PT").offences}
    assert settled["illegal_access"].act == ACT
    assert settled["data_interference"] is None


@pytest.mark.parametrize(
    ("before", "after", "id"),
    [
        ('["access"]', '["burglary"]', "law.leads_nowhere"),
        ('"authorised_testing"', '"anything"', "law.leads_nowhere"),
        ('"access_stored"', '"everything"', "law.leads_nowhere"),
        ('assessed_at = "conduct"', 'assessed_at = "trial"', "law.overlay_not_right"),
        ("complete = true", 'complete = "yes"', "law.overlay_not_right"),
        (
            "complete = true",
            f'settled = {{ how = "adopted", state = "GH", on = "2026-11-21", source = "x", act = "{ACT}" }}',
            "law.overlay_not_right",
        ),
        (
            'unless = ["authorised_testing"]',
            f'settled = {{ how = "adopted", state = "GH", on = "2026-11-21", source = "x", act = "{ACT}" }}',
            "law.overlay_not_right",
        ),
    ],
)
def test_criminal_law_of_another_shape_is_refused(before, after, id):
    assert before in CRIMINAL
    assert refused(CRIMINAL.replace(before, after, 1)).id == id
