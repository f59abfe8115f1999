"""Promises P11 and P8 for the case file: what is withheld is told, and what is not chosen is not there."""

from __future__ import annotations

from dataclasses import replace

import builders as b
import case_files as c
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.dossier import (
    LetterPart,
    Profile,
    Status,
    Verdict,
    for_profile,
    read_dossier,
    seal_letter,
    verify,
    withhold,
)
from comity.dossier.statement import MissingField
from comity.errors import BadInput, NotFound

PARTS = c.without_law(c.full())
FIELDS = [(a.id, d.name) for a in PARTS.acts for d in a.disclosures if d.name != "terms"]


def disclosing(withheld, number: int = 4):
    """PT's act that withholds these fields, at home."""
    terms = {
        "profile": "defence",
        "withheld": [{"act": act, "field": field, "ground": "safety.person"} for act, field in withheld],
    }
    return b.Side("PT", "GH").act("disclose", terms, number=number, header={"law": c.LAW})


def less(parts, withheld, by):
    for act, field in withheld:
        parts = withhold(parts, act, field, "safety.person", by)
    return parts


@settings(max_examples=25)
@given(st.sets(st.sampled_from(FIELDS)))
def test_any_fields_withheld_leave_a_file_that_holds_and_tells_each_with_its_ground(fields) -> None:
    order = disclosing(sorted(fields))
    parts = replace(PARTS, acts=(*PARTS.acts, order))
    data = c.written(less(parts, sorted(fields), order.id))
    report = verify(data, c.TRUST)
    assert report.holds, c.ids(report)
    told = {
        (arguments["act"], arguments["field"], arguments["ground"])
        for step in report.steps
        for line in step.lines
        if line.message.id == "dossier.field_withheld"
        for arguments in [dict(line.message.arguments)]
    }
    assert told == {(act, field, "safety.person") for act, field in fields}


def test_a_withheld_value_is_nowhere_in_the_file() -> None:
    secret = "Officer Z of the Fictional Squad"
    story = c.Told()
    roles = ("author", "approver")
    request = story.say("GH", "request", b.request_terms("mailbox"), roles=roles, conduct=secret)
    parts = replace(c.small(), acts=tuple(story.acts), receipts=(), log=None)
    text = next(d.text for d in request.disclosures if d.name == "conduct")
    assert text.encode() in c.written(parts)
    shown = c.written(withhold(parts, request.id, "conduct", "safety.person", None))
    assert text.encode() not in shown
    assert secret.encode() not in shown
    assert verify(shown, c.TRUST).holds


def test_the_letter_of_an_act_goes_with_a_field_that_it_may_render() -> None:
    (letter,) = PARTS.letters
    field = next(field for act, field in FIELDS if act == letter.act)
    assert not withhold(PARTS, letter.act, field, "safety.person", None).letters
    other, field = next((act, field) for act, field in FIELDS if act != letter.act)
    assert withhold(PARTS, other, field, "safety.person", None).letters == PARTS.letters


def test_terms_stay() -> None:
    with pytest.raises(BadInput) as error:
        withhold(PARTS, PARTS.acts[0].id, "terms", "safety.person", None)
    assert error.value.id == "acts.terms_stay"


def test_a_field_is_withheld_once_and_of_an_act_that_is_there() -> None:
    act, field = FIELDS[0]
    with pytest.raises(BadInput):
        less(PARTS, [(act, field)] * 2, None)
    with pytest.raises(NotFound):
        withhold(PARTS, "0" * 64, field, "safety.person", None)


def test_a_field_withheld_by_no_act_is_told_to_be_so() -> None:
    report = verify(c.written(less(PARTS, FIELDS[:1], None)), c.TRUST)
    assert report.holds
    assert "dossier.ordered_by_nobody" in c.ids(report, Verdict.NOTE)


def test_a_withholding_that_the_named_act_does_not_order_fails() -> None:
    order = disclosing(FIELDS[:1])
    parts = replace(PARTS, acts=(*PARTS.acts, order))
    report = verify(c.written(less(parts, FIELDS[:2], order.id)), c.TRUST)
    assert c.ids(report) == {"dossier.not_ordered"}


def test_a_destroyed_field_holds_by_its_erase_act_and_not_as_withheld() -> None:
    act, field = FIELDS[0]
    terms = {"act": act, "field": field, "ground": "retention.over"}
    order = b.Side("PT", "GH").act("erase", terms, number=4, header={"law": c.LAW})
    whole = PARTS.act(act)
    gone = next(d.digest for d in whole.disclosures if d.name == field)
    acts = tuple(a.without({field}) if a.id == act else a for a in (*PARTS.acts, order))
    for status, holds in ((Status.DESTROYED, True), (Status.WITHHELD, False)):
        one = MissingField(
            act=act, digest=gone, field=field, status=status, ground="retention.over", by_act=order.id
        )
        report = verify(c.written(replace(PARTS, acts=acts, missing=(one,))), c.TRUST)
        assert report.holds is holds
    assert c.ids(report) == {"dossier.not_ordered"}


@pytest.mark.parametrize("change", ["less", "more", "twice", "renamed"])
def test_a_list_of_missing_fields_that_is_not_exact_fails(change: str) -> None:
    data = c.written(less(PARTS, FIELDS[:2], None))
    _, dossier = read_dossier(c.contents(data)["dossier.json"])
    one, other = dossier.missing
    changed, wanted = {
        "less": ((one,), "dossier.missing_not_told"),
        "more": ((one, other, other.model_copy(update={"act": "0" * 64})), "dossier.told_and_there"),
        "twice": ((one, one, other), "dossier.missing_told_twice"),
        "renamed": ((one.model_copy(update={"field": "signatories"}), other), "dossier.missing_names_differ"),
    }[change]
    assert wanted in c.ids(verify(c.forged(data, {}, missing=changed), c.TRUST))


# -- profiles -------------------------------------------------------------------------------------


def hidden(data: bytes, act) -> bool:
    """Whether nothing in the file names the act or holds anything of it."""
    others = b"".join(c.contents(data).values())
    salts = [d.text.encode() for d in act.disclosures] + [f.encode() for f in act.header.fields]
    return not any(word in others for word in (act.id.encode(), act.id[:12].encode(), *salts))


def home():
    return [a for a in PARTS.acts if not a.header.shared]


def test_the_peer_sees_no_act_that_stayed_at_home() -> None:
    data = c.written(for_profile(PARTS, Profile.PEER))
    assert verify(data, c.TRUST).holds
    assert all(hidden(data, act) for act in home())
    assert not any(f"acts/{act.id[:12]}" in data.decode("latin-1") for act in home())


def test_the_defence_sees_the_acts_that_were_chosen_and_nothing_of_the_others() -> None:
    intake, review, inward = home()
    order = disclosing([])
    parts = replace(PARTS, acts=(*PARTS.acts, order))
    data = c.written(for_profile(parts, Profile.DEFENCE, chosen={review.id, order.id}))
    report = verify(data, c.TRUST)
    assert report.holds, c.ids(report)
    assert not hidden(data, review)
    assert hidden(data, inward)
    assert hidden(data, intake)


def test_the_log_events_of_acts_not_chosen_are_not_opened() -> None:
    intake, *_ = home()
    opening = next(e.opening for e in PARTS.log.events if e.opening.subject == intake.id)
    assert opening.salt.encode() in c.written(PARTS)
    assert opening.salt.encode() not in c.written(for_profile(PARTS, Profile.DEFENCE))


def test_letters_and_law_data_of_acts_not_chosen_are_left_out() -> None:
    intake, *_ = home()
    pdf = b"%PDF-1.7 inward\n"
    letter = LetterPart(intake.id, pdf, seal_letter(pdf, intake.id, c.PT.keys["pdf"]))
    parts = replace(c.full(), letters=(*PARTS.letters, letter), bundles=(c.BUNDLE.data, b"{}"))
    shown = for_profile(parts, Profile.DEFENCE)
    assert shown.letters == PARTS.letters
    assert shown.bundles == (c.BUNDLE.data,)


def test_choosing_an_act_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound):
        for_profile(PARTS, Profile.DEFENCE, chosen={"0" * 64})


def test_oversight_sees_every_act_and_no_field_but_the_terms() -> None:
    parts = for_profile(PARTS, Profile.OVERSIGHT)
    data = c.written(parts)
    report = verify(data, c.TRUST)
    assert report.holds, c.ids(report)
    assert {d.name for act in parts.acts for d in act.disclosures} == {"terms"}
    assert len(parts.acts) == len(PARTS.acts)
    assert len(parts.missing) == len(FIELDS)
    assert not any(name.startswith(("exhibits/", "custody/", "letters/")) for name in c.contents(data))


def test_a_court_misses_an_act_at_home_that_was_left_out() -> None:
    acts = tuple(a for a in PARTS.acts if a.header.kind != "intake")
    log = replace(PARTS.log, events=tuple(e for e in PARTS.log.events if e.opening.subject != home()[0].id))
    report = verify(c.written(replace(PARTS, acts=acts, log=log)), c.TRUST)
    assert c.ids(report) == {"dossier.home_act_missing", "dossier.custody_of_absent_act"}
