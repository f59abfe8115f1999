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
import plans
import postgresql
import structlog
from sqlalchemy import text
from tests.bench import clones, figures

from comity import store
from comity.acts.kinds import Reply
from comity.acts.terms import CorrespondTerms, WithdrawReason, WithdrawTerms
from comity.app import due, question, search, show
from comity.app.assign import assign
from comity.app.index import reindex
from comity.app.node import Reader
from comity.store import Database, Readership

CASES = int(os.environ.get("BENCH_CASES", "20000"))
STORIES = int(os.environ.get("BENCH_STORIES", "40"))
ACTS = 10
LONG = 100
"""Acts of a long case; one case in ``clones.RARELY`` is."""
RARE = "examiner"
"""The person to whom the long cases are assigned, and to whom no other case is."""
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


def told_long(pair):
    """A case of ``LONG`` acts, assigned to one person: one of few that are."""
    request = l.ask(pair, "mailbox", "logs")
    case = request.header.case
    while acts_in(pair.pt.node, case) < LONG - 1:
        letter = {"terms": CorrespondTerms(answers=None), "text": "Word for word, a long letter."}
        l.said(pair, pair.gh, "correspond", letter, request=request)
    assign(pair.pt.node, case, pair.pt["officer"], to=RARE)
    return case


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


def readers(node, pair_people):
    """The node as it goes by the need to know, for one who reads nearly all and one who reads few."""
    strict = replace(node, settings=node.settings.model_copy(update={"need_to_know": True}))
    many, few = pair_people["officer"], pair_people[RARE]
    elsewhere = replace(few, authority=f"{few.authority[:2]}:court")
    return replace(strict, reader=Reader(person=many)), replace(strict, reader=Reader(person=elsewhere))


def questions(node, made, people):
    """What is timed, by name: calls of what the commands call, each time with the next of several values."""
    some = [case for n, case in enumerate(made) if n % clones.RARELY != clones.RARELY - 1]
    some = some[len(some) // 3 :: max(1, len(some) // 997)]
    long = made[clones.RARELY - 1 :: clones.RARELY]
    many, few = readers(node, people)
    turn = iter(range(10**9))
    beyond = {}

    def one(values):
        return values[next(turn) % len(values)]

    def page(name, of=node, **wanted):
        """The second page, so that a key is used too."""
        if name not in beyond:
            beyond[name] = search.find_cases(of, limit=30, **wanted)["next"]
        return search.find_cases(of, limit=30, after=beyond[name], **wanted)

    def by(of=node, **filters):
        return search.find_cases(of, filters=filters, limit=30)

    def words(text, of=node, **more):
        return search.find_cases(of, text=text, limit=30, **more)

    soon = timedelta(days=7)
    number = [f"number{n}" for n in range(17, CASES, 7919)]
    group = [f"group{n}" for n in range(3, 997, 41)]
    return {
        "list": lambda: search.find_cases(node, limit=30),
        "list, next page": lambda: page("list"),
        "list, by State": lambda: by(state=one(clones.STATES)),
        "list, by measure": lambda: by(measure=one(MEASURES)),
        "list, by standing": lambda: by(standing=one(("open", "decided", "withdrawn", "asked", "resting"))),
        "list, by direction": lambda: by(direction=one(("in", "out"))),
        "list, by office": lambda: by(office=one(("pt:central-authority", "pt:court"))),
        "list, by State, measure, standing": lambda: by(
            state=one(clones.STATES), measure=one(MEASURES), standing=one(("open", "withdrawn"))
        ),
        "list, by urgency": lambda: search.find_cases(node, sort="urgency", limit=30),
        "list, by urgency, where nothing is due": lambda: search.find_cases(
            node, sort="urgency", after="-7fffffffffffffff", limit=30
        ),
        "list, by urgency, of one who reads few": lambda: search.find_cases(few, sort="urgency", limit=30),
        "list, due within 7 days": lambda: search.find_cases(node, due_within=soon, limit=30),
        "list, due, by State, next page": lambda: page("due", filters={"state": "NG"}, due_within=soon),
        "list, of one who reads many": lambda: search.find_cases(many, limit=30),
        "list, of one who reads few": lambda: search.find_cases(few, limit=30),
        "search, a word of one case": lambda: words(one(number)),
        "search, a word of few cases": lambda: words(one(group)),
        "search, a word that is nowhere": lambda: words("nowhere"),
        "search, a beginning of many words": lambda: words(one(("n", "g", "numb", "gro"))),
        "search, two words of all cases": lambda: words("fraud account"),
        "search, a rare word and one of all": lambda: words(f"{one(group)} fraud"),
        "search, beginnings, Cyrillic": lambda: words("просьб сохр"),
        "search, in Chinese": lambda: words("保存"),
        "search, a name": lambda: words(one(("Fraud", "Investigation", "Fictional", "Nobody")), names=True),
        "search, a word, by State and measure": lambda: words(
            one(group), filters={"state": one(clones.STATES), "measure": one(MEASURES)}
        ),
        "search, two common words, due": lambda: words("fraud account", due_within=soon),
        "search, a rare word, due": lambda: words(one(group), due_within=soon),
        "search, of one who reads few": lambda: words("long", few),
        "due within 30 days": lambda: due.due_page(node, within=timedelta(days=30)),
        "due, of one who reads many": lambda: due.due_page(many, within=timedelta(days=30)),
        "due, of one who reads few": lambda: due.due_page(few, within=timedelta(days=30)),
        "due, what is one's own to see to": lambda: due.due_page(
            many, within=timedelta(days=30), mine=many.reader.person
        ),
        "due and what has no date": lambda: due.due_page(node, within=timedelta(days=1), awaited=True),
        "view of a case": lambda: show.show_case(node, one(some)),
        "view of a case, by the need to know": lambda: show.show_case(many, one(some)),
        f"view of a case of {LONG} acts": lambda: show.show_case(node, one(long)),
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


def planned(node, case, who):
    """The plan of each statement, a line each; on PostgreSQL with what it did."""
    found = {}
    with node.db.read() as conn:
        now = node.clock.now()
        of = Readership(who.key.id, who.authority, now)
        act = store.ids_of_case(conn, case, "all")[0][0]
        asked = {name: plans.pages(conn, one, now, of) for name, one in plans.PAGES.items()}
        asked |= {name: plans.dues(conn, one, now, of) for name, one in plans.DUES.items()}
        asked |= {name: plans.of_a_case(conn, one, case, act) for name, one in plans.OF_A_CASE.items()}
        for name, statements in asked.items():
            found[name] = []
            for one in statements:
                if found[name]:
                    found[name].append("-- and if that is no whole page:")
                found[name] += plans.plan(conn, *one, analyze=True)
    return found


def figured(name, node, made, people):
    """All figures on one database."""
    with node.db.read() as conn:
        acts = conn.execute(text("SELECT count(*) FROM act")).scalar_one()
    calls = questions(node, made, people)
    gc.collect()
    told = planned(node, made[len(made) // 2], people["officer"])
    one = alone(calls)
    print(f"   {name}: {acts:,} acts, asked by one thread", flush=True)
    return one, crowded(calls), told, acts


def run(folder):
    """The figures, and docs/query-plans.md."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    start = time.perf_counter()
    pair, cases = told(folder, STORIES)
    long = told_long(pair)
    print(f"   {STORIES} stories told in {time.perf_counter() - start:.0f} s", flush=True)
    absent = postgresql.absent()
    if absent is not None:
        print(f"   skipped: PostgreSQL: {absent}")
        return _run(pair, cases, long, None)
    with postgresql.running(**SERVER) as server:
        return _run(pair, cases, long, server)


def _run(pair, cases, long, server):
    node, there, into = pair.pt.node, None, []
    path = node.db.place.path
    if server is not None:
        base = server.create()
        there = moved(node, server.url(base))
        into.append(clones.IntoPostgreSQL(server.connect(base)))
    node.db.close()
    *models, rare = clones.models_of(path, [*cases, long])
    into.append(clones.IntoSQLite(path))
    start = time.perf_counter()
    made = clones.fill(models, into, CASES, told=_told, rare=rare)
    print(f"   {CASES:,} cases of {ACTS} acts cloned in {time.perf_counter() - start:.0f} s", flush=True)
    node = replace(node, db=Database.open(store.url_of(path)))
    done = {"SQLite": figured("SQLite", node, made, pair.pt.people)}
    node.db.close()
    if there is not None:
        done["PostgreSQL"] = figured("PostgreSQL", there, made, pair.pt.people)
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
        "that were told: `tests/bench/clones.py` says what of them is synthetic. The statements are the",
        "program's own (`tests/plans.py`); that they read indexes at any scale, a test asks:",
        "`tests/contract/store/test_plans.py`.",
    ]
    for name, (_, _, planned, acts) in sorted(done.items()):
        lines += ["", f"## {name} ({acts:,} acts)"]
        for asked, plan in planned.items():
            lines += ["", f"### {asked}", "", "```", *plan, "```"]
    PLANS.write_text("\n".join(lines) + "\n", encoding="utf-8")
