"""Lists, searches and the view of a case over very many cases, on both databases; and the plans.

Some stories are told by two nodes in this process, and cloned (``clones`` says what of a clone is honest and
what is not). Nothing that is timed verifies a signature, nor does the program where it reads.

In the environment: ``BENCH_CASES``, how many, of ten acts each (20,000; the promise is for 100,000);
``BENCH_STORIES``, how many are told (40).
"""

import gc
import logging
import os
import statistics
import threading
import time
from dataclasses import replace
from datetime import timedelta

import loopback as l
import postgresql
import structlog
from sqlalchemy import text
from tests.bench import clones, figures

from comity import store
from comity.acts.kinds import Reply
from comity.acts.terms import CorrespondTerms, WithdrawReason, WithdrawTerms
from comity.app import question, search, show
from comity.app.index import reindex
from comity.store import Database, Wanted
from comity.store.schema import dialect_of
from comity.store.statement import Statement

CASES = int(os.environ.get("BENCH_CASES", "20000"))
STORIES = int(os.environ.get("BENCH_STORIES", "40"))
ACTS = 10
TIMES = 41
THREADS = 16
EACH = 3
"""Calls of each kind by each thread."""

SERVER = {"shared_buffers": "256MB", "max_wal_size": "4GB"}

PLANS = figures.ROOT / "docs" / "query-plans.md"
MEASURES = ("access_stored", "preserve", "disclose_traffic", "search_seize")
MOVED = ("setting", "act", "disclosure", "commitment", "receipt", "case_list", "peer", "peer_entry", "person")
"""What a store on a server is begun with: the told cases and whatever is read with them."""


def told(folder, stories):
    """Two nodes after so many stories of ten acts, of four shapes and measures; and the stories' cases."""
    pair = l.make_pair(folder)
    cases = []
    for n in range(stories):
        request = l.ask(pair, "mailbox", "logs", measure=MEASURES[n // 4 % len(MEASURES)])
        case = request.header.case
        if n % 8 == 0:
            l.grant(pair, request, "mailbox", "logs")
        elif n % 2:
            asking = (question.Asking("q1", f"Which account of group {n}?"),)
            asked = question.ask(pair.pt.node, request.id, pair.pt["officer"], questions=asking).act
            pair.settle()
            replies = (Reply(id="q1", text=f"The account of number {n}."),)
            question.answer(pair.gh.node, asked.id, pair.gh["officer"], replies=replies, facts=())
            pair.settle()
        withdrawn = n % 4 > 1
        while acts_in(pair.pt.node, case) < ACTS - withdrawn:
            letter = {"terms": CorrespondTerms(answers=None), "text": f"Word for word, letter of story {n}."}
            l.said(pair, pair.gh, "correspond", letter, request=request)
        if withdrawn:
            withdraw = {"terms": WithdrawTerms(reason=WithdrawReason.NO_LONGER_NEEDED), "text": None}
            l.said(pair, pair.gh, "withdraw", withdraw, request=request)
        cases.append(case)
    return pair, cases


def acts_in(node, case):
    with node.db.read() as conn:
        return len(store.ids_of_case(conn, case, "all"))


def moved(node, url):
    """The node with its rows in a database of a server."""
    db = Database.create(url)

    def copy(conn):
        with node.db.read() as old:
            for table in MOVED:
                rows = [dict(row) for row in old.execute(text(f"SELECT * FROM {table}")).mappings()]
                if rows:
                    names = list(rows[0])
                    values = ", ".join(f":{name}" for name in names)
                    put = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) ON CONFLICT DO NOTHING"
                    conn.execute(text(put), rows)

    db.writer.run(copy)
    there = replace(node, db=db)
    reindex(there)
    return there


def questions(node, made):
    """What is timed, by name: calls of what the commands call."""
    some = made[len(made) // 3 :: max(1, len(made) // 997)]
    turn = iter(range(10**9))
    beyond = {}

    def page(name, **wanted):
        """The second page, so that a key is used too."""
        if name not in beyond:
            beyond[name] = search.find_cases(node, limit=30, **wanted)["next"]
        return search.find_cases(node, limit=30, after=beyond[name], **wanted)

    soon = timedelta(days=7)
    return {
        "list": lambda: search.find_cases(node, limit=30),
        "list, next page": lambda: page("list"),
        "list by State": lambda: search.find_cases(node, filters={"state": "FR"}, limit=30),
        "list by State, measure, standing": lambda: search.find_cases(
            node, filters={"state": "BR", "measure": "preserve", "standing": "withdrawn"}, limit=30
        ),
        "due within 7 days": lambda: search.find_cases(node, due_within=soon, limit=30),
        "due, by State, next page": lambda: page("due", filters={"state": "NG"}, due_within=soon),
        "resting": lambda: search.find_cases(node, filters={"standing": "resting"}, limit=30),
        "a rare word": lambda: search.find_cases(node, text=f"number{next(turn) % len(made)}", limit=30),
        "a word that is nowhere": lambda: search.find_cases(node, text="nowhere", limit=30),
        "two common words": lambda: search.find_cases(node, text="fraud account", limit=30),
        "beginnings, Cyrillic": lambda: search.find_cases(node, text="просьб сохр", limit=30),
        "a word in Chinese": lambda: search.find_cases(node, text="保存", limit=30),
        "a word, by State and measure": lambda: search.find_cases(
            node, text="group5", filters={"state": "FR", "measure": "preserve"}, limit=30
        ),
        "two common words, due": lambda: search.find_cases(
            node, text="fraud account", due_within=soon, limit=30
        ),
        "view of a case": lambda: show.show_case(node, some[next(turn) % len(some)]),
    }


def alone(calls):
    """Of each the median, the 95 % and the median of this thread's processor seconds."""
    found = {}
    for name, call in calls.items():
        call()
        runs, worked = [], []
        for _ in range(TIMES):
            start, before = time.perf_counter(), time.thread_time()
            call()
            runs.append(time.perf_counter() - start)
            worked.append(time.thread_time() - before)
        runs.sort()
        found[name] = (statistics.median(runs), runs[int(len(runs) * 0.95)], statistics.median(worked))
    return found


def crowded(calls):
    """The median of each, while so many threads ask the same at once."""
    return {name: _crowd(call) for name, call in calls.items()}


def _crowd(call):
    runs, failed = [], []
    gate = threading.Barrier(THREADS)

    def ask():
        gate.wait()
        try:
            for _ in range(EACH):
                start = time.perf_counter()
                call()
                runs.append(time.perf_counter() - start)
        except Exception as error:  # noqa: BLE001 - told by the thread that began it
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failed:
        raise failed[0]
    return statistics.median(runs)


PLANNED = {
    "list": {},
    "list, a later page": {"page": True},
    "list by State": {"tags": (("state", "FR"),)},
    "list by State and measure": {"tags": (("state", "BR"), ("measure", "preserve"))},
    "resting": {"resting": True},
    "due": {"due": True},
    "due, by State": {"due": True, "tags": (("state", "NG"),)},
    "a rare word": {"text": "number77"},
    "two common words": {"text": "fraud account"},
    "a word, by State": {"text": "group5", "tags": (("state", "FR"),)},
    "two common words, due": {"due": True, "text": "fraud account"},
}
READ = {
    "the view of a case: its acts": (
        "SELECT id, seq, direction, arrived_at, envelope FROM act WHERE case_id = :case ORDER BY seq"
    ),
    "the view of a case: their fields": (
        "SELECT d.act_id, d.text FROM act AS a JOIN disclosure AS d ON d.act_id = a.id"
        " WHERE a.case_id = :case AND d.text IS NOT NULL"
    ),
    "a case by the beginning of its reference": (
        "SELECT case_id FROM case_list WHERE case_id >= :low AND case_id < :high ORDER BY case_id LIMIT 2"
    ),
}


def plans(node, case):
    """The plan of each query, a line each; on PostgreSQL with what it did."""
    found = {}
    with node.db.read() as conn:
        now = node.clock.now()
        for name, asked in PLANNED.items():
            wanted = dict(asked)
            due_by = now + timedelta(days=7) if wanted.pop("due", False) else None
            if wanted.pop("page", False):
                lines = store.find_lines(conn, Wanted(now, limit=1000))
                wanted["after"] = store.key_after(lines[-1], due=False)
            statement, values = store.page_statement(conn, Wanted(now, due_by=due_by, limit=30, **wanted))
            found[name] = _plan(conn, statement.text, values)
        values = {"case": case, "low": case[:6], "high": case[:6] + "g"}
        for name, asked in READ.items():
            found[name] = _plan(conn, asked, values)
    return found


def _plan(conn, asked, values):
    server = dialect_of(conn) == "postgresql"
    begin = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " if server else "EXPLAIN QUERY PLAN "
    return [str(row[-1]) for row in Statement(begin + asked).all(conn, values)]


def figured(name, node, made):
    """All figures on one database."""
    with node.db.read() as conn:
        acts = conn.execute(text("SELECT count(*) FROM act")).scalar_one()
    calls = questions(node, made)
    gc.collect()
    planned = plans(node, made[len(made) // 2])
    one = alone(calls)
    print(f"   {name}: {acts:,} acts, asked by one thread", flush=True)
    return one, crowded(calls), planned, acts


def run(folder):
    """The figures, and docs/query-plans.md."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    start = time.perf_counter()
    pair, cases = told(folder, STORIES)
    print(f"   {STORIES} stories told in {time.perf_counter() - start:.0f} s", flush=True)
    absent = postgresql.absent()
    if absent is not None:
        print(f"   skipped: PostgreSQL: {absent}")
        return _run(pair, cases, None)
    with postgresql.running(**SERVER) as server:
        return _run(pair, cases, server)


def _run(pair, cases, server):
    node, there, into = pair.pt.node, None, []
    path = node.db.place.path
    if server is not None:
        base = server.create()
        there = moved(node, server.url(base))
        into.append(clones.IntoPostgreSQL(server.connect(base)))
    node.db.close()
    models = clones.models_of(path, cases)
    into.append(clones.IntoSQLite(path))
    start = time.perf_counter()
    made = clones.fill(models, into, CASES, told=_told)
    print(f"   {CASES:,} cases of {ACTS} acts cloned in {time.perf_counter() - start:.0f} s", flush=True)
    node = replace(node, db=Database.open(store.url_of(path)))
    done = {"SQLite": figured("SQLite", node, made)}
    node.db.close()
    if there is not None:
        done["PostgreSQL"] = figured("PostgreSQL", there, made)
        there.db.close()
    pair.close()
    write_plans(done)
    return [_table(done)]


def _told(count):
    if count % 20_000 == 0:
        print(f"   {count:,} cases", flush=True)


def _table(done):
    columns = [
        (f"{name}{more}", "{:.1f}")
        for name in done
        for more in ("", " 95 %", " processor", f" {THREADS} threads")
    ]
    title = (
        f"milliseconds: median of {TIMES}, 95 %, this process's processor; median while {THREADS} threads ask"
    )
    table = figures.Table(title, columns)
    for asked in next(iter(done.values()))[0]:
        cells = []
        for one, many, *_ in done.values():
            cells += [*(1000 * told for told in one[asked]), 1000 * many[asked]]
        table.add(asked, *cells)
    table.notes.append(f"{CASES:,} cases, {done['SQLite'][-1]:,} acts; signatures of clones do not verify")
    return table


def write_plans(done):
    """The plans as a page."""
    lines = [
        "# Plans of the queries behind lists, searches and the view of a case",
        "",
        f"Made by `make bench BENCH=cases` over {CASES:,} cases, never by hand. SQLite tells what it would",
        "do (`EXPLAIN QUERY PLAN`), PostgreSQL what it did (`EXPLAIN ANALYZE`). The cases are clones of some",
        "that were told: `tests/bench/clones.py` says what of them is synthetic.",
    ]
    for name, (_, _, planned, acts) in sorted(done.items()):
        lines += ["", f"## {name} ({acts:,} acts)"]
        for asked, plan in planned.items():
            lines += ["", f"### {asked}", "", "```", *plan, "```"]
    PLANS.write_text("\n".join(lines) + "\n", encoding="utf-8")
