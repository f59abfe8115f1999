"""In which language a request was sent, and whether that is one on which the State that was asked insists."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.acts import Verdict
from comity.acts.wording import Made, Translation, Wording
from comity.cases.wording import judge_language
from comity.law import DESCRIBED, apply_overlay, compile_overlay, load_overlay, packaged_bundle, remade
from comity.law.languages import Insisted, insisted
from comity.wire import digest

TODAY = date(2026, 11, 21)
PT = Insisted("Portuguese", ("pt",), "A", None)
ES = Insisted("Spanish, by another record", ("es",), "B", None)
WEAK = Insisted("Portuguese, it is said", ("pt",), "C", "weak")
HEAD = """
[overlay]
state = "GH"
name = "An example"
version = 1
on = "2026-11-20"
review_by = "2027-11-21"
[nation]
code = "GH"
[[nation.notices]]
topic = "languages"
value = "English, or French with a translation"
since = "2026-01-01"
mark = "A"
sources = ["S-MEM"]
"""


def sent(original, *translations):
    made = (
        Translation(language=tag, how=how, digest=digest(f"{tag}{how}".encode())) for tag, how in translations
    )
    return Wording(original=original, translations=tuple(made))


@pytest.mark.parametrize(
    ("wording", "records", "verdict", "why"),
    [
        (sent("pt"), [PT], "met", "sent"),
        (sent("pt-BR"), [PT], "met", "sent"),
        (sent("en", ("pt", Made.CERTIFIED)), [PT], "met", "sent"),
        (sent("en", ("pt", Made.PLAIN)), [PT], "met", "sent"),
        (sent("en", ("pt", Made.MACHINE)), [PT], "needs_human", "machine_only"),
        (sent("en", ("pt", Made.MACHINE), ("pt", Made.PLAIN)), [PT], "met", "sent"),
        (sent("en"), [PT], "not_met", "not_sent"),
        (sent("pt"), [PT, ES], "not_met", "not_sent"),
        (sent("pt", ("es", Made.MACHINE)), [PT, ES], "needs_human", "machine_only"),
        (sent("en"), [], "needs_human", "nothing_held"),
        (None, [PT], "needs_human", "not_said"),
        (None, [], "needs_human", "nothing_held"),
        (sent("en"), [WEAK], "needs_human", "doubtful"),
        (sent("pt"), [WEAK], "needs_human", "doubtful"),
        (sent("pt"), [PT, WEAK], "needs_human", "doubtful"),
        (sent("en"), [PT, WEAK], "not_met", "not_sent"),
    ],
)
def test_three_values(wording, records, verdict, why):
    found = judge_language(wording, records)
    assert (found.verdict, found.why) == (Verdict(verdict), why)


TAGS = st.sampled_from(["pt", "es", "en"])
WORDINGS = st.builds(
    lambda original, more: sent(original, *{one for one in more if one[0] != original}),
    TAGS,
    st.lists(st.tuples(TAGS, st.sampled_from(Made)), max_size=4),
)
RECORDS = st.lists(
    st.builds(
        lambda tags, doubt: Insisted("told", tuple(tags), "C" if doubt else "A", doubt),
        st.lists(TAGS, min_size=1, max_size=2, unique=True),
        st.sampled_from([None, "weak", "not_coded"]),
    ),
    max_size=3,
)


@given(WORDINGS, RECORDS)
def test_learning_more_moves_a_verdict_only_out_of_doubt(wording, records):
    """P1 and P2: what is doubtful settles nothing; once it settles something, no verdict is turned round."""
    before = judge_language(wording, records).verdict
    firm = [Insisted(r.told, r.languages, "A", None) for r in records]
    after = judge_language(wording, firm).verdict
    assert before in {after, Verdict.NEEDS_HUMAN}
    if records and all(r.doubt for r in records):
        assert before is Verdict.NEEDS_HUMAN
    assert judge_language(None, records).verdict is Verdict.NEEDS_HUMAN


@pytest.mark.parametrize("tag", ["", "Portuguese", "p", "pt_BR", "PT", "pt-"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValidationError):
        Wording(original=tag)


@pytest.mark.parametrize("twice", [(("pt", Made.PLAIN), ("pt", Made.PLAIN)), (("en", Made.PLAIN),)])
def test_a_translation_stands_once_and_is_of_another_language(twice):
    with pytest.raises(ValidationError):
        sent("en", *twice)


def adopted(text):
    law = packaged_bundle()
    return remade(apply_overlay(law.content, load_overlay(compile_overlay(text.encode())), "ab" * 32))


def test_what_the_law_data_holds_but_no_code_says_is_for_a_person():
    (one,) = insisted(packaged_bundle(), "AD", "ES", (), TODAY)
    assert (one.languages, one.doubt) == ((), "not_coded")
    assert insisted(packaged_bundle(), "GH", "ES", (), TODAY) == ()


def test_a_notice_that_names_its_languages_settles_it_for_requests_to_that_state_alone():
    law = adopted(HEAD.replace("sources", 'languages = ["en"]\nsources'))
    (one,) = insisted(law, "PT", "GH", (), TODAY)
    assert (one.languages, one.doubt) == (("en",), None)
    assert judge_language(sent("pt"), [one]).verdict is Verdict.NOT_MET
    assert insisted(law, "GH", "PT", (), TODAY) == ()
    assert insisted(law, "PT", "GH", (), date(2025, 11, 21)) == ()
    under = law_of("uncc")
    assert insisted(under, "PT", "GH", [("budapest", "budapest.stored.request")], TODAY) == ()
    assert insisted(under, "PT", "GH", [("uncc", "uncc.stored.request")], TODAY)


def law_of(instrument):
    more = f'instrument = "{instrument}"\nlanguages = ["en"]\nsources'
    return adopted(HEAD.replace("sources", more))


def test_a_basis_that_a_state_describes_says_its_languages_where_the_request_rests_on_it():
    basis = """
[[described]]
key = "gh.notes.us"
state = "GH"
other = "US"
kind = "reciprocity"
name = "Exchange of notes, an example"
since = "2026-01-01"
measures = ["access_stored"]
offence_classes = ["convention"]
dual_criminality = "not_required"
languages = ["en"]
mark = "A"
sources = ["S-MEM"]
last_checked = "2026-11-20"
review_by = "2027-11-21"
"""
    law = adopted(HEAD.partition("[nation]")[0] + basis)
    resting = [(DESCRIBED, "gh.notes.us")]
    (one,) = insisted(law, "US", "GH", resting, TODAY)
    assert (one.languages, one.doubt) == (("en",), None)
    assert insisted(law, "US", "GH", (), TODAY) == ()
    assert insisted(law, "PT", "GH", resting, TODAY) == ()
    (late,) = insisted(law, "US", "GH", resting, date(2028, 1, 1))
    assert late.doubt == "overdue"
