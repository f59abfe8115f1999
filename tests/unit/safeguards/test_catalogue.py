"""P3: every paragraph that a request must meet has a check or a written reason for none."""

from comity.law import packaged_bundle
from comity.safeguards.catalogue import CHECKS
from comity.safeguards.grounds import REFUSAL_DUTIES

LAW = packaged_bundle()
ALL = (*CHECKS, REFUSAL_DUTIES)
BOUND = {"uncc": {5, 6, 24, *range(35, 53)}, "budapest": set(range(23, 36))}


def relied_on(check):
    return {key for paragraphs in check.relies for key in paragraphs.provisions} | set(check.yardstick)


def test_each_paragraph_of_the_catalogue_names_its_check_or_why_there_is_none():
    for p in LAW.content.provisions:
        if p.article in BOUND.get(p.instrument, ()):
            assert bool(p.checks) != bool(p.no_check), p.key
            assert p.no_check is None or p.no_check.startswith(("No check", "To come: ")), p.key


def test_the_checks_that_a_paragraph_names_are_those_that_rely_on_it():
    relying = {}
    for check in ALL:
        for key in relied_on(check):
            relying.setdefault(key, set()).add(check.key)
    named = {p.key: set(p.checks) for p in LAW.content.provisions if p.checks}
    assert named == relying


def test_a_ground_of_refusal_that_a_reason_speaks_of_stands_among_the_grounds():
    grounds = {key for g in LAW.content.grounds for key in g.provisions}
    for p in LAW.content.provisions:
        if p.no_check and "stands among the grounds" in p.no_check:
            assert p.key in grounds, p.key
