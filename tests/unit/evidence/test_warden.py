"""A reader that dies, lies, hangs, drips, floods or reaches out is ended, and the next file gets another."""

from __future__ import annotations

import io
import json
import os
import sys
from collections import OrderedDict
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bombs

from comity.evidence import Entry, Index
from comity.evidence.inside import Inside, Patience, confinement, examine, read_listing, write_listing
from comity.evidence.inside.confinement import _MACHINES, _program
from comity.evidence.inside.listing import INSIDE_LIMIT, LISTING_LIMIT, Examined
from comity.evidence.inside.reader import BLOCK, BLOCKS, Window
from comity.evidence.inside.warden import ENDS
from comity.wire import dump_bytes

SHORT = Patience(silence=0.3, whole=0.6, times=0)


def payload(**files):
    entries, offset = [], 0
    for name, data in sorted(files.items()):
        entries.append(Entry(path=name, offset=offset, size=len(data), sha256="0" * 64, found_as=None))
        offset += len(data)
    index = Index(v=1, size=offset, files=tuple(entries), left_out=(), remarks=())
    return index, io.BytesIO(b"".join(data for _, data in sorted(files.items())))


def scripted(script):
    return (sys.executable, "-I", "-c", "import sys; sys.stdin.buffer.readline()\n" + script)


RUNS_ON = """
import signal
signal.setitimer(signal.ITIMER_PROF, 0.2)
while True: pass
"""
DIES = "import os; os._exit(3)"
ASKS = "print('[\"read\",[0,{},{}]]', flush=True); sys.stdin.read()"
LIES = "print({!r}, flush=True); sys.stdin.read()"
HANGS = "import signal; signal.pause()"
STUBBORN = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, {1, 2, 13, 15}); signal.pause()"
DRIPS = """
import select
while True:
    sys.stdout.write("x"); sys.stdout.flush()
    select.select([], [], [], 0.02)
"""
DEAF = """
print('["read",[0,0,400000]]', flush=True)
import signal; signal.pause()
"""
ENDLESS = """
while True: print('["read",[0,0,1]]', flush=True); sys.stdin.buffer.read(1)
"""
FLOODS = """
import os
while True: os.write(1, b'["read",[0,0,400000]]\\n' * 1000)
"""
STARTS_OTHERS = """
import os, signal
if not os.fork(): signal.pause()
signal.pause()
"""
BIG = b"PK\x05\x06" + bytes(400_000)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (RUNS_ON, "time"),
        (DIES, "died"),
        (ASKS.format(0, 10**6), "died"),  # beyond its file: it would get what is not its own
        (ASKS.format(-1, 5), "died"),
        (LIES.format('["done","fine"]'), "died"),
        (LIES.format('["inner",{"path":[]}]'), "died"),
        (LIES.format('["acquired",["parts"]]'), "died"),
        (LIES.format("[" * 60_000), "died"),
        (LIES.format("x" * 100_000), "died"),
        (HANGS, "time"),
        (STUBBORN, "time"),
        (DRIPS, "time"),
        (DEAF, "time"),
        (ENDLESS, "time"),
        (FLOODS, "time"),
        (STARTS_OTHERS, "time"),
    ],
)
def test_a_reader_that_does_harm_is_ended_told_and_no_more_believed(script, reason) -> None:
    (one,) = examine(*payload(a=BIG), command=scripted(script), patience=SHORT)
    assert one.unread == reason
    assert not one.inside


def test_another_reader_goes_on_with_the_next_file_but_not_for_ever() -> None:
    """The first is told by its name, which its task has; the rest are read by another, as if nothing were."""
    turn = (sys.executable, "-I", "-c", SECOND_TURN)
    files = {f"f{number:02}": bombs.zipped(x=b"hello") for number in range(3)}
    made = examine(*payload(**files), command=turn, patience=SHORT)
    assert [one.unread for one in made] == ["died", None, None]
    many = {f"f{number:02}": b"PK\x05\x06" for number in range(ENDS + 3)}
    made = examine(*payload(**many), command=scripted(DIES), patience=SHORT)
    assert [one.unread for one in made] == ["died"] * (ENDS + 3)


SECOND_TURN = """
import json, sys
for line in sys.stdin:
    if json.loads(line)["names"] == ["f00"]:
        sys.exit(3)
    print('["done",null]', flush=True)
"""


def test_what_is_inside_of_all_files_together_has_so_much_room_and_the_rest_is_said() -> None:
    files = {f"f{number}": bombs.zipped(**{f"x{n}": b"" for n in range(20)}) for number in range(3)}
    whole = examine(*payload(**files), command=scripted(TWENTY))
    assert [len(one.inside) for one in whole] == [20] * 3
    row = len(dump_bytes(whole[0].inside[0])) + 1
    made = examine(*payload(**files), command=scripted(TWENTY), room=row * 30)
    assert [(len(one.inside), one.unread) for one in made] == [(20, None), (10, "listing"), (0, "listing")]
    assert made[0] == whole[0]
    listing = write_listing(Inside(v=1, salt="0" * 64, files=made))
    assert read_listing(listing).files == made


TWENTY = """
def twenty():
    for number in range(20):
        inner = {"path": [f"x{number:02}"], "what": "file", "size": 0, "sha256": None, "times": None,
                 "type": None, "hashes": [], "unread": None}
        print(json.dumps(["inner", inner]), flush=True)
    print('["done",null]', flush=True)
import json
twenty()
for line in sys.stdin: twenty()
"""


def test_rows_of_a_listing_are_never_twice_as_long_as_those_of_the_index() -> None:
    """So a listing can always be read again: its rows fit, and what is inside of them has its room."""
    path = "\N{CHECK MARK}" * 1333
    entry = Entry(path=path, offset=0, size=0, sha256="0" * 64, found_as=None)
    row = Examined(path=path, type="t" * 120, part_of=path, acquired=None, inside=(), unread="parts_missing")
    assert len(dump_bytes(row)) <= 2 * len(dump_bytes(entry))
    short = row.model_copy(update={"path": "a", "part_of": "b"})
    assert len(dump_bytes(short)) <= 2 * len(dump_bytes(entry.model_copy(update={"path": "a"})))
    assert LISTING_LIMIT >= 2 * 256 * 1024 * 1024 + INSIDE_LIMIT


def test_the_parts_of_an_image_are_those_that_were_asked_about_however_many() -> None:
    """A reader tells no names: there may be more of them than fit into one of its lines."""
    script = """
import json
told = {"media_size": 5, "sha256": None, "hashes": [], "told": []}
print(json.dumps(["acquired", told]), flush=True)
print('["done",null]', flush=True)
sys.stdin.read()
"""
    head = b"EVF\x09\x0d\x0a\xff\x00"
    names = [f"disk{'-' * 200}.E{number:02}" for number in range(1, 100)]
    names += [f"disk{'-' * 200}.E{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(300)]
    made = examine(*payload(**dict.fromkeys(names, head)), command=scripted(script))
    first = next(one for one in made if one.acquired is not None)
    assert first.path == names[0]
    assert set(first.acquired.parts) == set(names)
    assert sum(map(len, names)) > 64 * 1024


def test_a_reader_keeps_so_many_blocks_of_all_parts_together() -> None:
    """An image may have hundreds of parts: what was kept of each would be more than its memory."""

    class Asked:
        def bytes_of(self, number, offset, size):
            return bytes([number]) * size

    kept = OrderedDict()
    for number in range(20):
        window = Window(Asked(), number, 3 * BLOCK - 5, kept)
        assert window.read() == bytes([number]) * (3 * BLOCK - 5)
    assert len(kept) == BLOCKS


# -- what it may do at all ----------------------------------------------------------------------------

BOUND = """
import json, os, resource, signal, socket, threading
import comity.evidence.inside.reader as reader
told, parent, confine = os.dup(1), os.getppid(), reader.confine
reader.confine = lambda: None  # first its bounds alone: afterwards it cannot even ask for them
reader._load()
reader._bound()
limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + one)) for one in
          ("AS", "FSIZE", "CORE", "NPROC", "NOFILE")]
assert confine()
reader._bound_time(0)
went = []
for name, reach in {
    "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "make": lambda: os.open(TARGET + ".new", os.O_WRONLY | os.O_CREAT),
    "remove": lambda: os.unlink(TARGET),
    "rename": lambda: os.rename(TARGET, TARGET + ".moved"),
    "shorten": lambda: os.truncate(TARGET, 0),
    "look": lambda: os.stat(TARGET),
    "connect": lambda: socket.socket(),
    "start": lambda: os.fork(),
    "exchange": lambda: os.execv("/bin/true", ["true"]),
    "signal": lambda: os.kill(parent, signal.SIGKILL),
    "limits": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    "pipe": lambda: os.pipe(),
    "folder": lambda: os.chdir("/tmp"),
    "thread": lambda: threading.Thread(target=print).start(),
}.items():
    try:
        reach()
        went.append(name)
    except (OSError, RuntimeError, ValueError):
        pass
held = limits == [(reader.MEMORY, reader.MEMORY)] + [(0, 0)] * 4
try:
    bytearray(2 * reader.MEMORY)
    held = False
except MemoryError:
    pass
said = {"went": went, "held": held, "environment": sorted(set(os.environ) - {"LC_CTYPE"}), "folder": FOLDER}
line = {"path": [json.dumps(said)], "what": "file", "size": 0, "sha256": None, "times": None, "type": None,
        "hashes": [], "unread": None}
os.write(told, json.dumps(["inner", line]).encode() + b"\\n" + b'["done",null]\\n')
sys.stdin.read()
"""


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and os.uname().machine in _MACHINES),
    reason="calls of the system are refused on Linux on x86-64 and ARM 64",
)
def test_a_reader_can_reach_no_file_no_network_and_no_process(tmp_path) -> None:
    target = tmp_path / "of-the-node"
    target.write_bytes(b"precious")
    script = f"import os; TARGET = {str(target)!r}; FOLDER = os.getcwd()\n" + BOUND
    (one,) = examine(*payload(a=b"PK\x05\x06"), command=scripted(script))
    assert one.unread is None
    said = json.loads(one.inside[0].path[0])
    assert said == {"went": [], "held": True, "environment": [], "folder": "/"}
    assert target.read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["of-the-node"]


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and os.uname().machine in _MACHINES),
    reason="calls of the system are refused on Linux on x86-64 and ARM 64",
)
def test_whether_it_is_confined_is_tried_not_believed(tmp_path, monkeypatch) -> None:
    """One that could not be set, and one that says it was and is not, are both none."""
    assert confinement.is_confined()
    code, sets = Path(confinement.__file__).read_text("utf-8"), "    known = _MACHINES"
    assert sets in code
    for answer in (False, True):
        other = tmp_path / f"says_{answer}.py"
        other.write_text(code.replace(sets, f"    return {answer}\n{sets}"), "utf-8")
        monkeypatch.setattr(confinement, "__file__", str(other))
        assert not confinement.is_confined()


@pytest.mark.parametrize("machine", sorted(_MACHINES))
def test_the_filter_allows_what_is_listed_and_nothing_else(machine) -> None:
    """The program is run here as the kernel would: each call, and what stands beside the edges."""
    mark, calls = _MACHINES[machine]
    steps = _program(mark, calls)
    allowed = {number for number in range(600) if passes(steps, mark, number)}
    assert allowed == set(calls.values())
    assert not any(passes(steps, mark ^ 1, number) for number in calls.values())
    assert not any(passes(steps, mark, 0x40000000 | number) for number in calls.values())


def passes(steps, machine, number):
    at, value = 0, 0
    while True:
        code, yes, no, operand = (int.from_bytes(steps[at][a:b], sys.byteorder) for a, b in PLACES)
        at += 1
        if code == 0x20:
            value = {0: number, 4: machine}[operand]
        elif code == 0x06:
            return operand == 0x7FFF0000
        else:
            holds = value == operand if code == 0x15 else value >= operand
            at += yes if holds else no


PLACES = ((0, 2), (2, 3), (3, 4), (4, 8))
