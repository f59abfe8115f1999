"""One sealed exhibit, made once, that the tests of this room take apart."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import seaweedfs
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import age
from comity.clock import SystemClock, write_instant
from comity.dsse import Envelope
from comity.evidence import (
    Criteria,
    FileVault,
    OpenSslAuthority,
    Part,
    PartSource,
    Rest,
    S3Vault,
    SealStatement,
    Selection,
    Taken,
    choose,
    intake,
    leaf_count,
    make_root,
    make_statement,
    prove_part,
    read_statement,
    sign_root,
    sign_selection,
    sign_statement,
    take_in,
)
from comity.evidence.s3vault import Lock
from comity.wire import digest, dump_bytes

CASE = "0123456789abcdef0123456789abcdef"
SECRET = bytes(range(32))
AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


@dataclass(frozen=True)
class Node:
    """A node's sealing key."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


@dataclass(frozen=True)
class Exhibit:
    """A sealed exhibit in a vault."""

    source: Path
    vault: FileVault
    identity: age.X25519Identity
    taken: Taken
    node: Node
    envelope: Envelope

    def payload(self) -> io.BytesIO:
        with self.vault.open(self.taken.stored.digest) as sealed:
            return io.BytesIO(age.decrypt([self.identity], sealed).read())


def seal_up(source: Path, vault: FileVault, node: Node) -> Exhibit:
    identity = age.generate_x25519()
    taken = take_in(source, vault, [identity.recipient], SECRET)
    statement = make_statement(
        taken, exhibit="EX-1", case=CASE, taken_at=AT, taken_by="examiner-a", source="a folder of a test"
    )
    return Exhibit(source, vault, identity, taken, node, sign_statement(statement, node.public, node.sign))


def reseal(exhibit: Exhibit, **changes: object) -> Envelope:
    """A statement that the node truly signed, and that is not so."""
    members = {**json.loads(exhibit.envelope.body), **changes}
    statement = SealStatement.model_construct(**members)
    return sign_statement(statement, exhibit.node.public, exhibit.node.sign)


@pytest.fixture
def sealed_folder(tmp_path):
    """Seals a folder, into a vault beside it."""
    return lambda folder: seal_up(folder, FileVault(tmp_path / "vault"), Node(Ed25519PrivateKey.generate()))


@pytest.fixture(scope="session")
def resealed():
    return reseal


@pytest.fixture(scope="session")
def node() -> Node:
    return Node(Ed25519PrivateKey.from_private_bytes(b"n" * 32))


@pytest.fixture(scope="session")
def exhibit(tmp_path_factory, node) -> Exhibit:
    source = tmp_path_factory.mktemp("source") / "laptop"
    (source / "logs" / "deep").mkdir(parents=True)
    (source / "empty folder").mkdir()
    (source / "logs" / "auth.log").write_bytes(b"Nov 21 sshd: accepted\n" * 1000)
    (source / "logs" / "deep" / "100% sure.txt").write_bytes(b"per cent")
    (source / "logs" / "nothing").write_bytes(b"")
    (source / "ímynd.dd").write_bytes(bytes(i % 253 for i in range(1_300_000)))
    (source / "link").symlink_to("/etc/passwd")
    return seal_up(source, FileVault(tmp_path_factory.mktemp("vault")), node)


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> OpenSslAuthority:
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not installed")
    return OpenSslAuthority(tmp_path_factory.mktemp("authority"))


LOGS = Criteria(paths=("logs/**",), data=(), accounts=(), since=None, until=None)


@pytest.fixture(scope="session")
def part(exhibit):
    """Two files of the room's exhibit, sealed as a part: envelope, index, taken, key, part, rest."""
    source = exhibit.taken.index
    choice = choose(source, LOGS, ("logs/nothing",), ())
    payload = exhibit.payload().read()
    chosen = [source.files[n] for n in choice.taken]
    files = ((e, io.BytesIO(payload[e.offset : e.offset + e.size])) for e in chosen)
    key = age.generate_x25519()
    taken = take_in(
        PartSource(files, sum(e.size for e in chosen)), exhibit.vault, [key.recipient], bytes(range(1, 33))
    )
    sealed = read_statement(exhibit.envelope)
    root = sign_root(make_root(sealed, leaf_count(sealed.files)), exhibit.node.public, exhibit.node.sign)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    statement = make_statement(
        taken, exhibit="EX-2", case=sealed.case, taken_at=at, taken_by="p-1", source="part of EX-1"
    )
    seal = sign_statement(statement, exhibit.node.public, exhibit.node.sign)
    rest = Rest(v=1, salt="5" * 64, excluded=("logs/nothing",), left=choice.left)
    selection = Selection(
        v=1, exhibit="EX-2", case=sealed.case, source="EX-1", statement=seal.id, root=root.id,
        selected_at=write_instant(at), selected_by="p-1", why="the order names the logs alone",
        criteria=LOGS, files=len(chosen), size=taken.index.size,
        rest=digest(dump_bytes(rest)),
    )  # fmt: skip
    envelope = sign_selection(selection, exhibit.node.public, exhibit.node.sign)
    made = Part(v=1, selection=envelope, root=root, proof=prove_part(source, SECRET, choice.taken))
    return seal, taken, key, made, rest, selection


@pytest.fixture(scope="module")
def plain(s3):
    return s3.shared(lock=False)


@pytest.fixture(scope="module")
def locking(s3):
    return s3.shared(lock=True)


@pytest.fixture
def opened(s3, tmp_path):
    """Makes vaults, each under a prefix of its own unless told, and closes them."""
    made = []

    def make(bucket, *, lock=None, clock=None, folder="here", prefix=None, owner="a", **more):
        place = s3.bucket(bucket, prefix=prefix or f"p{os.urandom(4).hex()}", **more)
        own = Lock(lock, 30) if lock else None
        vault = S3Vault(
            *(place, tmp_path / folder, clock or SystemClock()),
            owner=lambda: owner * 64,
            lock=own,
            part=seaweedfs.PART,
            parts=2,
        )
        made.append(vault)
        return vault

    yield make
    for vault in made:
        vault.close()


@pytest.fixture
def as_disk():
    """Makes a disk of a file: needs the rights of root, and a kernel that has loop devices."""
    if os.geteuid() != 0 or shutil.which("losetup") is None:
        pytest.skip("needs root and losetup")
    with ExitStack() as made:

        def attached(image):
            done = subprocess.run(
                ["losetup", "--find", "--show", image], capture_output=True, text=True, check=False
            )
            if done.returncode:
                pytest.skip(f"no loop device: {done.stderr.strip()}")
            path = Path(done.stdout.strip())
            made.callback(subprocess.run, ["losetup", "--detach", path], check=False)
            return path

        yield attached


@pytest.fixture
def disk(tmp_path, as_disk):
    """A disk, and the file that it is."""
    image = tmp_path / "image"
    image.write_bytes(bytes(i % 251 for i in range(1_048_576)))
    return as_disk(image), image


@pytest.fixture
def read_from_source(monkeypatch):
    """How many bytes were read of the source itself."""
    count = [0]
    opened = intake.opened

    @contextmanager
    def counted(listed):
        with opened(listed) as file:

            class Counted:
                seek = file.seek

                def readinto(self, view):
                    got = file.readinto(view)
                    count[0] += got
                    return got

            yield Counted()

    monkeypatch.setattr(intake, "opened", counted)
    return count
