"""The check *basis* reads what a State describes: adopted by that State's own adviser, or for a person."""

from datetime import date

import pytest

from comity import wire
from comity.acts import Verdict
from comity.acts.terms import Basis
from comity.law import Bundle, DescribedBasis, Settled
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY

MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
ON = date(2026, 11, 21)
ALL_CLASSES = ("convention", "serious", "other")


@pytest.fixture
def judged(case, content):
    """The finding on a request of XA to XB that rests on a basis which a State describes."""

    def find(*, adopted=True, named="xa.notes", side="requested", measure="access_stored", **more):
        state = more.pop("state", "XA")
        settled = Settled(how="adopted", state=state, on="2026-11-20", source="Gazette", act="ab" * 32)
        fields = {
            "key": f"{state.lower()}.notes", "state": state, "other": "XB" if state == "XA" else "XA",
            "kind": "reciprocity", "name": "Notes", "since": "2026-01-01", "measures": ("access_stored",),
            "offence_classes": ALL_CLASSES, "dual_criminality": "not_required", "mark": "A",
            "sources": (content.sources[0].key,), "last_checked": "2026-11-20", "review_by": "2027-11-21",
            "settled": settled if adopted else None, **more,
        }  # fmt: skip
        told = content.model_copy(update={"described": (DescribedBasis(**fields),)})
        bases = (Basis(instrument="described", provision=named),)
        frame = Frame(case({}, measure, bases=bases), Bundle(told, wire.dump_bytes(told)), side, ON)
        return run(BY_KEY["basis"], frame)

    return find


def reasons(finding):
    return {b.id.removeprefix("safeguards.basis.") for b in finding.because}


@pytest.mark.parametrize("side", ["requesting", "requested"])
def test_adopted_by_the_state_that_describes_it_it_carries_the_measure(judged, side):
    finding = judged(side=side)
    assert finding.verdict is MET
    assert "described_by" in reasons(finding)
    assert [(r.mark, r.since) for r in finding.law if r.key == "xa.notes"] == [("A", "2026-01-01")]


@pytest.mark.parametrize("state", ["XA", "XB"])
def test_what_nobody_adopted_here_is_for_a_person(judged, state):
    finding = judged(adopted=False, state=state, named=f"{state.lower()}.notes")
    assert finding.verdict is ASK
    assert "described_not_adopted" in reasons(finding)


@pytest.mark.parametrize(
    ("more", "verdict", "reason"),
    [
        ({"mark": "C"}, ASK, "described_weak"),
        ({"review_by": "2026-11-20"}, ASK, "described_overdue"),
        ({"since": "2026"}, ASK, "described_day"),
        ({"since": "2026-12-01"}, NOT_MET, "described_day"),
        ({"until": "2026-06-01"}, NOT_MET, "described_day"),
        ({"other": "GH"}, NOT_MET, "described_for_others"),
        ({"measures": ("preserve",)}, NOT_MET, "described_not_offered"),
        ({"offence_classes": ("convention",)}, ASK, "described_classes"),
        ({"other": None, "kind": "letters_rogatory"}, MET, "described_by"),
    ],
)
def test_its_days_measures_classes_and_mark_are_read(judged, more, verdict, reason):
    finding = judged(**more)
    assert finding.verdict is verdict
    assert reason in reasons(finding)


def test_the_other_states_name_for_it_is_not_held_and_ours_is_pointed_to(judged):
    finding = judged(state="XB", named="xa.notes")
    assert finding.verdict is ASK
    assert {"not_held", "described_here"} <= reasons(finding)
