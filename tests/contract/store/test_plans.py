"""Lists and searches read indexes, on both databases: no page looks through all cases, nor sorts them."""

import re

import pytest

from comity import store
from comity.store import Wanted
from comity.store.schema import dialect_of
from comity.store.statement import Statement

CASES = 2000
STATES = ("GH", "FR", "BR", "XA")

PAGES = {
    "all": {},
    "all, a later page": {"after": True},
    "since": {"since": True},
    "a tag": {"tags": (("state", "FR"),)},
    "two tags, a later page": {"tags": (("state", "FR"), ("measure", "extradite")), "after": True},
    "resting": {"resting": True},
    "due": {"due_by": True},
    "due, a tag, a later page": {"due_by": True, "tags": (("state", "BR"),), "after": True},
    "a rare word": {"text": "number77"},
    "a rare word and a tag": {"text": "number77", "tags": (("state", "FR"),)},
    "a rare word, due": {"text": "number77", "due_by": True},
}


@pytest.fixture
def filled(do, at):
    """Cases with tags and words, half of them with something due, one in ten with something that rests."""

    def fill(conn):
        for n in range(CASES):
            dues = [(at(n * 7 % 5000), "stays")] if n % 2 else []
            store.put_line(
                conn,
                f"{n:032x}"[::-1],
                moved_at=at(n * 13 % 9000),
                seq=n,
                law="a" * 64,
                body={},
                dues=[*dues, *([(at(n), "rests")] if n % 10 == 0 else ())],
                tags=[("state", STATES[n % 4]), ("measure", "extradite" if n % 3 else "preserve")],
                texts=(f"number{n} fraud",),
            )
        if dialect_of(conn) == "postgresql":
            # So few rows fit into a few pages, which are read sooner than an index: in life there are more.
            for table in ("case_line", "case_due", "case_tag", "case_word"):
                Statement(f"ANALYZE {table}").run(conn)

    do(fill)


def plan_of(conn, statement, values):
    if dialect_of(conn) == "postgresql":
        Statement("SET LOCAL enable_seqscan = off").run(conn)
        begin = "EXPLAIN "
    else:
        begin = "EXPLAIN QUERY PLAN "
    return "\n".join(str(row[-1]) for row in Statement(begin + statement.text).all(conn, values))


def wanted(see, at, asked):
    asked = dict(asked)
    if asked.get("due_by"):
        asked["due_by"] = at(4000)
    if asked.get("since"):
        asked["since"] = at(8000)
    if asked.pop("after", False):
        first = see(store.find_lines, Wanted(at(100), limit=9, **asked))
        assert len(first) == 9
        asked["after"] = store.key_after(first[-1], due="due_by" in asked)
    return Wanted(at(100), limit=30, **asked)


@pytest.fixture
def planned(see, at):
    def planned(asked):
        one = wanted(see, at, asked)
        assert see(store.find_lines, one), "what is found by nobody proves nothing"
        return see(lambda conn: plan_of(conn, *store.page_statement(conn, one)))

    return planned


def test_no_page_is_read_of_all_rows(filled, planned, url):
    server = url.startswith("postgresql")
    for name, asked in PAGES.items():
        plan = planned(asked)
        assert may_sort(asked, server) or not re.search("Sort|TEMP B-TREE", plan), f"{name}\n{plan}"
        if server:
            assert "Seq Scan" not in plan, f"{name}\n{plan}"
        else:
            # A walk along the list itself ends with the page; any other is of all there is.
            walks = set(re.findall(r"^SCAN (\w+)(?! VIRTUAL TABLE)(?:$| )", plan, re.MULTILINE)) - {"w"}
            assert walks <= (set() if {"text", "tags"} & set(asked) else {"l"}), f"{name}\n{plan}"
    # The next page begins where the last one ended: one at the end costs no more than the first.
    plan = planned({"after": True, "since": True})
    if server:
        assert re.search(r"Index Cond: .*place <", plan), plan
    else:
        assert re.search(r"SEARCH l USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)", plan), plan


def may_sort(asked, server):
    """What a word finds is sorted after it was found, and so is what rests; of so few rows, a server also
    sorts what it finds by two indexes."""
    several = "tags" in asked and ("due_by" in asked or len(asked["tags"]) > 1)
    return "text" in asked or "resting" in asked or (server and several)
