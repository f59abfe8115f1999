"""The vault: whole objects only, found damaged when they are, and put twice without harm."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from pathlib import Path

import pytest
from blake3 import blake3

from comity.errors import BadInput, NotFound, ProofFailed, Unavailable
from comity.evidence import FileVault, Vault


@pytest.fixture
def vault(tmp_path) -> FileVault:
    return FileVault(tmp_path / "vault")


def files(vault: FileVault) -> list[str]:
    return sorted(str(p.relative_to(vault._root)) for p in vault._root.rglob("*") if p.is_file())


def test_an_object_lies_under_its_digest(vault) -> None:
    kept: Vault = vault
    stored = kept.put(io.BytesIO(b"sealed" * 100_000))
    assert stored.digest == blake3(b"sealed" * 100_000).hexdigest()
    assert stored.size == 600_000
    assert files(vault) == [f"{stored.digest[:2]}/{stored.digest[2:]}"]
    path = vault.path(stored.digest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    with kept.open(stored.digest) as file:
        assert file.read() == b"sealed" * 100_000
    assert kept.verify(stored.digest) == stored
    assert kept.has(stored.digest)
    assert kept.put(io.BytesIO(b"sealed" * 100_000)) == stored
    kept.remove(stored.digest)
    assert not kept.has(stored.digest)
    for call in (kept.open, kept.verify, kept.remove):
        with pytest.raises(NotFound):
            call(stored.digest)


def test_what_an_act_announces_lies_under_its_sha256(vault) -> None:
    stored = vault.put(io.BytesIO(b"piece"), announced=True)
    assert stored.digest == hashlib.sha256(b"piece").hexdigest()
    assert vault.verify(stored.digest) == stored
    assert vault.put(io.BytesIO(b"piece"), announced=True) == stored
    path = vault.path(stored.digest)
    path.chmod(0o644)
    path.write_bytes(b"pIece")
    with pytest.raises(ProofFailed):
        vault.verify(stored.digest)
    assert vault.put(io.BytesIO(b"piece"), announced=True) == stored
    assert vault.verify(stored.digest) == stored


def test_an_address_is_blake3_as_its_authors_published_it(vault) -> None:
    """Of github.com/BLAKE3-team/BLAKE3, test_vectors.json: bytes 0, 1 … 250, 0, 1 …; its first 32 bytes."""
    for size, digest in (
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
    ):
        assert vault.put(io.BytesIO(bytes(i % 251 for i in range(size)))).digest == digest


def test_a_damaged_object_is_named_and_healed_by_putting_it_again(vault) -> None:
    stored = vault.put(io.BytesIO(b"sealed"))
    path = vault.path(stored.digest)
    path.chmod(0o644)
    path.write_bytes(b"sEaled")
    with pytest.raises(ProofFailed) as caught:
        vault.verify(stored.digest)
    assert caught.value.arguments["address"] == stored.digest
    assert vault.put(io.BytesIO(b"sealed")) == stored
    assert vault.verify(stored.digest) == stored
    assert files(vault) == [f"{stored.digest[:2]}/{stored.digest[2:]}"]


def test_what_is_not_committed_leaves_nothing(vault) -> None:
    with vault.writer() as writer:
        writer.write(b"half")
        assert len(files(vault)) == 1
    assert files(vault) == []
    with pytest.raises(KeyError), vault.writer() as writer:
        raise KeyError
    assert files(vault) == []


def test_what_a_crash_leaves_is_no_object_and_can_be_cleared(vault) -> None:
    writer = vault.writer()
    writer.write(b"half")
    writer._file.close()
    assert FileVault(vault._root).clear_incoming() == 1
    assert files(vault) == []


@pytest.mark.parametrize(
    "address", ["", "..", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 63 + "/"]
)
def test_an_address_is_nothing_else(vault, address: str) -> None:
    with pytest.raises(BadInput, match="not_an_address"):
        vault.open(address)


def test_everything_is_synced_before_it_is_said_to_be_there(vault, monkeypatch) -> None:
    """The order that survives a power cut: file, then the link, then the folder; the root if new."""
    events: list[str] = []
    fsync, link = os.fsync, os.link

    def see_sync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        events.append("sync " + os.path.relpath(path, vault._root).split("/")[0])
        fsync(descriptor)

    def see_link(old, new) -> None:
        events.append("link")
        link(old, new)

    monkeypatch.setattr(os, "fsync", see_sync)
    monkeypatch.setattr(os, "link", see_link)
    stored = vault.put(io.BytesIO(b"x"))
    assert events == ["sync incoming", "sync .", "link", f"sync {stored.digest[:2]}"]


def test_a_full_disk_is_said(vault, monkeypatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="vault_disk"):
        vault.put(io.BytesIO(b"x"))
    monkeypatch.undo()
    assert files(vault) == []
