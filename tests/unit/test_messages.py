"""Catalogues, clock texts, and errors that say what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from comity.clock import FixedClock, read_instant, write_instant
from comity.errors import BadInput, ComityError
from comity.messages import explain, message, render, say


def test_an_error_is_explained_with_its_arguments() -> None:
    wrong, remedy = explain(BadInput("wire.duplicate_member", name="kind"))
    assert "“kind”" in wrong
    assert remedy


def test_an_unknown_language_falls_back_to_english() -> None:
    assert render("wire.too_deep", "tlh", limit=3) == render("wire.too_deep", limit=3)


def test_an_unknown_id_or_a_missing_argument_is_a_fault() -> None:
    with pytest.raises(KeyError):
        render("wire.no_such_message")
    with pytest.raises(KeyError):
        render("wire.too_deep")


def test_messages_with_the_same_arguments_are_equal() -> None:
    one = message("wire.too_long", size=3, limit=2)
    assert one == message("wire.too_long", limit=2, size=3)
    assert "3" in say(one)


def test_every_kind_of_error_has_a_problem_type() -> None:
    assert BadInput("wire.too_deep", limit=1).problem_type == "urn:comity:problem:wire.too_deep"
    codes = [kind.exit_code for kind in ComityError.__subclasses__()]
    assert len(set(codes)) == len(codes)


def test_an_instant_has_one_text() -> None:
    accra = datetime(2026, 11, 21, 18, 0, 5, tzinfo=UTC)
    lisbon = accra.astimezone(timezone(timedelta(hours=1)))
    assert write_instant(accra) == write_instant(lisbon) == "2026-11-21T18:00:05Z"
    assert read_instant("2026-11-21T18:00:05Z") == accra


@pytest.mark.parametrize(
    "text",
    ["2026-11-21", "2026-11-21T18:00:05+00:00", "2026-11-21T18:00:05.0Z", "2026-02-30T00:00:00Z", ""],
)
def test_other_spellings_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_instant(text)


def test_a_fixed_clock_moves_only_when_moved() -> None:
    clock = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.at += timedelta(hours=1)
    assert write_instant(clock.now()) == "2026-11-21T01:00:00Z"
