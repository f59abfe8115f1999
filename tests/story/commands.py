"""Commands of ``comity``, each in a process of its own, forked from one that has imported the program.

What a command does between its first word and its exit status is as in an installation. Only the import, a
second of processor time for each of some hundred commands, is done once.
"""

import multiprocessing
import os
import subprocess
import tempfile
from datetime import timedelta
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock

from comity import worker
from comity.app import publish
from comity.cli.program import MODULES, program

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([f"comity.cli.{module}" for module in sorted(set(MODULES.values()))])

ALONE = Lock()
"""A process that starts asks after all others; an exit status can be read only once."""


def command(args: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run ``comity ARGS`` in that environment and wait for its end."""
    with tempfile.TemporaryDirectory(prefix="comity-command-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = FORKED.Process(target=run, args=(args, environment, str(out), str(err)))
        with ALONE:
            process.start()
        wait([process.sentinel])
        with ALONE:
            process.join()
        return subprocess.CompletedProcess(args, process.exitcode, out.read_text(), err.read_text())


def run(args: list[str], environment: dict[str, str], out: str, err: str) -> None:
    """The command, in the forked process: it ends with the command's exit status."""
    os.environ.clear()
    os.environ.update(environment)
    for file, number in ((out, 1), (err, 2)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), number)
    program.main(args)


def serve_impatiently(folder: str) -> None:
    """``comity serve`` in the forked process, for nodes that are killed and come back.

    Leases of a killed process run out in one or two minutes, and a peer that is down is asked again in
    fifteen at most: the story is the same with seconds.
    """
    publish.LEASE_SECONDS, worker.LEASE_SECONDS, worker.LONGEST_WAIT = 2, 3, timedelta(seconds=3)
    run(["--data", folder, "serve"], dict(os.environ), os.devnull, os.devnull)
