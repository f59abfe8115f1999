"""The law data: loading it, what binds all pairs of States on one day, and the whole trace of one pair.

Targets: the bundle in under 50 ms, all pairs in under 1 s, one trace in under 5 ms. The peers: reading JSON
that is known to be ours, and asking pair by pair (projected from a part of them).
"""

import itertools
import json
import time
from datetime import date
from pathlib import Path

from tests.bench.figures import Table, best

from comity.law import Bundle, compile_bundle, packaged_files, relate
from comity.law.pairs import binding_pairs
from comity.messages import say

ON = date(2026, 11, 21)
TIMES = 5
MILLI = 1000


def run(_: Path) -> list[Table]:
    files = packaged_files()
    data = compile_bundle(files)
    bundle = Bundle.load(data)
    return [loaded(files, data), related(bundle)]


def loaded(files: dict[str, bytes], data: bytes) -> Table:
    peer = "json.loads alone"
    timings = best(
        {
            "comity: load the bundle (strict, digest, indexes)": lambda: Bundle.load(data) and None,
            peer: lambda: json.loads(data) and None,
            f"comity: compile {len(files)} TOML files": lambda: compile_bundle(files) and None,
        },
        TIMES,
    )
    table = Table(
        f"law: a bundle of {len(data) / 1024:,.0f} KiB, best of {TIMES}; target 50 ms",
        [("ms", "{:.1f}"), ("processor ms", "{:.1f}"), (f"x {peer}", "{:.1f}")],
    )
    for name, seconds in timings.best.items():
        table.add(name, seconds * MILLI, timings.work[name] * MILLI, timings.ratio(name, peer))
    return table


def related(bundle: Bundle) -> Table:
    codes = [n.code for n in bundle.content.nations if n.kind == "state"][:193]
    some = list(itertools.islice(itertools.permutations(codes, 2), 0, None, 997))
    found = 0

    def all_pairs() -> None:
        nonlocal found
        pairs = binding_pairs(bundle, ON)
        found = sum(bool(pairs.between(a, b)) for a, b in itertools.permutations(codes, 2))

    def one_by_one() -> float:
        start = time.perf_counter()
        for a, b in some:
            relate(bundle, a, b, ON)
        return (time.perf_counter() - start) * len(codes) * (len(codes) - 1) / len(some)

    peer = "relate, pair by pair (from every 997th)"
    name = f"comity: binding instruments of {len(codes)} x {len(codes) - 1} pairs"
    timings = best({name: all_pairs, peer: one_by_one}, TIMES)
    table = Table(
        f"law: relations on one day, best of {TIMES}; targets 1 s for all pairs, 5 ms for one trace",
        [("ms", "{:.2f}"), ("us a pair", "{:.2f}"), (f"x {peer}", "{:.4f}")],
    )
    count = len(codes) * (len(codes) - 1)
    for one, seconds in timings.best.items():
        table.add(one, seconds * MILLI, seconds / count * 1e6, timings.ratio(one, peer))

    def trace() -> None:
        relation = relate(bundle, "GH", "PT", ON, "access_stored", offence="illegal_access")
        assert [say(reason) for reason in relation.trace]

    one_trace = "comity: the full trace of one pair, in words"
    traced = best({one_trace: trace}, 20 * TIMES)
    table.add(one_trace, traced.best[one_trace] * MILLI, traced.best[one_trace] * 1e6, None)
    table.notes.append(f"{found:,} ordered pairs have something known to be in force between them")
    return table
