"""Whatever is asked of the lists, and however a database is made to find it: what is found is what a person
would find who read every row."""

import random

import pytest

from comity import store
from comity.store import DueRow, Readership, Wanted, WantedDues, dues, find_dues, find_lines, key_after, pages
from comity.store.words import words_asked, words_of

CASES = 120
KEYS = ("key1", "key2", "key3")
OFFICES = ("pt:central-authority", "pt:court")


def made(random_, at):
    """Cases of every sort, as plain values."""
    cases = {}
    for n in range(CASES):
        case = f"{random_.getrandbits(128):032x}"
        tags = {("state", random_.choice("AB")), ("measure", random_.choice("PQR"))}
        tags |= {("reader", one) for one in random_.sample((*KEYS, *OFFICES), random_.randrange(3))}
        tags.add(("assigned", random_.choice(("-", *KEYS, *OFFICES))))
        if random_.random() < 0.2:
            tags.add(("looked", store.looked_value(random_.choice(KEYS), at(random_.randrange(200)))))
        times = {
            (at(random_.randrange(200)), random_.choice(("stays", "settles", "rests"))) for _ in range(n % 3)
        }
        cases[case] = {
            "moved": at(random_.randrange(100)),
            "tags": tags,
            "due": times,
            "clocks": [
                DueRow(
                    at(random_.randrange(200)) if random_.random() < 0.8 else None, random_.random() < 0.6, {}
                )
                for _ in range(n % 4)
            ],
            "text": " ".join(random_.sample(("alpha", "alphabet", "beta", "be", "gamma", f"n{n}"), 3)),
        }
    return cases


@pytest.fixture
def filled(do, at):
    cases = made(random.Random(7), at)

    def fill(conn):
        for case, one in cases.items():
            store.put_line(
                conn,
                case,
                moved_at=one["moved"],
                seq=1,
                law="a" * 64,
                body={},
                dues=one["due"],
                tags=one["tags"],
                clocks=one["clocks"],
                texts=(one["text"],),
            )

    do(fill)
    return cases


def is_of(case, one, who):
    names = {value for name, value in one["tags"] if name == "reader"}
    looks = [value.split() for name, value in one["tags"] if name == "looked"]
    (given,) = [value for name, value in one["tags"] if name == "assigned"]
    looked = any(key == who.key and until > store.looked_value("", who.now).strip() for key, until in looks)
    reads = {who.key, who.office} & names or looked or case in who.waiting
    return (reads or not who.strict) and (given in {who.key, who.office, "-"} or not who.assigned)


def expected(cases, wanted):
    found = []
    for case, one in cases.items():
        live = sorted(t for t, then in one["due"] if then != "settles" or t > wanted.now)
        words = words_of((one["text"],))
        holds = (
            {*wanted.tags} <= one["tags"]
            and (wanted.readers is None or is_of(case, one, wanted.readers))
            and (wanted.since is None or one["moved"] >= wanted.since)
            and (wanted.due_by is None or (live and live[0] <= wanted.due_by))
            and not (wanted.quiet and live)
            and (not wanted.resting or any(then == "rests" and t <= wanted.now for t, then in one["due"]))
            and all(any(w.startswith(word) for w in words) for word in words_asked(wanted.text or ""))
        )
        if holds:
            found.append((case, live[0] if live else None))
    return found


@pytest.fixture(params=[(-1, 5), (30, 5), (2000, 1000)], ids=str)
def limits(request, monkeypatch):
    """Up to how many rows are few, and how many are looked at one by one."""
    few, near = request.param
    monkeypatch.setattr(pages, "FEW", few)
    monkeypatch.setattr(dues, "FEW", few)
    monkeypatch.setattr(pages, "NEAR", near)


def someone(random_, at, cases):
    return Readership(
        random_.choice(KEYS),
        random_.choice(OFFICES),
        at(random_.randrange(200)),
        waiting=frozenset(random_.sample(sorted(cases), random_.randrange(3))),
        strict=random_.random() < 0.7,
        assigned=random_.random() < 0.5,
    )


def test_every_page_is_what_reading_every_row_would_give(filled, see, at, limits):
    random_ = random.Random(11)
    told = 0
    for n in range(60):
        now = at(random_.randrange(200))
        who = someone(random_, at, filled)
        tags = (("state", random_.choice("AB")), ("measure", random_.choice("PQR")))[: random_.randrange(3)]
        wanted = Wanted(
            now,
            tags=tags,
            text=random_.choice((None, None, "alpha", "be", "alph bet", "gamma n", f"n{n}", "nowhere")),
            readers=who if (who.strict or who.assigned) and n % 2 else None,
            since=at(random_.randrange(100)) if n % 5 == 0 else None,
            resting=n % 7 == 0,
            due_by=at(random_.randrange(200)) if n % 3 == 0 else None,
            quiet=n % 3 == 1,
            limit=7,
        )
        found, after = [], None
        while True:
            lines = see(
                find_lines, Wanted(**{**{f: getattr(wanted, f) for f in Wanted.__slots__}, "after": after})
            )
            found += lines
            if len(lines) < wanted.limit:
                break
            after = key_after(lines[-1], due=wanted.due_by is not None)
        assert {(one.case, one.due) for one in found} == {*expected(filled, wanted)}, wanted
        assert len({one.case for one in found}) == len(found)
        order = [(one.due, one.place) if wanted.due_by else -one.place for one in found]
        assert order == sorted(order)
        told += len(found)
    assert told > 100


def test_what_is_due_is_given_by_pages_each_once_the_first_first(filled, see, at, limits):
    random_ = random.Random(13)
    told = 0
    for _ in range(30):
        who = someone(random_, at, filled)
        wanted = {
            "until": at(random_.randrange(250)),
            "ours": random_.random() < 0.5,
            "awaited": random_.random() < 0.5,
            "readers": who if who.strict or who.assigned else None,
        }
        found, after = [], None
        while True:
            rows = see(find_dues, WantedDues(**wanted, after=after, limit=7))
            found += rows
            if len(rows) < 7:
                break
            after = rows[-1].key
        keys = [one.key for one in found]
        assert len({*keys}) == len(keys)
        dated = [key.split(".")[0] for key in keys]
        assert dated == sorted(dated, key=lambda one: one or "~")
        due = [
            (case, store.looked_value("", row.at).strip() if row.at else "")
            for case, one in filled.items()
            for row in one["clocks"]
            if ((row.at is None and wanted["awaited"]) or (row.at and row.at <= wanted["until"]))
            and (row.ours or not wanted["ours"])
            and (wanted["readers"] is None or is_of(case, one, wanted["readers"]))
        ]
        assert sorted((one.case, at_) for one, at_ in zip(found, dated, strict=True)) == sorted(due)
        told += len(due)
    assert told > 100
