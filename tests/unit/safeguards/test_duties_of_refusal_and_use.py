"""Decision rules of the reference notes on a refusal and on use: what is a breach, and of which paragraph."""

from datetime import UTC, date, datetime, timedelta

import pytest

from comity import wire
from comity.acts import Verdict
from comity.acts.terms import UseKind, UseTerms
from comity.errors import BadInput
from comity.safeguards import Refusal, refusal_duties
from comity.safeguards.catalogue import BY_KEY

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
UNDER_21 = "uncc.ground.essential_interests"
CONSULT, REASONS = ("uncc.mla.consult_before_refusal", "art. 40(28)"), ("uncc.mla.reasons", "art. 40(25)")


def duties(case, law, *, consulted=(UNDER_21,), reasons=True):
    refusal = Refusal((UNDER_21,), reasons, consulted, NOW - timedelta(hours=1), answered=False, at=NOW)
    return refusal_duties(case({}, "access_stored", "uncc"), law, ON, refusal)


def test_5_a_refusal_under_21_without_consultation_or_reasons_breaches_28_or_25(case, law):
    assert law.ground(UNDER_21).provisions[0] == "uncc.mla.refusal_essential_interests"
    assert law.provision(law.ground(UNDER_21).provisions[0]).pointer.startswith("art. 40(21)")
    assert duties(case, law).verdict is Verdict.MET
    for finding in (duties(case, law, consulted=()), duties(case, law, reasons=False)):
        assert finding.verdict is Verdict.NOT_MET
        cited = {c.provision: c.pointer.partition(", ")[2] for c in finding.cites}
        assert cited == dict((CONSULT, REASONS))
    assert law.ground(UNDER_21).consult_provision == CONSULT[0]
    assert law.ground(UNDER_21).reasons_provision == REASONS[0]


def test_8_use_is_as_stated_with_consent_or_for_the_accuseds_benefit_and_nothing_else_can_be_said(law, find):
    """Of use in another case: the undertaking is asked before; each use is told the other side, by kind."""
    limit = law.provision("uncc.mla.use_limit")
    assert (limit.pointer, limit.kind) == ("art. 40(19)", "limit")
    for part in ("consent first", "exonerates", "after notice"):
        assert part in limit.summary
    facts = {"request.purpose_stated": True, "declared.use_limited_to_purpose": True}
    met = find(BY_KEY["use_limits"], facts, instrument="uncc")
    broken = find(
        BY_KEY["use_limits"], {**facts, "declared.use_limited_to_purpose": False}, instrument="uncc"
    )
    assert (met.verdict, broken.verdict) == (Verdict.MET, Verdict.NOT_MET)
    assert limit.key in {c.provision for c in broken.cites}
    assert {k.value for k in UseKind} == {"stated", "with_consent", "exculpatory"}
    with pytest.raises(BadInput):
        wire.build(UseTerms, {"exhibits": ["e" * 64], "use": "another_case"})
    (row,) = [r for r in law.table_named("story").rows if r.kind == "use"]
    assert (row.by, row.about) == ("requesting", "request"), "a use is told to who handed it over"
