"""Try one deed again and again, disturbed at one operation each time; say what did not hold afterwards.

Run under the shim: ``LD_PRELOAD=shim.so python -m tests.faults.tries FOLDER DEED SEED FAULT=MOST...``. Every
try is a fork with its own copy of both nodes; after it, another fork opens what is left, does what is due
and the deed again, and checks. So each try costs a few hundredths of a second and no start of Python.
"""

import gc
import json
import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import structlog
from tests.faults import deeds
from tests.faults.checks import breaches, lost
from tests.faults.disk import Disk
from tests.faults.shim import Mode, Shim, read_journal

from comity.errors import ComityError
from comity.law import packaged_bundle

FAULTS = {
    "kill": (Mode.KILL, False),
    "torn": (Mode.TORN, False),
    "eio": (Mode.EIO, False),
    "eio_onward": (Mode.EIO, True),
    "enospc": (Mode.ENOSPC, False),
    "enospc_onward": (Mode.ENOSPC, True),
}
POWER = "power"
CUTS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.5))
"""What of the unsafe names and writes is there after a power cut: nothing; names only; data only; some."""

SHIM = Shim()


class Tries:
    """A deed, its world as it was before, and the folder in which it is tried."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._deed = deeds.DEEDS[name]
        self._base = folder / "base"
        self._base.mkdir(parents=True)
        self._world = folder / "try" / "nodes"
        self._marks = folder / "marks"
        self._journal = folder / "journal"
        self._count = folder / "count"
        self.findings: list[str] = []
        self.tries = 0
        self._facts = deeds.begin(self._base, self._deed, lambda *_: None)
        # Once here, so that no fork has to import and to build what it needs; all is closed again.
        self._fresh()
        self._looked_at()
        SHIM.arm(Mode.OFF)
        gc.collect()
        gc.freeze()

    def boundaries(self) -> int:
        """How many operations the deed takes, undisturbed; checked as every try is."""
        self._fresh()
        self._in_fork(lambda: self._disturbed(Mode.COUNT, 0, onward=False), "undisturbed")
        self._after("undisturbed")
        return int(self._count.read_text())

    def fault(self, name: str, at: int) -> None:
        """Disturb the deed at one operation."""
        mode, onward = FAULTS[name]
        self._fresh()
        self._in_fork(lambda: self._disturbed(mode, at, onward=onward), f"{name} at {at}")
        self._after(f"{name} at {at}")

    def power(self, most: int, chance: random.Random) -> int:
        """Do the deed once, recorded; cut the power at some operations. Gives the number of operations."""
        self._fresh()
        disk = Disk(self._world)
        self._in_fork(lambda: self._disturbed(Mode.COUNT, 0, onward=False, journal=self._journal), "record")
        ops, said = read_journal(self._journal), b""
        cuts = [(n, cut) for n in range(1, len(ops) + 1) for cut in CUTS]
        chosen = set(chance.sample(range(len(cuts)), min(most, len(cuts))))
        for n, op in enumerate(ops, 1):
            if op.name == "mark":
                said += op.data
            else:
                disk.do(op)
            for number, (at, (names, writes)) in enumerate(cuts):
                if at != n or number not in chosen:
                    continue
                shutil.rmtree(self._world, ignore_errors=True)
                self._world.mkdir()
                disk.rebuild(self._world, chance, names=names, writes=writes)
                self._marks.write_bytes(said)
                self._after(f"power cut after {n} ({op.name} {Path(op.path).name}), {names}/{writes}")
        return len(ops)

    def replayed(self) -> list[str]:
        """The names whose content differs between what a process left and what was recorded of it."""
        self._fresh()
        disk = Disk(self._world)
        self._in_fork(lambda: self._disturbed(Mode.COUNT, 0, onward=False, journal=self._journal), "record")
        for op in read_journal(self._journal):
            if op.name != "mark":
                disk.do(op)
        again = self._folder / "again"
        shutil.rmtree(again, ignore_errors=True)
        again.mkdir()
        disk.rebuild(again, None, names=1.0, writes=1.0)
        left, told = (_content(folder) for folder in (self._world, again))
        return sorted(name for name in {*left, *told} if left.get(name) != told.get(name))

    def _fresh(self) -> None:
        shutil.rmtree(self._world.parent, ignore_errors=True)
        self._world.parent.mkdir()
        shutil.copytree(self._base, self._world)
        self._marks.write_bytes(b"")
        self._journal.unlink(missing_ok=True)
        (self._world.parent / "source").unlink(missing_ok=True)

    def _disturbed(self, mode: Mode, at: int, *, onward: bool, journal: Path | None = None) -> None:
        """In a fork: the deed, disturbed; if the process lives, the deed again on a disk that is well."""
        SHIM.watch(self._world, self._marks, journal)
        SHIM.arm(mode, at, onward=onward)
        marks = os.open(self._marks, os.O_WRONLY | os.O_APPEND)

        def say(kind: str, value: str) -> None:
            os.write(marks, f"{kind} {value}\n".encode())

        pair = None
        try:
            pair = deeds.l.open_pair(self._world)
            self._deed.do(deeds.World(pair, self._world, self._facts), say)
            if mode is Mode.COUNT:
                pair.close()
        except ComityError as error:
            say("refused", error.id)
        if mode is Mode.COUNT:
            self._count.write_text(str(SHIM.count()))
            return
        SHIM.arm(Mode.COUNT)  # the disk is well again
        pair = pair or deeds.l.open_pair(self._world)
        pair.later(hours=1)
        self._deed.again(deeds.World(pair, self._world, self._facts), say)
        pair.close()

    def _after(self, what: str) -> None:
        """In another fork: open what is left, do what is due and the deed again, and look at everything."""
        self.tries += 1
        self._in_fork(self._looked_at, what)

    def _looked_at(self) -> None:
        SHIM.watch(self._world, self._marks)
        SHIM.arm(Mode.COUNT)  # syncs cost nothing then
        said = [line.split(" ", 1) for line in self._marks.read_text().splitlines()]
        pair = deeds.l.open_pair(self._world)
        pair.later(hours=2)
        world = deeds.World(pair, self._world, self._facts)
        nodes = {"GH": pair.gh.node, "PT": pair.pt.node}
        again: list[tuple[str, str]] = []
        pair.settle()
        found = [f"{path} of the package is torn" for path in self._torn()]
        self._deed.again(world, lambda *one: again.append(one))
        pair.settle()
        found += lost(nodes, [value for kind, value in (*said, *again) if kind == "act"])
        for kind, value in said:
            if kind == "exhibit" and value not in world.exhibits():
                found.append(f"exhibit {value} is lost")
            if kind == "copy" and not (self._world / deeds.OUT / value).exists():
                found.append("the copy is lost")
            if kind == "opened" and not (self._world / value).exists():
                found.append("the package is lost")
        seen = [bytes.fromhex(value) for kind, value in (*said, *again) if kind == "checkpoint"]
        found += breaches(nodes, {"GH": [], "PT": seen})
        found += deeds.left_over(world)
        pair.close()
        for line in found:
            sys.stdout.write(line + "\n")

    def _torn(self) -> list[str]:
        opened = self._world / deeds.OUT / deeds.OPENED
        return deeds.torn(opened) if opened.exists() else []

    def _in_fork(self, work: Callable[[], None], what: str) -> None:
        """Do something in a fork. What it says on stdout is a finding."""
        told = self._folder / "told"
        pid = os.fork()
        if not pid:
            code = 1
            try:
                handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                os.dup2(handle, 1)
                work()
                sys.stdout.flush()
                code = 0
            except BaseException:  # noqa: BLE001 - whatever it is, it is told to the parent
                SHIM.arm(Mode.OFF)
                sys.stdout.write(traceback.format_exc(limit=-6) + "\n")
                sys.stdout.flush()
            finally:
                os._exit(code)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        text = told.read_text() if told.exists() else ""
        if status == -signal.SIGKILL:
            return
        if status or text:
            self.findings.append(f"{what}: {text or status}")


def _content(folder: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.endswith(("-shm", ".lock", "/lock"))
    }


def main(folder: str, name: str, seed: str, *wanted: str) -> None:
    """``wanted``: ``FAULT=MOST``, of how many operations at most; or ``replay``."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    packaged_bundle()
    tries = Tries(Path(folder), name)
    total = tries.boundaries()
    for one in wanted:
        fault, _, most = one.partition("=")
        chance = random.Random(f"{name} {fault} {seed}")
        if fault == "replay":
            tries.findings += [f"not followed: {file}" for file in tries.replayed()]
        elif fault == POWER:
            tries.power(int(most), chance)
        else:
            for at in sorted(chance.sample(range(1, total + 1), min(int(most), total))):
                tries.fault(fault, at)
    sys.stdout.write(json.dumps({"boundaries": total, "tries": tries.tries, "findings": tries.findings}))


if __name__ == "__main__":
    main(*sys.argv[1:])
