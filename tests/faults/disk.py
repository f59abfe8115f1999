"""What a disk holds after the power was cut: what was synced, and an arbitrary part of what was not.

The model is POSIX, which is harsher than any one file system: what was written to a file is safe once that
file is synced, and a name (made, linked, renamed, removed) once its folder is. What is not safe may be
there or not: of the names, those up to some moment (a journal keeps their order); of the writes, any, the
last one torn at a sector. A rename is done whole or not at all.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.shim import Op

SECTOR = 512


@dataclass
class _File:
    safe: bytearray
    pending: list[Op] = field(default_factory=list)

    def copy(self) -> "_File":
        return _File(bytearray(self.safe), list(self.pending))


class Disk:
    """A folder's files and names: those that are safe, and the operations that are not yet."""

    def __init__(self, folder: Path) -> None:
        self._root = str(folder)
        self._files: dict[int, _File] = {}
        self._inode: dict[str, int] = {}
        """The live names of files; what they name is the number of a file of ours."""
        self._safe: dict[str, int | None] = {self._root: None}
        """The names that a power cut leaves; ``None``: a folder."""
        self._names: list[tuple[str, dict[str, int | None]]] = []
        """Changes of names that are not safe yet: the folder, and what becomes of names in it (-1: gone)."""
        self._of_inode: dict[int, int] = {}
        for path in sorted(folder.rglob("*")):
            self._safe[str(path)] = None if path.is_dir() else self._begin(path.stat().st_ino)
            if path.is_file():
                self._files[self._of_inode[path.stat().st_ino]].safe[:] = path.read_bytes()
                self._inode[str(path)] = self._of_inode[path.stat().st_ino]

    def do(self, op: Op) -> None:
        """One more operation happened."""
        match op.name:
            case "create":
                number = self._inode[op.path] = self._begin(op.inode)
                self._change(op.path, {op.path: number})
            case "write" | "truncate":
                self._files[self._of_inode[op.inode]].pending.append(op)
            case "sync":
                file = self._files[self._of_inode[op.inode]]
                file.safe[:] = _content(file, None, 1.0)
                file.pending.clear()
            case "sync names":
                self._sync(op.path)
            case "mkdir":
                self._change(op.path, {op.path: None})
            case "link":
                number = self._inode[op.other] = self._inode[op.path]
                self._change(op.other, {op.other: number})
            case "rename":
                if op.path not in self._inode:
                    self._move(op.path, op.other)
                    return
                number = self._inode[op.other] = self._inode.pop(op.path)
                self._change(op.other, {op.path: -1, op.other: number})
            case "unlink" | "rmdir":
                self._inode.pop(op.path, None)
                self._change(op.path, {op.path: -1})
            case _:
                raise NotImplementedError(op)

    def unsafe(self) -> int:
        """How many operations a power cut could undo now."""
        return len(self._names) + sum(len(file.pending) for file in self._files.values())

    def rebuild(self, target: Path, chance: random.Random | None, *, names: float, writes: float) -> None:
        """Make the folder that a power cut leaves. ``names``: the part of unsafe names that is kept;
        ``writes``: how probable it is that an unsafe write is there.
        """
        left = dict(self._safe)
        for _, change in self._names[: round(len(self._names) * names)]:
            left |= change
        for path, number in sorted(left.items()):
            inside = target / Path(path).relative_to(self._root)
            if number == -1 or (not inside.parent.is_dir() and path != self._root):
                continue  # gone; or in a folder whose own name is lost
            if number is None:
                inside.mkdir(mode=0o700, exist_ok=True)
            else:
                inside.touch(0o600)
                inside.write_bytes(_content(self._files[number], chance, writes))

    def _begin(self, inode: int) -> int:
        """A file under an inode's number, which may have been another's before."""
        number = self._of_inode[inode] = len(self._files) + 1
        self._files[number] = _File(bytearray())
        return number

    def _change(self, path: str, change: dict[str, int | None]) -> None:
        self._names.append((str(Path(path).parent), change))

    def _move(self, one: str, other: str) -> None:
        """A folder gets another name. What in it is not safe is safe under the new name only."""

        def moved(path: str) -> str:
            return other + path[len(one) :] if path == one or path.startswith(one + "/") else path

        self._inode = {moved(path): number for path, number in self._inode.items()}
        change: dict[str, int | None] = {one: -1, other: None}
        for path, number in self._safe.items():
            if path.startswith(one + "/"):
                change |= {path: -1, moved(path): number}
        self._names = [
            (moved(folder), {moved(path): number for path, number in named.items()})
            if folder == one or folder.startswith(one + "/")
            else (folder, named)
            for folder, named in self._names
        ]
        self._change(other, change)

    def _sync(self, folder: str) -> None:
        for where, change in self._names:
            if where == folder:
                self._safe |= change
        self._names = [one for one in self._names if one[0] != folder]


def _content(file: _File, chance: random.Random | None, writes: float) -> bytes:
    data = bytearray(file.safe)
    for op in file.pending:
        if (chance is not None and chance.random() >= writes) or (chance is None and not writes):
            continue
        if op.name == "truncate":
            del data[op.offset :]
            data.extend(bytes(op.offset - len(data)))
            continue
        piece = op.data
        if chance is not None and writes < 1 and len(piece) > SECTOR and chance.random() < 0.3:
            piece = piece[: chance.randrange(len(piece) // SECTOR + 1) * SECTOR]
        data.extend(bytes(max(0, op.offset - len(data))))
        data[op.offset : op.offset + len(piece)] = piece
    return bytes(data)
