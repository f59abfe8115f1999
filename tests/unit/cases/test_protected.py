"""The mark of an exhibit: whose word counts."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from comity.acts import Capacity
from comity.acts.delivery_terms import Protected
from comity.acts.material_terms import Unsealing
from comity.cases import HomeCase, IntakeState
from comity.cases.protected import Guard, Marked, Unsealed, protection
from comity.cases.request import DeliveryState, ExhibitState, RequestState

THEIRS = Protected(material="grooming", unit="pt:child-unit")
OURS = Protected(material="child_material", unit="pt:child-unit")


def announced(id, *, by):
    """A case in which a State announced an exhibit as marked."""
    one = ExhibitState(id, ("a",), "1" * 64, "2" * 64, 1, protected=THEIRS)
    given = DeliveryState("3" * 64, "2026-11-21T12:00:00Z", "4" * 64, Capacity.EVIDENCE, (one,))
    asked = RequestState(
        "5" * 64, False, "PT", by, "access_stored", "2026-11-21T11:00:00Z", (), deliveries=(given,)
    )
    return SimpleNamespace(requests={asked.id: asked})


def home(*intakes, guard=None):
    return HomeCase("PT", 1, {}, intakes=intakes, guard=guard or Guard())


def taken_in(**more):
    return IntakeState("6" * 64, "5" * 64, "PT-1", "1" * 64, ("a",), **more)


def test_what_another_state_announces_under_the_name_of_our_exhibit_marks_nothing_of_ours():
    """Else that State could keep ours from being marked, by giving its own the same name."""
    case = announced("PT-1", by="GH")
    assert protection(case, home(taken_in()), "PT-1") is None
    assert protection(case, home(taken_in(protected=OURS)), "PT-1") == OURS
    guard = Guard((Marked("7" * 64, "PT-1", OURS),))
    assert protection(case, home(taken_in(), guard=guard), "PT-1") == OURS
    assert protection(case, home(), "PT-1") == THEIRS


def test_what_was_said_for_years_ends_with_the_longest_that_is_allowed():
    """A permission that was given before there was a longest time, or while the policy allowed more."""
    signed, day = datetime(2026, 11, 20, 12, tzinfo=UTC), timedelta(hours=24)

    def said(until):
        return Unsealed(
            "1" * 64, "5" * 64, "PT-1", Unsealing.OPEN, "pt:child-unit", "2026-11-20T12:00:00Z", until, ()
        )

    long, short = said("2036-11-20T12:00:00Z"), said("2026-11-20T13:00:00Z")
    assert (long.ends(day), short.ends(day)) == (signed + day, signed + timedelta(hours=1))
    just = timedelta(seconds=1)
    assert long.opens("PT-1", signed + day - just, day)
    assert not long.opens("PT-1", signed + day, day)
    assert not long.opens("PT-2", signed, day)
    assert not said(None).opens("PT-1", signed, day)
