"""An intake that is interrupted, and goes on: the exhibit is whole, absent, or resumed; never half."""

from __future__ import annotations

import io
import os
from contextlib import closing, suppress

import pytest
from interrupted import MIB, SECRET, VAULT_KEY, Run, at

from comity import age
from comity.errors import Conflict, Unavailable
from comity.evidence import STREAM, FileVault, Keeping, Task, forget, intake, real_path, take_in, unfinished
from comity.evidence.task import read_back, written
from comity.evidence.vault import KEPT, FileWriter
from comity.wire import dump_bytes

SIZES = {"a": 0, "b": 3 * MIB + 7, "c": 0, "d/e": 2 * MIB, "f": 4 * MIB + 70_001}
WHOLE = sum(SIZES.values())


class Killed(BaseException):
    """Nobody hears it: as little is done afterwards as after a kill."""


@pytest.fixture(scope="module")
def content():
    return {name: os.urandom(size) for name, size in SIZES.items()}


@pytest.fixture
def source(tmp_path, content):
    folder = tmp_path / "source"
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def truth(tmp_path_factory, content):
    """What an intake finds that nobody interrupts."""
    folder = tmp_path_factory.mktemp("truth") / "source"
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    key = age.generate_x25519()
    return found(take_in(folder, FileVault(folder.parent / "vault"), [key.recipient], SECRET))


def found(taken):
    plain = taken.index.model_copy(update={"remarks": ()})
    return taken.sha256, taken.chunk_root, taken.salted_root, taken.files_root, plain


@pytest.mark.parametrize("place", [2 * MIB, 3 * MIB + 7, 5 * MIB + 7, 8 * MIB, WHOLE])
def test_wherever_it_is_interrupted_a_second_run_goes_on_from_there(  # noqa: PLR0917 - fixtures
    tmp_path, source, truth, content, read_from_source, place
) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(place))
    assert len(first.left()) == 2
    assert not first.vault.addresses()
    kept = max(path.stat().st_size for path in first.vault.incoming.iterdir())
    read_from_source[0] = 0
    second = Run(tmp_path, source)
    taken = second()
    assert found(taken) == truth
    assert second.opens(taken) == b"".join(content[name] for name in sorted(content))
    assert second.left() == []
    # What is read again is less than what a sealed chunk and the block in memory hold.
    assert read_from_source[0] <= WHOLE - kept + 128 * 1024
    resumed = [remark.path for remark in taken.index.remarks if remark.what == "resumed"]
    assert len(resumed) == 1
    entry = next(entry for entry in taken.index.files if entry.path == resumed[0])
    assert entry.offset <= place


def test_what_is_cut_before_its_first_block_begins_anew(tmp_path, source, truth) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(1))
    taken = Run(tmp_path, source)()
    assert (found(taken), taken.index.remarks, first.left()) == (truth, (), [])


def test_a_kept_beginning_counts_only_as_far_as_it_is_authentic(tmp_path, source, truth) -> None:
    """Each byte of it that was changed, and each place where it was cut, ends what is taken of it."""
    for harm in (0, 5, 150, 200, 70_000, MIB + 3, 3 * MIB, -1):
        for cut in (True, False):
            first = Run(tmp_path, source)
            with pytest.raises(KeyboardInterrupt):
                first(at(6 * MIB))
            (sealed,) = (path for path in first.vault.incoming.iterdir() if not path.suffix)
            data = bytearray(sealed.read_bytes())
            if cut:
                del data[harm:]
            else:
                data[harm] ^= 1
            sealed.write_bytes(data)
            second = Run(tmp_path, source)
            assert found(second()) == truth
            assert second.left() == []


@pytest.mark.parametrize("change", ["written", "in place", "grown", "renamed", "removed", "rights"])
def test_a_source_that_changed_meanwhile_is_said_and_begins_anew(tmp_path, source, change) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    file = source / "b"
    state = file.stat()
    if change == "written":
        file.write_bytes(b"x" * state.st_size)
    elif change == "in place":  # by one who sets the time of change back
        with file.open("r+b") as opened:
            opened.write(b"other")
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    elif change == "grown":
        file.write_bytes(file.read_bytes() + b"x")
    elif change == "renamed":
        file.rename(source / "bb")
    elif change == "removed":
        file.unlink()
    else:
        file.chmod(0o600)
    with pytest.raises(Conflict, match=r"evidence\.changed_since"):
        Run(tmp_path, source)()
    assert first.left() == []
    again = Run(tmp_path, source)
    assert not [one for one in again().index.remarks if one.what == "resumed"]


def test_what_another_began_is_not_gone_on_with(tmp_path, source) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    other = Run(tmp_path, source, task=("request", "another examiner"))
    assert not other().index.remarks
    assert len(first.left()) == 2
    assert Run(tmp_path, source)().index.remarks


def test_two_runs_at_once_do_not_both_have_what_is_kept(tmp_path, source) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    with closing(first.keeping()) as one, closing(first.keeping()) as other:
        assert one.earlier() is not None
        assert other.earlier() is None
    with closing(first.keeping()) as later:
        assert later.earlier() is not None


def test_of_two_interrupted_runs_the_longer_is_kept(tmp_path, source, truth) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    kept = first.left()
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path, source)(at(2 * MIB))
    assert first.left() == kept
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path, source)(at(8 * MIB))
    assert len(first.left()) == 2
    assert first.left() != kept
    assert found(Run(tmp_path, source)()) == truth


def test_interrupted_while_it_is_stored_what_an_earlier_run_kept_stays(tmp_path, source, monkeypatch) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    kept = first.left()
    forgotten = FileWriter._forget

    def interrupted(self):
        forgotten(self)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FileWriter, "_forget", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Run(tmp_path, source)()
    assert first.left() == kept
    assert Run(tmp_path, source)().index.remarks


def test_nothing_is_kept_of_little_nor_where_the_source_changed_or_the_disk_is_full(tmp_path, source) -> None:
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path, source, least=8 * MIB)(at(6 * MIB))
    full = Unavailable("evidence.vault_disk", reason="No space left on device")
    for error in (full, Conflict("evidence.changed_while_read", path="b")):
        with pytest.raises(type(error)):
            Run(tmp_path, source)(at(6 * MIB, error))
    assert Run(tmp_path, source).left() == []
    gone = Unavailable("evidence.cannot_read", path="b", reason="Input/output error")
    with pytest.raises(Unavailable):
        Run(tmp_path, source)(at(6 * MIB, gone))
    assert len(Run(tmp_path, source).left()) == 2  # the disk was pulled out: it may be put in again


def test_a_disk_that_does_not_take_the_note_leaves_nothing(tmp_path, source, monkeypatch) -> None:
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("comity.evidence.unfinished.age.pour", full)
    with pytest.raises(Unavailable, match=r"evidence\.vault_disk"):
        Run(tmp_path, source)()
    assert Run(tmp_path, source).left() == []


@pytest.mark.parametrize("step", ["reading", "noting", "committed", "entered"])
def test_a_kill_at_each_step_leaves_what_can_be_gone_on_with_or_swept(
    tmp_path, source, truth, monkeypatch, step
) -> None:
    def die(*_):
        os._exit(9)

    child = os.fork()
    if not child:
        with suppress(BaseException):
            run = Run(tmp_path, source)
            if step == "noting":
                monkeypatch.setattr("comity.evidence.unfinished.age.seal", die)
            elif step == "committed":
                monkeypatch.setattr(intake._Reading, "taken", die)
            elif step == "entered":
                monkeypatch.setattr(Keeping, "_drop_earlier", die)
            run((lambda done: die() if done > 6 * MIB else None) if step == "reading" else lambda _: None)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    second = Run(tmp_path, source)
    taken = second()
    assert found(taken) == truth
    assert bool(taken.index.remarks) is (step == "reading")
    with second.vault.held(alone=True) as ours:
        assert ours
        second.vault.clear_incoming()
    assert second.left() == []
    assert taken.stored.digest in second.vault.addresses()


def test_the_sweep_leaves_what_is_kept_for_a_while_and_then_removes_it(tmp_path, source) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    (first.vault.incoming / "ab12").write_bytes(b"half, and nobody's")
    (first.vault.incoming / "cd34.note").write_bytes(b"a note on nothing")
    assert first.vault.clear_incoming() == 2
    assert len(first.left()) == 2
    (sealed,) = (path for path in first.vault.incoming.iterdir() if not path.suffix)
    past = sealed.stat().st_mtime - KEPT - 1
    os.utime(sealed, (past, past))
    assert first.vault.clear_incoming() == 2
    assert first.left() == []


def test_nothing_of_it_tells_what_it_is(tmp_path, source) -> None:
    """Names and bytes of what is kept: neither a path nor content nor the key is to be read there."""
    first = Run(tmp_path, source, task=("request", "examiner", str(source)))
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    data = b"".join(path.name.encode() + path.read_bytes() for path in first.vault.incoming.iterdir())
    for told in (
        str(source).encode(),
        b"examiner",
        str(first.key).encode(),
        (source / "b").read_bytes()[:64],
    ):
        assert told not in data


def test_a_beginning_that_another_put_there_is_not_gone_on_with(tmp_path, source, truth) -> None:
    """Anybody can seal to the vault's key: a note of theirs, with their bytes beside it, is no note."""
    victim, forger, another = (
        Run(tmp_path, source),
        Run(tmp_path / "of-the-forger", source),
        age.generate_x25519(),
    )
    with pytest.raises(KeyboardInterrupt):
        forger(at(6 * MIB))
    name = forger.left()[0]
    with closing(forger.keeping()) as made:
        note = made._note.model_copy(update={"proof": _proof_of(another, made._note)})
    sealed = io.BytesIO()
    with age.encrypt([forger.key.recipient], Sink(sealed)) as writer:
        writer.write(b"what was never there" * 200_000)
    (victim.vault.incoming / name).write_bytes(sealed.getvalue())
    (victim.vault.incoming / f"{name}.note").write_bytes(age.seal(dump_bytes(note), [VAULT_KEY.recipient]))
    assert found(victim()) == truth


def _proof_of(key, note):
    return unfinished._proof(key, note.task, note.states, note.identity)


class Sink:
    def __init__(self, file):
        self.write = file.write


def test_a_run_holds_no_note_of_another_task(tmp_path, source) -> None:
    """Else who goes on with another intake meanwhile begins anew, and is not told."""
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    other = Run(tmp_path, source, task=("another request", "examiner"))
    with closing(other.keeping()) as one, closing(first.keeping()) as own:
        assert one.earlier() is None
        assert own.earlier() is not None


def test_of_several_killed_runs_the_longest_counts_and_none_stays(tmp_path, source) -> None:
    for place in (5 * MIB, 8 * MIB, 3 * MIB):
        run = Run(tmp_path / str(place), source)
        with pytest.raises(KeyboardInterrupt):
            run(at(place))
    vault = Run(tmp_path, source)
    for place in (5 * MIB, 8 * MIB, 3 * MIB):
        for path in (tmp_path / str(place) / "vault" / "incoming").iterdir():
            path.rename(vault.vault.incoming / path.name)
    longest = max(path.stat().st_size for path in vault.vault.incoming.iterdir())
    with closing(vault.keeping()) as keeping:
        assert keeping.earlier() is not None
        assert os.fstat(keeping._earlier.fileno()).st_size == longest
    assert len(vault.left()) == 2
    assert Run(tmp_path, source)().index.remarks
    assert vault.left() == []


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("/a/b",), ("/a/b",), True),
        (("/a/b",), ("/a",), True),
        (("/x", "/a"), ("/a/b/c",), True),
        (("/",), ("/a",), True),
        (("/a/b",), ("/a/bc",), False),
        (("/a/b",), ("/a/c",), False),
        ((STREAM, "disk.dd"), (STREAM, "other"), True),
        ((STREAM, "disk.dd"), ("/disk.dd",), False),
    ],
)
def test_which_tasks_may_be_of_the_same_source(one, other, shared) -> None:
    first, second = Task("request", "examiner", one), Task("request", "another", other)
    assert first.shares(second) is second.shares(first) is shared
    elsewhere = Task("another request", "another", other)
    assert first.shares(elsewhere) is (shared and one[0] != STREAM)


def test_a_task_of_any_path_is_read_back_as_it_was(tmp_path) -> None:
    """A path is bytes, not always text."""
    for path in ("/a/\udce9\n", "/ä", "/"):
        task = Task("request", "examiner", (path, "/b"))
        assert Task.of(read_back(written(task.words))) == task
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert real_path(tmp_path / "link" / "x") == tmp_path / "real" / "x"
    assert real_path(tmp_path / "link") == tmp_path / "link"  # which is refused as a source


def test_what_fits_is_forgotten_whoever_began_it_and_what_is_in_hand_is_not(tmp_path, source) -> None:
    first = Run(tmp_path, source)
    with pytest.raises(KeyboardInterrupt):
        first(at(6 * MIB))
    told = []

    def fits(task):
        told.append(task)
        return True

    with closing(first.keeping()) as keeping:
        assert keeping.earlier() is not None
        assert forget(first.vault.incoming, [VAULT_KEY], fits) == 0
    assert forget(first.vault.incoming, [age.generate_x25519()], fits) == 0
    assert told == []
    assert forget(first.vault.incoming, [VAULT_KEY], lambda _: False) == 0
    assert len(first.left()) == 2
    assert forget(first.vault.incoming, [VAULT_KEY], fits) == 1
    assert (told, first.left()) == ([Task.of(first.task)], [])
