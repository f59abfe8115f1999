"""Exchange: from one node to another over HTTP, until the receipt is verified and stored.

One round trip is what the product does and nothing less: compose the act, two signatures, commit it with its
leaf and its job (durable); lease the job; seal; POST over loopback HTTP; prove, fold, commit with leaf and
receipt on the other side (durable); open and verify the receipt, commit it (durable). An act is held to
eight megabytes, and a field of it to two: ten megabytes travel as an exhibit, in sealed pieces that an act
announces. The receiver is ``comity serve``, a process of its own. Beside it, each in two processes likewise:
a bare POST of as many bytes to a server that writes them, ``fdatasync``s and answers (the ceiling), and the
package ``as4``.
"""

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench import nodes, peers
from tests.bench.figures import Absent, Table, best

from comity import store
from comity.app.receive import receive
from comity.cli.serving import settle
from comity.exchange import seal_act
from comity.exchange.http import HttpCourier
from comity.worker import Worker, run_due, run_one

TIMES = 3
ABREAST = 16
SIZES = (("4 KB", 4_000, 16, 64), ("100 KB", 100_000, 8, 32), ("1 MB", 1_000_000, 4, 16))
"""What a size is called, its bytes, and how often it is sent with 1 and with 16 under way."""
LARGE = ("10 MB", 10_000_000)
LONG_CASES = (1, 10, 50)
"""Acts that a case holds already."""

COLUMNS = [
    ("bytes posted", "{:,.0f}"),
    ("ms each", "{:.1f}"),
    ("per s", "{:,.1f}"),
    ("processor ms each", "{:.1f}"),
    ("of the ceiling", "{:.2f}"),
    ("x as4", "{:.2f}"),
]


def run(folder: Path) -> list[Table]:
    settle()  # as a node that is served does: in life the worker posts in such a process
    with (
        nodes.pair(folder) as pair,
        bare(folder) as url,
        HttpCourier(plain=True) as courier,
        ExitStack() as peer,
    ):
        try:
            other: peers.As4 | Absent = peer.enter_context(peers.as4(folder / "as4"))
        except Absent as reason:
            other = reason
        with nodes.served(pair.pt):
            tables = [trips(pair, courier, url, other), parts(pair), growth(pair)]
            asked = nodes.request(pair, nodes.text(4_000))
            run_due(pair.gh.node)
        with nodes.served(pair.gh):
            nodes.grant(pair, asked)
            tables.insert(1, deliveries(pair, asked, folder, courier, url, other))
            run_due(pair.pt.node)  # what was said beside the deliveries
        left = []
        for side in (pair.gh, pair.pt):
            with side.node.db.read() as conn:
                left.append(len(store.unreceipted(conn)) + len(store.waiting(conn, "piece")))
        tables[0].notes.append(f"acts and pieces without a receipt at the end: {sum(left)}")
    return tables


def trips(pair: nodes.Pair, courier: HttpCourier, url: str, other: peers.As4 | Absent) -> Table:
    table = Table(
        f"exchange: requests in new cases, acknowledged and durable on both sides, best of {TIMES}", COLUMNS
    )
    for label, size, few, many in SIZES:
        text = nodes.text(size)
        sealed = sealed_size(pair, text)
        body = os.urandom(size)

        def trip(text: str = text) -> None:
            nodes.request(pair, text)
            run_one(pair.gh.node)

        def post(body: bytes = body) -> None:
            courier.post(url, body)

        def by_worker(text: str = text, many: int = many) -> float:
            return served_by_worker(pair, text, many)

        measure(table, label, size, sealed, (few, many), trip, post, other, by_worker)
    table.notes += [
        "with 16 under way, ms each is the whole time by the number of acts, not one act's time",
        "processor: both processes together",
        "bare: the client that a node has, one fdatasync on one side; a round trip of ours has four commits",
        "as4: RSA-2048, pinned self-made certificates; message and receipt synced on both sides",
        "as4: one signer, no log, no order of a case, no padding, repeats not known; it compresses",
    ]
    return table


def deliveries(  # noqa: PLR0917 - as trips: what is compared with what
    pair: nodes.Pair,
    asked: nodes.Act,
    folder: Path,
    courier: HttpCourier,
    url: str,
    other: peers.As4 | Absent,
) -> Table:
    """Ten megabytes: sealed, announced by a signed act, posted in pieces, each receipted."""
    label, size = LARGE
    few, many, times = 2, ABREAST, 2
    source = folder / "exhibit.bin"
    source.write_bytes(nodes.text(size).encode("ascii"))
    ready = [nodes.taken_in(pair, asked, source) for _ in range((few + many) * times + 2)]
    waiting = iter(ready)
    guard = threading.Lock()
    body = os.urandom(size)

    def trip() -> None:
        with guard:  # one case is one order: who says something in it says it after what was said
            nodes.hand_over(pair, asked, next(waiting))
        while run_one(pair.pt.node):
            pass

    def post() -> None:
        courier.post(url, body)

    trip()
    table = Table(
        f"exchange: an exhibit delivered in one case: sealed, announced, posted, durable, best of {times}",
        COLUMNS,
    )
    with pair.pt.node.db.read() as conn:
        sealed = sum(row.size for row in store.outgoing_undelivered(conn)) or size
    measure(table, label, size, sealed, (few, many), trip, post, other, None, times)
    return table


def measure(  # noqa: PLR0917 - a row's worth of contenders
    table: Table,
    label: str,
    size: int,
    sealed: int,
    counts: tuple[int, int],
    trip: Callable[[], None],
    post: Callable[[], None],
    other: peers.As4 | Absent,
    by_worker: Callable[[], float] | None,
    times: int = TIMES,
) -> None:
    """All contenders at one size, with 1 and with 16 under way."""
    posted: dict[str, int] = {}

    def by_as4(callers: int, count: int) -> float:
        if isinstance(other, Absent):
            raise other
        seconds, posted["as4"] = other.trips(size, callers, count)
        return seconds

    runs: dict[str, tuple[str, int, Callable[[], float | None]]] = {}
    for callers, count in zip((1, ABREAST), counts, strict=True):
        way = f"{callers} under way"
        runs[f"{label}: comity, {way}"] = (way, count, lambda c=callers, n=count: abreast(trip, c, n))
        runs[f"{label}: bare, {way}"] = (way, count, lambda c=callers, n=count: abreast(post, c, n))
        runs[f"{label}: as4, {way}"] = (way, count, lambda c=callers, n=count: by_as4(c, n))
    if by_worker is not None:
        runs[f"{label}: comity, 16 callers, the node's worker"] = (
            f"{ABREAST} under way",
            counts[1],
            by_worker,
        )
    if not isinstance(other, Absent):
        other.trips(size, 1, 1)
    post()
    timings = best({name: one for name, (_, _, one) in runs.items()}, times)

    def each(kind: str, way: str) -> float | None:
        name = f"{label}: {kind}, {way}"
        return timings.best[name] / runs[name][1] if name in timings.best else None

    for name, (way, count, _) in runs.items():
        if name not in timings.best:
            continue
        own = timings.best[name] / count
        ceiling, peer = each("bare", way), each("as4", way)
        ours = "comity" in name
        table.add(
            name,
            sealed if ours else posted["as4"] if "as4" in name else size,
            own * 1000,
            1 / own,
            timings.work[name] / count * 1000,
            None if ceiling is None else ceiling / own,
            None if peer is None else peer / own,
        )
    table.skipped(timings.absent)


def sealed_size(pair: nodes.Pair, text: str) -> int:
    node = pair.gh.node
    act = nodes.request(pair, text)
    run_due(node)
    with node.db.read() as conn:
        peer = node.directory(conn).entry("PT")
    return len(seal_act(act, peer, node.entropy))


def abreast(work: Callable[[], None], callers: int, count: int) -> None:
    """Do something so many times, by so many threads."""
    failed: list[BaseException] = []
    turns = iter(range(count))
    lock = threading.Lock()

    def repeat() -> None:
        while True:
            with lock:
                if next(turns, None) is None:
                    return
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised again below
                failed.append(error)
                return

    threads = [threading.Thread(target=repeat) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def served_by_worker(pair: nodes.Pair, text: str, count: int) -> float:
    """As ``comity serve`` does it: callers only say, and the node's worker posts."""
    worker = Worker(pair.gh.node)
    worker.start()
    start = time.perf_counter()
    abreast(lambda: nodes.request(pair, text) and None, ABREAST, count)
    for pause in itertools.repeat(0.005):
        with pair.gh.node.db.read() as conn:
            if not store.waiting(conn, "post"):
                break
        time.sleep(pause)
    seconds = time.perf_counter() - start
    worker.stop()
    return seconds


def parts(pair: nodes.Pair) -> Table:
    """Where one round trip's time goes, one at a time, all in this process."""
    sizes = SIZES[:2]
    table = Table(
        "exchange: one round trip in its parts, new cases, the best of 8",
        [(f"{label} ms", "{:.1f}") for label, *_ in sizes],
    )
    rows: dict[str, list[float]] = {}
    for _, size, *_ in sizes:
        said, sealing, posting, receiving = [], [], [], []
        text = nodes.text(size)
        for _ in range(8):
            start = time.perf_counter()
            act = nodes.request(pair, text)
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
    about = nodes.request(pair, nodes.text(4_000))
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
    """The ceiling's URL."""
    url = f"http://127.0.0.1:{(port := nodes.free_port())}/"
    words = [nodes.sys.executable, "-m", "tests.bench.bare", str(folder / "bare"), str(port)]
    with nodes.process(words, url, folder / "bare.log"):
        yield url
