"""Lists, searches and the view of a case read indexes, on both databases: no page looks through all cases."""

import re

import plans
import pytest

from comity import store
from comity.store import DueRow, Readership, dues, pages
from comity.store.schema import dialect_of
from comity.store.statement import Statement

CASES = 2000
STATES = ("GH", "FR", "BR", "XA")
NOW = 4000

WALKED = {"l", "p", "c"}
"""What may be walked along in its order, since that ends with the page, or with so many lines."""


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
                tags=[
                    ("state", STATES[n % 4]),
                    ("measure", "extradite" if n % 3 else "preserve"),
                    ("reader", "pt:central-authority" if n % 2 else f"key{n % 400}"),
                    ("assigned", "-" if n % 5 else f"key{n % 400}"),
                ],
                clocks=[DueRow(one, n % 3 > 0, {}) for one, _ in dues] or [DueRow(None, True, {})],
                texts=(f"number{n} fraud account",),
            )
        if dialect_of(conn) == "postgresql":
            # So few rows fit into a few pages, which are read sooner than an index: in life there are more.
            for table in ("case_line", "case_due", "case_tag", "case_clock", "case_word"):
                Statement(f"ANALYZE {table}").run(conn)

    do(fill)


@pytest.fixture(params=["as few", "as many"])
def counted(request, monkeypatch):
    """Whether what is found by a tag, or is a person's, passes for few rows, or for many."""
    if request.param == "as many":
        monkeypatch.setattr(pages, "FEW", -1)
        monkeypatch.setattr(dues, "FEW", -1)
    return request.param


def test_no_page_is_read_of_all_rows(filled, see, at, url, counted):
    server = url.startswith("postgresql")
    who = Readership("key8", "pt:central-authority", at(NOW))

    def ask(conn):
        if server:
            Statement("SET LOCAL enable_seqscan = off").run(conn)
        told = {}
        for name, asked in plans.PAGES.items():
            told[name] = [(one[0], plans.plan(conn, *one)) for one in plans.pages(conn, asked, at(NOW), who)]
        for name, asked in plans.DUES.items():
            told[name] = [(one[0], plans.plan(conn, *one)) for one in plans.dues(conn, asked, at(NOW), who)]
        for name, statement in plans.OF_A_CASE.items():
            asked = plans.of_a_case(conn, statement, "0" * 32, "0" * 64)
            told[name] = [(one[0], plans.plan(conn, *one)) for one in asked]
        return told

    for name, asked in see(ask).items():
        for statement, lines in asked:
            plan = "\n".join(lines)
            if server:
                assert "Seq Scan" not in plan, f"{name}\n{plan}"
                continue
            scanned = set(re.findall(r"^SCAN (\w+)(?! VIRTUAL TABLE)(?:$| )", plan, re.MULTILINE))
            scanned -= {*re.findall(r"CO-ROUTINE (\w+)", plan)}  # the next lines, of which each is asked
            assert scanned <= WALKED, f"{name}\n{plan}"
            if scanned & {
                "l",
                "c",
            }:  # a walk along the list itself: nothing is sorted, so it ends with a page
                assert "TEMP B-TREE" not in plan, f"{name}\n{plan}"
                assert " MATCH " not in statement.text, f"{name}\n{plan}"


def test_what_is_many_is_not_sorted(filled, see, at, url, monkeypatch):
    """The next page begins where the last one ended: one at the end costs no more than the first."""
    if url.startswith("postgresql"):
        pytest.skip("of so few rows a server sorts what it finds by two indexes")
    monkeypatch.setattr(pages, "FEW", -1)
    monkeypatch.setattr(dues, "FEW", -1)
    who = Readership("key8", "pt:central-authority", at(NOW))

    def ask(conn):
        for asked in plans.PAGES.values():
            if "text" not in asked:
                yield from plans.pages(conn, asked, at(NOW), who)
        for asked in plans.DUES.values():
            yield from plans.dues(conn, asked, at(NOW), who)

    for statement, lines in see(lambda conn: [(one[0], plans.plan(conn, *one)) for one in ask(conn)]):
        assert "TEMP B-TREE" not in "\n".join(lines), f"{statement.text}\n{lines}"
    later = see(
        lambda conn: plans.plan(conn, *plans.pages(conn, {"after": True, "since": True}, at(NOW), who)[0])
    )
    assert "SEARCH l USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in "\n".join(later)
