"""Exchange: a request from one node to another over HTTP, until its receipt is verified and stored.

One round trip is what the product does and nothing less: compose the act, two signatures, commit it with its
leaf and its job (durable); lease the job; seal; POST over loopback HTTP; prove, fold, commit with leaf and
receipt on the other side (durable); open and verify the receipt, commit it (durable). The ceiling is a bare
POST of as many bytes to the same kind of server, which writes them to a file, ``fdatasync``s, and answers.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from tests.bench import nodes
from tests.bench.figures import Table, best

from comity import store
from comity.app.receive import receive
from comity.exchange import seal_act
from comity.exchange.http import HttpCourier
from comity.worker import Worker, run_due, run_one

TIMES = 3
SIZES = (("4 KB", 4_000), ("100 KB", 100_000))
ABREAST = 16
LONG_CASES = (1, 10, 50)
"""Acts that a case holds already."""


def run(folder: Path) -> list[Table]:
    with nodes.pair(folder) as pair, bare(folder) as url, HttpCourier(plain=True) as courier:
        for side in (pair.gh, pair.pt):
            run_due(side.node)  # the first publication is no part of an exchange
        tables = [trips(pair, courier, url), parts(pair), growth(pair)]
        with pair.gh.node.db.read() as conn:
            left = len(store.unreceipted(conn))
        tables[0].notes.append(f"acts without a receipt at the end: {left}")
    return tables


def trips(pair: nodes.Pair, courier: HttpCourier, url: str) -> Table:
    table = Table(
        f"exchange: requests in new cases, acknowledged and durable on both sides, best of {TIMES}",
        [
            ("bytes sealed", "{:,.0f}"),
            ("ms each", "{:.1f}"),
            ("per s", "{:,.1f}"),
            ("processor ms each", "{:.1f}"),
            ("of the ceiling", "{:.2f}"),
        ],
    )
    for label, size in SIZES:
        act = nodes.request(pair, size)
        run_due(pair.gh.node)
        with pair.gh.node.db.read() as conn:
            peer = pair.gh.node.directory(conn).entry("PT")
        sealed = len(seal_act(act, peer, pair.gh.node.entropy))
        body = os.urandom(size)
        few, many = 8, 2 * ABREAST

        def trip(size: int = size) -> None:
            nodes.request(pair, size)
            run_one(pair.gh.node)

        def post(body: bytes = body) -> None:
            courier.post(url, body)

        def by_worker(size: int = size, many: int = many) -> float:
            return served_by_worker(pair, size, many)

        contenders = {
            "comity, 1 under way": (few, lambda few=few, trip=trip: abreast(trip, 1, few)),
            f"comity, {ABREAST} under way": (many, lambda many=many, trip=trip: abreast(trip, ABREAST, many)),
            f"comity, {ABREAST} callers, the node's one worker": (many, by_worker),
            "bare POST, fdatasync, 1 under way": (few, lambda few=few, post=post: abreast(post, 1, few)),
            f"bare POST, fdatasync, {ABREAST} under way": (
                many,
                lambda many=many, post=post: abreast(post, ABREAST, many),
            ),
        }
        timings = best({name: one for name, (_, one) in contenders.items()}, TIMES)
        for name, (count, _) in contenders.items():
            if name not in timings.best:
                continue
            each = timings.best[name] / count
            one = " 1 under" in name
            ceiling = "bare POST, fdatasync, " + ("1 under way" if one else f"{ABREAST} under way")
            best_bare = timings.best[ceiling] / contenders[ceiling][0]
            ours = name.startswith("comity")
            table.add(
                f"{label}: {name}",
                sealed if ours else size,
                each * 1000,
                1 / each,
                timings.work[name] / count * 1000,
                best_bare / each,
            )
        table.skipped(timings.absent)
    table.notes.append(
        "with 16 under way, ms each is the whole time by the number of acts, not one act's time"
    )
    table.notes.append(
        "both nodes, both servers and all callers share one process, so one interpreter's lock"
    )
    return table


def abreast(work: Callable[[], None], callers: int, count: int) -> None:
    """Do something so many times, by so many threads."""
    threads = [threading.Thread(target=_repeat, args=(work, count // callers)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(work: Callable[[], None], count: int) -> None:
    for _ in range(count):
        work()


def served_by_worker(pair: nodes.Pair, size: int, count: int) -> float:
    """As ``comity serve`` does it: callers only say, and the node's one worker posts."""
    worker = Worker(pair.gh.node)
    worker.start()
    start = time.perf_counter()
    abreast(lambda: nodes.request(pair, size) and None, ABREAST, count)
    while True:
        with pair.gh.node.db.read() as conn:
            if not store.unreceipted(conn):
                break
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    worker.stop()
    return seconds


def parts(pair: nodes.Pair) -> Table:
    """Where one round trip's time goes, one at a time."""
    table = Table(
        "exchange: one round trip in its parts, new cases, the best of 8",
        [(f"{label} ms", "{:.1f}") for label, _ in SIZES],
    )
    rows: dict[str, list[float]] = {}
    for _, size in SIZES:
        said, sealing, posting, receiving = [], [], [], []
        for _ in range(8):
            start = time.perf_counter()
            act = nodes.request(pair, size)
            said.append(time.perf_counter() - start)
            with pair.gh.node.db.read() as conn:
                peer = pair.gh.node.directory(conn).entry("PT")
            start = time.perf_counter()
            data = seal_act(act, peer, pair.gh.node.entropy)
            sealing.append(time.perf_counter() - start)
            start = time.perf_counter()
            receive(pair.pt.node, data)
            receiving.append(time.perf_counter() - start)
            start = time.perf_counter()
            run_one(pair.gh.node)  # the act is there already: what is left of a post
            posting.append(time.perf_counter() - start)
        rows.setdefault("say: compose, sign twice, judge, commit", []).append(min(said) * 1000)
        rows.setdefault("seal", []).append(min(sealing) * 1000)
        rows.setdefault("receive: prove, fold, commit, receipt", []).append(min(receiving) * 1000)
        rows.setdefault("post of a repeat: lease, seal, HTTP, prove, receipt, commit", []).append(
            min(posting) * 1000
        )
    for name, values in rows.items():
        table.add(name, *values)
    return table


def growth(pair: nodes.Pair) -> Table:
    """A question in a case that holds so many acts already: what reading and folding it anew costs."""
    table = Table(
        "exchange: one more act in a long case, one at a time",
        [("say ms", "{:.1f}"), ("post and receive ms", "{:.1f}")],
    )
    about = nodes.request(pair, 4_000)
    run_one(pair.gh.node)
    measured = {}
    for held in range(1, LONG_CASES[-1] + 3):
        start = time.perf_counter()
        nodes.ask(pair, about, held)
        said = time.perf_counter()
        run_one(pair.gh.node)
        measured[held] = (said - start, time.perf_counter() - said)
    for held in LONG_CASES:
        near = [measured[one] for one in (held, held + 1, held + 2)]
        says, posts = zip(*near, strict=True)
        table.add(f"{held} acts before it", min(says) * 1000, min(posts) * 1000)
    return table


@contextmanager
def bare(folder: Path) -> Iterator[str]:
    """The ceiling: a server that keeps what is posted, and nothing else; its URL."""
    app = FastAPI(openapi_url=None)
    lock = threading.Lock()
    file = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def keep(data: bytes) -> None:
        with lock:
            os.write(file, data)
        os.fdatasync(file)

    @app.post("/bare")
    async def take(request: Request) -> Response:
        await run_in_threadpool(keep, await request.body())
        return Response(bytes(4096))

    socket = nodes.listening()
    with nodes.served(app, socket):
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/bare"
    os.close(file)
