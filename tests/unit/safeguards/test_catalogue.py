"""P3: every paragraph that a request must meet has a check or a written reason for none."""

import re

from comity.law import packaged_bundle
from comity.safeguards.catalogue import CHECKS
from comity.safeguards.grounds import REFUSAL_DUTIES

LAW = packaged_bundle()
ALL = (*CHECKS, REFUSAL_DUTIES)
BOUND = {"uncc": {3, 5, 6, 21, 24, *range(35, 53)}, "budapest": set(range(23, 36))}
ALSO = (
    ("uncc", 2, "(h)"), ("uncc", 11, "2"), ("uncc", 11, "3"), ("uncc", 23, "1"), ("uncc", 23, "2"),
    ("uncc", 23, "3(a)"), ("uncc", 23, "3(b)"), ("uncc", 34, "1"), ("uncc", 63, "3"),
)  # fmt: skip
"""Paragraphs of other articles that carry a duty towards a request."""


def bound(p):
    return p.article in BOUND.get(p.instrument, ()) or (p.instrument, p.article, p.paragraph) in ALSO


def relied_on(check):
    return {key for paragraphs in check.relies for key in paragraphs.provisions} | set(check.yardstick)


def test_each_paragraph_of_the_catalogue_names_its_check_or_why_there_is_none():
    for p in LAW.content.provisions:
        if bound(p):
            assert bool(p.checks) != bool(p.no_check), p.key
            assert p.no_check is None or p.no_check.startswith("No check"), p.key
    held = {(p.instrument, p.article, p.paragraph) for p in LAW.content.provisions}
    assert set(ALSO) <= held


def test_the_checks_that_a_paragraph_names_are_those_that_rely_on_it():
    relying = {}
    for check in ALL:
        for key in relied_on(check):
            relying.setdefault(key, set()).add(check.key)
    named = {p.key: set(p.checks) for p in LAW.content.provisions if p.checks}
    assert named == relying


def test_each_check_cites_a_paragraph_and_each_row_names_a_check_that_there_is():
    keys = {check.key for check in ALL}
    assert all(relied_on(check) for check in ALL)
    assert {name for p in LAW.content.provisions for name in p.checks} <= keys


def test_a_written_reason_that_points_to_a_check_points_to_one_that_there_is():
    keys = {check.key for check in ALL}
    for p in LAW.content.provisions:
        named = set(re.findall(r"[a-z]+(?:_[a-z]+)+", p.no_check or ""))
        assert named <= keys, p.key


def test_a_ground_of_refusal_that_a_reason_speaks_of_stands_among_the_grounds():
    grounds = {key for g in LAW.content.grounds for key in g.provisions}
    for p in LAW.content.provisions:
        if p.no_check and "stands among the grounds" in p.no_check:
            assert p.key in grounds, p.key
