"""Figures: taken in rounds in which all contenders run, shown as aligned tables, kept as JSON.

In each round each contender runs once, so that what else the machine does falls on all of them alike; the
best of the rounds counts, since noise only ever adds. A contender that is not on this machine is told with
its reason and left out. No figure is asserted.
"""

import json
import os
import platform
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "bench-output"

MIB = 1024 * 1024


class Absent(Exception):
    """A contender that cannot run here; its text says why."""


Run = Callable[[], float | None]
"""One run of a contender: its seconds, where it takes its own time; none: the whole call is timed."""


def best(contenders: Mapping[str, Run], times: int, before: Callable[[], None] | None = None) -> "Timings":
    """Run all contenders in turn, so many times; ``before`` each run, outside of its time."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    work: dict[str, list[float]] = {name: [] for name in contenders}
    absent: dict[str, str] = {}
    for _ in range(times):
        for name, run in contenders.items():
            if name in absent:
                continue
            if before is not None:
                before()
            start, worked = time.perf_counter(), processor_seconds()
            try:
                own = run()
            except Absent as reason:
                absent[name] = str(reason)
                continue
            seconds[name].append(own if own is not None else time.perf_counter() - start)
            work[name].append(processor_seconds() - worked)
    least = {name: min(runs) for name, runs in work.items() if runs}
    return Timings({name: min(runs) for name, runs in seconds.items() if runs}, least, seconds, absent)


watched: set[int] = set()
"""Processes whose work counts too while they live: servers, and peers that are programs of their own."""


def processor_seconds() -> float:
    """What this process, the children that ended and those watched have used; others do not lengthen it."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = sum(_used(pid) for pid in watched)
    return time.process_time() + ended.ru_utime + ended.ru_stime + living


def _used(pid: int) -> float:
    """Seconds that all threads of a process were on a processor (Linux); 0 where it is gone."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Timings:
    """The best seconds of each contender that ran, by the clock and by the processor; all of its runs by
    the clock; and why others did not run."""

    best: Mapping[str, float]
    work: Mapping[str, float]
    runs: Mapping[str, Sequence[float]]
    absent: Mapping[str, str]

    def ratio(self, name: str, peer: str) -> float | None:
        """How many times the peer's best time it took."""
        if name in self.best and peer in self.best:
            return self.best[name] / self.best[peer]
        return None


def tool(name: str) -> str:
    """Where a standard tool is.

    Raises:
        Absent: it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        raise Absent(f"{name} is not installed")
    return found


def command(*words: str | Path, check: bool = True, environment: Mapping[str, str] | None = None) -> float:
    """Run a command that says nothing we need; the seconds it took.

    Raises:
        Absent: it failed (its last line of error says how).
    """
    start = time.perf_counter()
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False, env=environment)
    seconds = time.perf_counter() - start
    if check and done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Absent(f"{Path(str(words[0])).name} ended with {done.returncode}: {said[-1] if said else ''}")
    return seconds


def peak_memory(pid: int | str = "self") -> int:
    """The most memory that a process ever held, in bytes (Linux: ``VmHWM``); 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


@dataclass
class Table:
    """Rows of figures of one subject. ``columns``: a heading and how a number in it is written."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: list[tuple[str, tuple[float | str | None, ...]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, *values: float | str | None) -> None:
        self.rows.append((name, values))

    def skipped(self, absent: Mapping[str, str]) -> None:
        """Tell which contenders did not run."""
        self.notes += [f"skipped: {name}: {reason}" for name, reason in absent.items()]

    def text(self) -> str:
        headings = ["", *(heading for heading, _ in self.columns)]
        lines = [headings]
        for name, values in self.rows:
            cells = [_cell(v, how) for v, (_, how) in zip(values, self.columns, strict=False)]
            lines.append([name, *cells, *[""] * (len(self.columns) - len(cells))])
        widths = [max(len(line[at]) for line in lines) for at in range(len(headings))]
        shown = [self.title]
        for line in lines:
            first, *rest = line
            cells = [first.ljust(widths[0]), *(c.rjust(w) for c, w in zip(rest, widths[1:], strict=True))]
            shown.append("  " + "  ".join(cells).rstrip())
        shown += [f"  - {note}" for note in self.notes]
        return "\n".join(shown)

    def plain(self) -> dict[str, object]:
        names = [heading for heading, _ in self.columns]
        rows = [{"": name} | dict(zip(names, values, strict=False)) for name, values in self.rows]
        return {"title": self.title, "rows": rows, "notes": self.notes}


def _cell(value: float | str | None, how: str) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else how.format(value)


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    model = ""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {
        "cores": os.cpu_count(),
        "processor": model or platform.processor(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def load() -> dict[str, object]:
    """The instant, and how many processes wanted to run in the last 1, 5 and 15 minutes."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"at": at, "load": [round(one, 2) for one in os.getloadavg()]}


def keep(subject: str, tables: Sequence[Table], told: Mapping[str, object]) -> Path:
    """Write a subject's figures as JSON; where it lies."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{subject}.json"
    value = {"subject": subject, **told, "tables": [table.plain() for table in tables]}
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
