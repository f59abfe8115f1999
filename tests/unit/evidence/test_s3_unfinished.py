"""An intake into a bucket that is interrupted, and goes on with what was sent; whole, absent or resumed."""

from __future__ import annotations

import io
import os
from base64 import b64encode
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest
import weather
from interrupted import MIB, SECRET, VAULT_KEY, at
from seaweedfs import PART

from comity import age
from comity.clock import SystemClock
from comity.errors import ComityError, Conflict, Unavailable
from comity.evidence import S3Keeping, StreamSource, forget_sent, intake, list_source, sent, take_in
from comity.evidence.s3vault import ABANDONED
from comity.evidence.sent import Begun, Journal, journals, keys_kept

TASK = ("request", "examiner")
WHOLE = 4 * PART + 12_345
"""With two parts to an object of the store: two objects, and a rest."""


@pytest.fixture(scope="module")
def content():
    return os.urandom(WHOLE)


@pytest.fixture
def source(tmp_path, content):
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "a").write_bytes(content[: 3 * MIB])
    (tmp_path / "source" / "b").write_bytes(content[3 * MIB :])
    return tmp_path / "source"


class Run:
    """One run; ``sent``: the parts that left in it."""

    def __init__(self, vault, source, task=TASK):
        self.vault, self.source, self.task = vault, source, task
        self.first = age.generate_x25519()
        self.sent = []
        part = vault.bucket.part

        def counted(key, upload, number, data, digest=None):
            self.sent.append(number)
            return part(key, upload, number, data, digest)

        vault.bucket.part = counted

    def keeping(self):
        return S3Keeping(
            self.vault, self.task, key=self.first, recipients=[VAULT_KEY.recipient], identities=[VAULT_KEY]
        )

    def __call__(self, stop=lambda _: None):
        source = self.source if isinstance(self.source, StreamSource) else list_source(self.source)
        with closing(self.keeping()) as keeping:
            self.key = keeping.take_up()
            taken = take_in(
                source, self.vault, [self.key.recipient], SECRET,
                progress=lambda so_far, _: stop(so_far), keeping=keeping,
            )  # fmt: skip
            keeping.done()
        return taken

    def opens(self, taken):
        with self.vault.open(taken.stored.digest) as sealed:
            return age.decrypt([self.key], sealed).read()

    def lying(self):
        """What the store and this machine have beside exhibits: uploads, contents, journals."""
        return (
            len(self.vault.bucket.uploads("data/")),
            len(list(self.vault.bucket.keys("data/"))),
            len(journals(self.vault.folder)),
        )


@pytest.fixture
def run(opened, plain, source):
    """Runs of one node: each with a vault as a new process has it."""
    prefix = f"u{os.urandom(4).hex()}"

    def make(source=source, **more):
        return Run(opened(plain, prefix=prefix), source, **more)

    return make


@pytest.mark.parametrize(("place", "left"), [(PART + MIB, 1), (3 * PART + MIB, 2), (WHOLE, 3)])
def test_what_was_sent_is_not_sent_again(run, content, place, left) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(place))
    assert not first.vault.addresses()
    assert first.lying()[2] == 1
    second = run()
    taken = second()
    assert second.key is not second.first
    assert second.opens(taken) == content
    assert not taken.index.remarks
    # All parts of both runs together are the parts of the exhibit; a part that was cut is sent again.
    assert 5 <= len(first.sent) + len(second.sent) <= 6
    assert len(first.sent) >= left
    assert second.lying() == (0, 3, 0)
    assert second.vault.clear_incoming() == 0


def test_what_is_shorter_than_a_part_leaves_nothing(run) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(MIB))
    assert first.lying() == (0, 0, 0)


def test_a_stream_that_comes_again_is_compared_and_gone_on_with(run, content) -> None:
    first = run(StreamSource("dump", io.BytesIO(content)))
    with pytest.raises(KeyboardInterrupt):
        first(at(3 * PART))
    second = run(StreamSource("dump", io.BytesIO(content)))
    assert second.opens(second()) == content
    assert len(second.sent) < 5


@pytest.mark.parametrize("change", ["first byte", "sent last", "shorter", "none left", "one part"])
def test_what_comes_otherwise_never_leaves_under_the_same_key(run, content, change) -> None:
    """Two texts under one counter would give away both to whoever keeps the parts."""
    first = run(StreamSource("dump", io.BytesIO(content)))
    with pytest.raises(KeyboardInterrupt):
        first(at(WHOLE))
    (path,) = journals(first.vault.folder)
    journal = Journal.taken(path)
    sent = journal.parts
    journal.close()
    assert sent >= 2
    other = bytearray(content)
    if change == "first byte":
        other[0] ^= 1
    elif change == "sent last":
        other[sent * PART - MIB] ^= 1
    else:
        del other[{"shorter": (sent - 1) * PART + 5, "none left": 0, "one part": MIB}[change] :]
    second = run(StreamSource("dump", io.BytesIO(bytes(other))))
    put, left = second.vault.bucket.put, []

    def counted(key, data, **more):
        left.append((key, bytes(data)))
        return put(key, data, **more)

    second.vault.bucket.put = counted
    with pytest.raises(Conflict, match=r"evidence\.changed_since"):
        second()
    assert not [key for key, _ in left if key.startswith("data/")]
    assert second.lying() == (0, 0, 0)
    third = run(StreamSource("dump", io.BytesIO(bytes(other))))
    assert third.opens(third()) == other


def test_of_a_rest_behind_whole_objects_each_byte_is_compared(run, content) -> None:
    """It would be put whole, and noted nowhere."""
    first = run(StreamSource("dump", io.BytesIO(content)))
    name, first.vault.name = first.vault.name, None
    with pytest.raises(TypeError):
        first()
    first.vault.name = name
    assert first.lying() == (0, 0, 0)  # an error of the program: nothing is kept

    def cut(*_):
        raise Unavailable("evidence.s3_silent", what="ConnectTimeoutError")

    again = run(StreamSource("dump", io.BytesIO(content)))
    again.vault.name = cut
    with pytest.raises(Unavailable):
        again()
    assert again.lying() == (0, 3, 1)  # three objects that the store made; no name yet
    other = run(StreamSource("dump", io.BytesIO(content[:-1] + b"\0")))
    with pytest.raises(Conflict):
        other()
    assert other.sent == []
    assert other.lying() == (0, 0, 0)


@pytest.mark.parametrize("step", ["begun", "noted", "sent", "made", "named", "stored"])
def test_a_kill_at_each_step_leaves_what_can_be_gone_on_with_or_swept(
    run, content, monkeypatch, step
) -> None:
    def die(*_, **__):
        os._exit(9)

    child = os.fork()
    if not child:
        with suppress(BaseException):
            first = run()
            if step == "begun":
                monkeypatch.setattr(Journal, "begin", die)
            elif step == "noted":
                monkeypatch.setattr(first.vault.bucket, "part", die)
            elif step == "made":
                complete = first.vault.bucket.complete
                first.vault.bucket.complete = lambda *told: (complete(*told) and None) or die()
            elif step == "named":
                monkeypatch.setattr(S3Keeping, "stored", die)
            elif step == "stored":
                monkeypatch.setattr(intake._Reading, "taken", die)
            first((lambda so_far: die() if so_far > 3 * PART else None) if step == "sent" else lambda _: None)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with run().vault.held(alone=True) as ours:  # what nobody can go on with is swept, the rest is kept
        assert ours
        run().vault.clear_incoming()
    second = run()
    assert second.opens(second()) == content
    if step in {"sent", "made", "named"}:
        assert len(second.sent) < 5
    # Of one key there is one object: whoever may be an exhibit already is not gone on with.
    assert (second.key is second.first) is (step in {"begun", "stored"})
    with run().vault.held(alone=True):
        run().vault.clear_incoming()
    assert second.lying() == (0, 3 if step != "stored" else 6, 0)


def test_a_way_that_is_cut_anywhere_is_gone_on_with(s3, opened, plain, source, content) -> None:
    """Few requests get through to the store in each run; what they brought is there in the next."""
    prefix, cuts = f"w{os.urandom(4).hex()}", 0
    for _ in range(8):
        passed = [0]

        def befalls(method, path, passed=passed):
            passed[0] += method in {"PUT", "POST"} and "/data/" in path
            return (503, "SlowDown") if passed[0] > 3 else None

        with weather.between(s3.port, befalls) as endpoint:
            cut = Run(opened(plain, prefix=prefix, endpoint=endpoint), source)
            try:
                taken = cut()
            except ComityError:
                cuts += 1
                continue
            assert cut.opens(taken) == content
            break
    assert cuts > 1
    done = Run(opened(plain, prefix=prefix), source)
    with done.vault.held(alone=True):
        done.vault.clear_incoming()
    assert done.lying() == (0, 3, 0)


def test_what_nobody_comes_back_for_is_swept(run, opened, plain) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(3 * PART + MIB))
    assert first.vault.clear_incoming() == 0
    assert first.lying()[2] == 1

    class Later:
        def now(self):
            return SystemClock().now() + ABANDONED + timedelta(minutes=1)

    late = run().vault
    late._clock = Later()
    assert late.clear_incoming() == 2
    assert first.lying() == (0, 0, 0)


def test_an_upload_that_is_gone_begins_anew_under_a_fresh_key(run, content) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(3 * PART + MIB))
    for one in first.vault.bucket.uploads("data/"):
        first.vault.bucket.abort(one.key, one.id)
    second = run()
    assert second.opens(second()) == content
    assert second.key is second.first
    assert second.lying() == (0, 3, 0)


def test_another_task_and_a_forged_note_are_not_gone_on_with(run) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(PART + MIB))
    other = run(task=("another request", "examiner"))
    with closing(other.keeping()) as keeping:
        assert keeping.take_up() is other.first
    (path,) = journals(first.vault.folder)
    lines = path.read_bytes().split(b"\n")
    forger = S3Keeping(
        first.vault, TASK, key=age.generate_x25519(), recipients=[VAULT_KEY.recipient],
        identities=[age.generate_x25519()],
    )  # fmt: skip
    forger.take_up()
    path.write_bytes(b"\n".join([b64encode(forger._journal.note), *lines[1:]]))
    second = run()
    with closing(second.keeping()) as keeping:
        assert keeping.take_up() is second.first
    path.write_bytes(b"\n".join(lines))
    with closing(second.keeping()) as one, closing(second.keeping()) as two:
        assert one.take_up() is not second.first
        assert two.take_up() is second.first  # held by the other


def test_what_fits_is_forgotten_whoever_began_it_and_what_is_in_hand_is_not(run) -> None:
    first = run()
    with pytest.raises(KeyboardInterrupt):
        first(at(PART + MIB))
    vault = run().vault
    with closing(first.keeping()) as keeping:
        keeping.take_up()
        assert forget_sent(vault, [VAULT_KEY], lambda _: True) == 0
    assert forget_sent(vault, [age.generate_x25519()], lambda _: True) == 0
    assert forget_sent(vault, [VAULT_KEY], lambda task: task.by != "examiner") == 0
    assert first.lying()[2] == 1
    assert forget_sent(vault, [VAULT_KEY], lambda task: (task.about, task.by) == TASK) == 1
    assert (first.lying()[0], first.lying()[2]) == (0, 0)


def test_a_journal_that_is_cut_anywhere_tells_what_it_told_whole(tmp_path) -> None:
    journal = Journal(tmp_path, b"a note, sealed")
    begun = journal.begin("data/ab/cd", "upload-1")
    for number in (1, 2):
        journal.part(begun, number, str(number) * 64)
    begun = journal.begin("data/ab/ef", "upload-2")
    journal.part(begun, 1, "e" * 64)
    journal.close()
    (path,) = journals(tmp_path)
    data = path.read_bytes()
    lines = [0, *(at + 1 for at, byte in enumerate(data) if byte == 10)]
    near = {line + more for line in lines[1:] for more in (-1, 0, 1, 9)}
    for cut in sorted(near & {*range(lines[1], len(data) + 1)}):
        path.write_bytes(data[:cut])
        taken = Journal.taken(path)
        assert taken.parts + len(taken.begun) == sum(line <= cut for line in lines) - 2
        if taken.begun:
            taken.part(taken.begun[-1], 9, "f" * 64)
            taken.close()
            taken = Journal.taken(path)
            assert taken.begun[-1].parts[9] == "f" * 64
        taken.close()
    for harm in (b"part 1 x\n", b"part 1 " + b"a" * 64 + b"\n", b"begun a b c\n"):
        path.write_bytes(data[: lines[1]] + harm)
        assert Journal.taken(path) is None
    assert keys_kept(tmp_path, SystemClock().now() - ABANDONED) == frozenset()
    assert journals(tmp_path) == []


def test_by_an_older_state_of_its_journal_nothing_leaves_twice(run, content) -> None:
    """As a copy of the disk brings it back: the store has a part that it does not know."""
    first = run(StreamSource("dump", io.BytesIO(content)))
    first.vault._parts = 9
    with pytest.raises(KeyboardInterrupt):
        first(at(WHOLE))
    assert {1, 2} <= set(first.sent)
    (path,) = journals(first.vault.folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]))  # the note, the upload, and one part
    second = run(StreamSource("dump", io.BytesIO(content[: PART + MIB] + bytes(2 * PART))))
    second.vault._parts = 9
    with pytest.raises(Conflict, match=r"evidence\.changed_since"):
        second()
    assert not set(first.sent) & set(second.sent)
    assert second.lying() == (0, 0, 0)


def test_no_exhibit_is_made_while_its_journal_is_there(run, monkeypatch) -> None:
    """Who forgets a journal that came back after a power cut would remove what is an exhibit by then."""
    synced, told = sent.sync_folder, []

    def syncing(folder):
        told.append(len(journals(folder.parent)))
        synced(folder)

    monkeypatch.setattr(sent, "sync_folder", syncing)
    done = run()
    done()
    assert told == [1, 0]  # made; and gone, before anybody is told that it is stored

    def failing(path, **_):
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing)
        with pytest.raises(Unavailable, match=r"evidence\.vault_disk"):
            run()()


def test_once_the_disk_lost_a_line_no_further_part_leaves(tmp_path, monkeypatch) -> None:
    """It tells so once; the next line is taken as if nothing were."""
    journal = Journal(tmp_path, b"a note, sealed")
    begun = journal.begin("data/ab/cd", "upload-1")
    synced, told = os.fsync, []

    def losing(number):
        if not told:
            told.append(number)
            raise OSError(5, "Input/output error")
        synced(number)

    monkeypatch.setattr("comity.evidence.sent.os.fsync", losing)
    for number in (1, 2):
        with pytest.raises(Unavailable, match=r"evidence\.vault_disk"):
            journal.part(begun, number, "a" * 64)
    assert begun.parts == {}
    journal.close()


def test_a_part_is_there_only_if_it_is_what_left_and_all_of_it() -> None:
    begun = Begun("k", "u", {1: "a" * 64, 2: "b" * 64}, {1: ("tag", 5), 2: ("cut", 3), 3: ("odd", 5)})
    assert begun.tag(1, "a" * 64, 5) == "tag"
    assert begun.tag(2, "b" * 64, 5) is None  # sent again: it is the same
    for number in (1, 3):  # another; and what the store has, and the journal does not know
        with pytest.raises(Conflict):
            begun.tag(number, "c" * 64, 5)
    assert begun.tag(4, "c" * 64, 5) is None
    with pytest.raises(Conflict):
        begun.check_end(2, 10)
    begun.made = (None, 10)
    assert begun.tag(2, "b" * 64, 5) == ""
    with pytest.raises(Conflict):
        begun.tag(3, "c" * 64, 5)
    for number, size in ((1, 10), (2, 9)):
        with pytest.raises(Conflict):
            begun.check_end(number, size)
