"""Cold start: what a person waits for before the program begins, against Python alone.

Python compiles a module when it is first imported, and keeps that where it may. Here it may, in a folder of
the run's own, so that whatever the surroundings forbid, the figures are those of an installation in use; the
last rows are of one where nothing was ever compiled. A node is started when it answers: ``comity serve``,
from the process's begin to the first answer of ``/healthz``.
"""

import os
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from pathlib import Path

from tests.bench import nodes
from tests.bench.figures import Table, best, command

from comity.errors import Unavailable
from comity.exchange.http import HttpCourier

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
    side = nodes.make_side(folder, "GH", nodes.free_port())
    data = ("--data", str(side.node.settings.data))
    side.node.db.close()
    words |= {"comity request list": (comity, *data, "request", "list")}
    compiled = Table(
        f"start: a new process, modules compiled before, files in the page cache, best of {TIMES}",
        [("ms", "{:.0f}"), ("median ms", "{:.0f}"), ("processor ms", "{:.0f}"), (f"x {PASS}", "{:.1f}")],
    )
    never = Table("start: the same where nothing is compiled, best of 2", compiled.columns)
    fill(compiled, words, folder / "compiled", TIMES, keep=True)
    serving = Table(f"start: a node, until it answers, compiled before, best of {TIMES}", compiled.columns)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    serve = (str(comity), *data, "serve", "--port", str(port := nodes.free_port()))
    url = f"http://127.0.0.1:{port}/healthz"
    runs = {
        "comity serve": lambda: answering(serve, url, environment),
        PASS: lambda: command(*words[PASS], environment=environment),
    }
    runs["comity serve"]()
    timings = best(runs, TIMES)
    for name, seconds in timings.best.items():
        middle = sorted(timings.runs[name])[TIMES // 2] * 1000
        serving.add(name, seconds * 1000, middle, timings.work[name] * 1000, timings.ratio(name, PASS))
    slow = {name: words[name] for name in (PASS, "comity --help", "python -c 'import comity.api'")}
    fill(never, slow, folder / "never", 2, keep=False)
    return [compiled, serving, never]


def answering(serve: tuple[str, ...], url: str, environment: Mapping[str, str]) -> float:
    """Seconds until a node answers; it is ended afterwards."""
    start = time.perf_counter()
    with subprocess.Popen(serve, stdout=subprocess.DEVNULL, env=environment) as process:
        with HttpCourier(plain=True) as courier:
            while True:
                try:
                    courier.get(url)
                    break
                except Unavailable:
                    if process.poll() is not None:
                        raise
                    time.sleep(0.005)
        seconds = time.perf_counter() - start
        process.terminate()
    return seconds


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
