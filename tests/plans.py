"""What lists, searches and the view of a case ask of a database: the program's own statements, for looking at
their plans at a small scale (a test) and at a large one (the page ``docs/query-plans.md``)."""

from datetime import timedelta

from comity import store
from comity.store import Readership, Wanted, WantedDues, acts, cases, jobs, knowing, receipts
from comity.store.schema import dialect_of
from comity.store.statement import Statement

SOON = timedelta(days=7)
PAGES = {
    "list": {},
    "list, a later page": {"after": True},
    "list, since a day": {"since": True},
    "list of a person's cases": {"readers": True},
    "list by a tag": {"tags": (("state", "FR"),)},
    "list by two tags, a later page": {"tags": (("state", "XA"), ("measure", "preserve")), "after": True},
    "list of what rests": {"resting": True},
    "list by what is due": {"due_by": True},
    "list of what nothing is due in, a later page": {"quiet": True, "after": True},
    "list of what nothing is due in, a tag": {"quiet": True, "tags": (("state", "FR"),)},
    "list by what is due, a tag, a later page": {
        "due_by": True,
        "tags": (("state", "BR"),),
        "after": True,
    },
    "list by what is due, of a person's cases": {"due_by": True, "readers": True},
    "a rare word": {"text": "number77"},
    "two words of many cases": {"text": "account fraud"},
    "a rare word and one of many cases": {"text": "number77 fraud"},
    "a word and a tag": {"text": "fraud", "tags": (("state", "FR"),)},
    "a rare word, due": {"text": "number77", "due_by": True},
    "a word, in a person's cases": {"text": "fraud", "readers": True},
}
DUES = {
    "due": {},
    "due, a later page": {"after": True},
    "due, of a person's cases": {"readers": True},
    "due, what a person has to see to": {"readers": True, "assigned": True, "ours": True},
    "due, what has no date": {"dated": False},
}
OF_A_CASE = {
    "a case by the beginning of its reference": cases._BEGINNING,
    "an act by the beginning of its id": acts._BEGINNING,
    "a case's line": cases._GET,
    "its acts": acts._OF_CASE,
    "their ids": acts._IDS_OF_CASE,
    "their fields": acts._DISCLOSED_OF_CASE,
    "their receipts": receipts._OF_CASE,
    "what of it was not receipted": receipts._UNRECEIPTED_IN_CASE,
    "which of its acts wait for their time": jobs._ACTS,
    "its offices": knowing._OFFICES,
    "its walls": knowing._OF_KIND_IN_CASE,
    "which cases of a page have a wall": knowing._having(30),
    "a reminder": jobs._GET,
}


def pages(conn, asked, now, readership):
    """The statements of a page of cases, with their values."""
    wanted = dict(asked)
    if wanted.pop("due_by", False):
        wanted["due_by"] = now + SOON
    if wanted.pop("since", False):
        wanted["since"] = now - SOON
    if wanted.pop("readers", False):
        wanted["readers"] = readership
    if wanted.pop("after", False):
        lines = store.find_lines(conn, Wanted(now, limit=9, **wanted))
        wanted["after"] = store.key_after(lines[-1], due="due_by" in wanted) if lines else None
    return list(store.page_statements(conn, Wanted(now, limit=30, **wanted)))


def dues(conn, asked, now, readership):
    """The statement of a page of what is due, with its values."""
    wanted = dict(asked)
    dated = wanted.pop("dated", True)
    assigned = wanted.pop("assigned", False)
    if wanted.pop("readers", False):
        who = readership
        wanted["readers"] = Readership(who.key, who.office, who.now, strict=True, assigned=assigned)
    if wanted.pop("after", False):
        rows = store.find_dues(conn, WantedDues(now + SOON, limit=9, **wanted))
        wanted["after"] = rows[-1].key if rows else None
    return [store.dues_statement(conn, WantedDues(now + SOON, **wanted), 30, dated=dated)]


def of_a_case(conn, statement, case, act):
    """A statement that reads one case, with values."""
    start = case if statement is cases._BEGINNING else act
    values = {
        "case": case,
        "id": act,
        "low": start[:6],
        "high": start[:6] + "g",
        "most": 2,
        "which": "all",
        "kind": "wall",
        "state": "PT",
        "prefix": "pt:%",
        "subject": "{}",
        **{f"case{n}": case for n in range(30)},
    }
    return [(statement, values)]


def plan(conn, statement, values, *, analyze=False):
    """What a database would do, a line each; ``analyze``: on PostgreSQL, what it did."""
    if dialect_of(conn) != "postgresql":
        begin = "EXPLAIN QUERY PLAN "
    elif analyze:
        begin = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "
    else:
        begin = "EXPLAIN (COSTS OFF) "
    return [str(row[-1]) for row in Statement(begin + statement.text).all(conn, values)]
