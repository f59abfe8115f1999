"""Marks and partly known dates: the weakest tells, and half a date settles nothing inside its half."""

from datetime import date

import pytest

from comity.law import MARKS, earliest, latest, reached, weakest


def test_the_weakest_mark_is_that_of_the_whole():
    assert weakest(["A", "C+", "B"]) == "C+"
    assert weakest(["C+", "C"]) == "C"
    assert weakest(["C-", "A"]) == "C-"
    assert weakest([]) == "C-"
    assert MARKS == ("A", "B", "C+", "C", "C-")


@pytest.mark.parametrize(
    ("since", "first", "last"),
    [
        ("2025-12-24", date(2025, 12, 24), date(2025, 12, 24)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_partly_known_date_has_a_first_and_a_last_day_it_can_be(since, first, last):
    assert (earliest(since), latest(since)) == (first, last)


def test_inside_a_month_of_which_the_day_is_not_known_nothing_is_settled():
    assert reached("2025-12", date(2025, 11, 30)) is False
    assert reached("2025-12", date(2025, 12, 1)) is None
    assert reached("2025-12", date(2025, 12, 30)) is None
    assert reached("2025-12", date(2025, 12, 31)) is True
    assert reached("2025-12-15", date(2025, 12, 15)) is True
    assert reached("2025-12-15", date(2025, 12, 14)) is False
