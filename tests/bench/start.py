"""Cold start: what a person waits for before the program begins, against Python alone.

Python compiles a module when it is first imported, and keeps that where it may. Here it may, in a folder of
the run's own, so that whatever the surroundings forbid, the figures are those of an installation in use; the
last rows are of one where nothing was ever compiled.
"""

import os
import sys
import sysconfig
from pathlib import Path

from tests.bench.figures import Table, best, command

TIMES = 7
PASS = "python -c pass"
IMPORTS = (
    "click",
    "pydantic.main",
    "sqlalchemy",
    "comity.cli",
    "comity.dossier",
    "comity.store",
    "comity.api",
)


def run(folder: Path) -> list[Table]:
    python = sys.executable
    comity = Path(sysconfig.get_path("scripts")) / "comity"
    words = {PASS: (python, "-c", "pass")}
    words |= {f"python -c 'import {name}'": (python, "-c", f"import {name}") for name in IMPORTS}
    words |= {
        "comity --version": (comity, "--version"),
        "comity --help": (comity, "--help"),
        "comity verify --help": (comity, "verify", "--help"),
    }
    compiled = Table(
        f"start: a new process, modules compiled before, files in the page cache, best of {TIMES}",
        [("ms", "{:.0f}"), ("median ms", "{:.0f}"), ("processor ms", "{:.0f}"), (f"x {PASS}", "{:.1f}")],
    )
    never = Table("start: the same where nothing is compiled, best of 2", compiled.columns)
    fill(compiled, words, folder / "compiled", TIMES, keep=True)
    slow = {name: words[name] for name in (PASS, "comity --help", "python -c 'import comity.api'")}
    fill(never, slow, folder / "never", 2, keep=False)
    return [compiled, never]


def fill(
    table: Table, words: dict[str, tuple[str | Path, ...]], cache: Path, times: int, *, keep: bool
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(cache)
    if not keep:
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if keep:
        for one in words.values():
            command(*one, environment=environment, check=False)
    runs = {name: lambda one=one: command(*one, environment=environment) for name, one in words.items()}
    timings = best(runs, times)
    for name, seconds in timings.best.items():
        told = sorted(timings.runs[name])
        middle = told[len(told) // 2] * 1000
        table.add(name, seconds * 1000, middle, timings.work[name] * 1000, timings.ratio(name, PASS))
    table.skipped(timings.absent)
