"""Assessments: all checks of a measure on distinct requests, on one core; and what would settle them.

Targets: 1,000 full assessments a second without the settling sets (1 ms each), under 50 ms each with them. A
full assessment begins with an act whose fields are open, and ends with all of its findings. No request is
assessed twice. The collector of garbage is set as a node sets it that serves. The peer is writing the
findings out as canonical bytes, which keeping them costs anyway.
"""

import itertools
import random
from datetime import date
from pathlib import Path

from tests.bench.figures import Table, best, processor_seconds
from tests.unit.safeguards.conftest import SAID, law_with, request_act, stated

from comity import wire
from comity.app.scenarios import Theatre, shipped
from comity.cli.serving import settle as settle_process
from comity.law import Bundle, packaged_bundle
from comity.safeguards import FACTS, Nature, assess, request_facts, settle

ON = date(2026, 11, 21)
TIMES = 7
MANY = 60
"""Requests in a round. Each is another one, and each round has others: none is assessed twice."""
BEFORE = 300
"""Requests assessed beforehand, others again: a node that works has assessed some."""
MILLI = 1000


def run(_: Path) -> list[Table]:
    settle_process()
    laws = {"nothing adopted": law_with(), "law adopted on both sides": adopted()}
    measures = ("access_stored", "preserve")
    return [*(assessed(m, law, name) for name, law in laws.items() for m in measures), settled()]


def adopted() -> Bundle:
    """The law data of a shipped scenario in which XA asks XB, and both have adopted their law."""
    theatre = Theatre(packaged_bundle())
    for written in map(theatre.read, shipped()):
        told = written.scenario
        if {"XA", "XB"} == {*told.law} and (told.from_, told.to, told.side) == ("XA", "XB", "requested"):
            return theatre.law(written, None)
    raise LookupError("no shipped scenario has both States adopt their law")


def requests(measure: str, count: int = MANY, turn: int = 0):
    """Distinct requests, each with another part of the facts known, and each with its own file.

    ``turn``: each has other requests.
    """
    drawn = random.Random(f"assess {measure}{turn or ''}")
    asked = [k for k, f in FACTS.items() if f.nature is not Nature.DERIVED and k not in SAID]
    made = []
    for number, instrument in zip(range(count), itertools.cycle(["budapest", "uncc"]), strict=False):
        said = [stated(k, drawn.random() < 0.9, by="XA") for k in SAID if drawn.random() < 0.8]
        act = request_act(measure=measure, instrument=instrument, facts=said, subject=f"Matter {number}")
        home = [stated(k, drawn.random() < 0.5) for k in asked if drawn.random() < 0.6]
        assert act.fields
        made.append((act, home))
    return made


def assessed(measure: str, law: Bundle, adopted_by: str) -> Table:
    turns = itertools.count(1)
    made = requests(measure, BEFORE)
    start = processor_seconds()
    findings = [assess(request_facts(act, home=home), law, "requested", ON) for act, home in made]
    first = (processor_seconds() - start) / BEFORE
    checks = sum(map(len, findings)) / len(findings)
    cases = []

    def others() -> None:
        made[:] = requests(measure, MANY, next(turns))
        cases[:] = [request_facts(act, home=home) for act, home in made]

    def once() -> None:
        others()
        findings[:] = [assess(case, law, "requested", ON) for case in cases]

    def whole() -> None:
        for act, home in made:
            assess(request_facts(act, home=home), law, "requested", ON)

    def checks_only() -> None:
        for case in cases:
            assess(case, law, "requested", ON)

    def gathered() -> None:
        for act, home in made:
            request_facts(act, home=home)

    def written() -> None:
        for one in findings:
            wire.encode([wire.dump(finding) for finding in one])

    peer = "the findings as canonical bytes"
    timings = best(
        {
            "comity: gather and assess": whole,
            "comity: gather the facts alone": gathered,
            "comity: assess facts that are gathered": checks_only,
        },
        TIMES,
        before=others,
    )
    peers = best({peer: written}, TIMES, before=once)
    table = Table(
        f"assess {measure}, {adopted_by}: {checks:.0f} findings each, {MANY} other requests each time, "
        f"best of {TIMES}; target 1 ms",
        [("ms", "{:.3f}"), ("processor ms", "{:.3f}"), ("a second", "{:,.0f}"), ("us a check", "{:.1f}")],
    )
    work = timings.work | peers.work
    for name, seconds in (timings.best | peers.best).items():
        each = seconds / MANY
        table.add(name, each * MILLI, work[name] / MANY * MILLI, 1 / each, each / checks * 1e6)
    table.notes.append(f"the first {BEFORE}, over law just read: {first * MILLI:.3f} processor ms each")
    return table


def settled() -> Table:
    """What would settle a bare request, of which nearly every finding is open, and requests known in part."""
    law = law_with()
    bare = [request_facts(request_act())]
    part = [request_facts(act, home=home) for act, home in requests("access_stored", MANY // 2)]

    def each(cases):
        def run() -> None:
            for case in cases:
                settle(case, law, "requested", ON)

        return run

    kinds = {"comity: a bare request": bare, "comity: requests known in part": part}
    timings = best({name: each(cases) for name, cases in kinds.items()}, TIMES)
    table = Table(
        f"assess: what would settle each open finding, best of {TIMES}; target 50 ms",
        [("ms each", "{:.2f}"), ("processor ms", "{:.2f}"), ("findings settled", "{:.1f}")],
    )
    for name, seconds in timings.best.items():
        count = len(kinds[name])
        found = sum(len(settle(case, law, "requested", ON)) for case in kinds[name]) / count
        table.add(name, seconds / count * MILLI, timings.work[name] / count * MILLI, found)
    return table
