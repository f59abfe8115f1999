"""What is inside: types, archives, mailboxes, images; bombs that are stopped by the bound that they meet."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bombs

from comity import age
from comity.evidence import FileVault, take_in
from comity.evidence.inside import (
    Examined,
    Inside,
    examine,
    read_listing,
    readers,
    write_listing,
)
from comity.evidence.inside.allowance import ENTRIES, Allowance
from comity.evidence.inside.contents import Part, read_inside
from comity.evidence.inside.member import Members
from comity.evidence.inside.signature import type_of

REAL = next(
    (
        path
        for up in Path(__file__).resolve().parents
        if (path := up / "shared" / "data" / "evidence").is_dir()
    ),
    None,
)
real = pytest.mark.skipif(REAL is None, reason="the evidence files are not beside this repository")
forensics = pytest.mark.skipif(
    not all(readers().values()), reason="the extra forensics is not installed on this system"
)


def inside(data, name="file"):
    """What is inside of some bytes: read in this process, without the bounds of one."""
    found, acquired = [], []
    type = type_of(data[: 40 * 1024])
    reason = read_inside([Part(name, len(data), io.BytesIO(data))], type, found.append, acquired.append)
    return {one.path: one for one in found}, reason, acquired


def sealed(files, tmp_path):
    """Taken in, sealed, and examined where it lies."""
    source = tmp_path / "s"
    source.mkdir()
    for name, data in files.items():
        (source / name).write_bytes(data)
    key, vault = age.generate_x25519(), FileVault(tmp_path / "vault")
    taken = take_in(source, vault, [key.recipient], bytes(32))
    with vault.open(taken.stored.digest) as object_:
        made = examine(taken.index, age.open_range([key], object_, 0, taken.index.size))
    assert read_listing(write_listing(Inside(v=1, salt="0" * 64, files=made))).files == made
    return {one.path: one for one in made}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


# -- types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "image/png"),
        (bytes(4096), None),  # nothing but zeros shows nothing
        (b"PK", "text/plain"),
        ("Grüße\n".encode() * 2000, "text/plain"),
        ("é".encode() * 5000, "text/plain"),
        (b"caf\xe9\n", None),
        (b"a\x00b", None),
        (b"", None),
        (b"From here on it is text, of 2026\n", "text/plain"),
        (bombs.MAILBOX, "application/mbox"),
        (b"ADSEGMENTEDFILE\x00" + bytes(100), "application/x-ad1"),
    ],
)
def test_a_type_is_named_only_where_the_bytes_show_it(head, type) -> None:
    assert type_of(head) == type


# -- archives and mailboxes ---------------------------------------------------------------------------


def test_members_of_a_zip_with_their_times_and_digests() -> None:
    found, reason, _ = inside(bombs.zipped(a__b=b"hello", c=bombs.zipped(d=b"deeper")))
    assert reason is None
    assert found[("a/b",)].sha256 == sha256(b"hello")
    assert found[("a/b",)].times.modified == "2026-11-21T18:00:04"  # a zip knows no zone
    assert found[("c", "d")].sha256 == sha256(b"deeper")
    assert found[("c",)].type == "application/zip"


def test_members_of_a_tar_with_links_and_devices() -> None:
    data = bombs.tarred(
        bombs.member("a", b"hello"),
        bombs.member("b", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        bombs.member("null", type=tarfile.CHRTYPE),
        bombs.member("../" * 40 + "x", b"climbing"),
    )
    found, reason, _ = inside(data)
    assert reason is None
    assert {path[0]: (one.what, one.size) for path, one in found.items()} == {
        "a": ("file", 5),
        "b": ("link", None),
        "null": ("special", None),
        "../" * 40 + "x": ("file", 8),  # listed as it is named; nothing is written anywhere
    }
    assert found[("a",)].times.modified == "2012-07-11T09:46:40Z"


@pytest.mark.parametrize("wrap", ["gz", "bz2", "xz"])
def test_what_is_wrapped_is_one_file_or_a_tar(wrap) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{wrap}") as archive:
        archive.addfile(
            *[one if at == 0 else io.BytesIO(one) for at, one in enumerate(bombs.member("a", b"x" * 9000))]
        )
    found, reason, _ = inside(out.getvalue())
    assert (reason, found[("a",)].sha256) == (None, sha256(b"x" * 9000))
    module = __import__({"gz": "gzip", "bz2": "bz2", "xz": "lzma"}[wrap])
    found, reason, _ = inside(module.compress(b"alone"), f"log.{wrap}")
    assert (reason, found[("log",)].sha256) == (None, sha256(b"alone"))


def test_messages_of_a_mailbox_and_what_is_attached() -> None:
    found, reason, _ = inside(bombs.MAILBOX)
    assert reason is None
    assert sorted(found) == [("message-000001",), ("message-000002",), ("message-000002", "plan.txt")]
    assert found[("message-000001",)].times.modified == "2026-11-21T09:00:00Z"
    first = bombs.MAILBOX.partition(b"\n")[2].partition(b"\nFrom b@")[0] + b"\n"
    assert found[("message-000001",)].sha256 == sha256(first)
    assert found[("message-000002", "plan.txt")].sha256 == sha256(b"hello")
    assert b"not listed" not in str(found).encode()


def test_a_message_that_is_a_file_of_its_own_is_listed_as_one_in_a_mailbox(tmp_path) -> None:
    """As ``.eml``, with the line ends of Windows, or in a maildir, in whatever order its fields stand."""
    second = bombs.MAILBOX.rpartition(b"\nFrom b@")[2].partition(b"\n")[2]
    whole = b"date: Sat, 21 Nov 2026 11:00:00 +0100\nFrom: b@mail.example\n" + second
    for data in (
        whole,
        whole.replace(b"\n", b"\r\n"),
        b"Received: by x;\n\tThu, 1 Oct 2026 10:00:00 +0000\nX-Odd: 1\n" + whole,
    ):
        assert type_of(data) == "message/rfc822"
        found, reason, _ = inside(data)
        assert reason is None
        assert sorted(found) == [("message-000001",), ("message-000001", "plan.txt")]
        assert found[("message-000001",)].sha256 == sha256(data)
        assert found[("message-000001",)].times.modified is not None
        assert found[("message-000001", "plan.txt")].sha256 == sha256(b"hello")
    looked = sealed({"cur-1:2,S": whole}, tmp_path)
    (one,) = looked.values()
    assert one.type == "message/rfc822"
    assert {found.path for found in one.inside} == {("message-000001",), ("message-000001", "plan.txt")}


def forwarded(within, *, fields=b"", before=b""):
    """A message with another in it, and something beside it that has no name."""
    return (
        b"Date: Sat, 21 Nov 2026 11:00:00 +0100\nFrom: a@mail.example\n"
        b"Content-Type: multipart/mixed; boundary=z\n\n--z\n\nSee below.\n"
        b"--z\nContent-Type: message/rfc822\n" + fields + b"\n" + before + within + b"\n"
        b"--z\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(bombs.zipped(inner=b"x"))
        + b"\n--z--\n"
    )


def test_a_message_that_is_attached_is_listed_as_it_was_sent_and_what_has_no_name_is_numbered() -> None:
    second = bombs.MAILBOX.rpartition(b"\nFrom b@")[2].partition(b"\n")[2]
    lines = b"Subject: folded\r\n   so\nX-Odd:caf\xe9 \n" + second
    found, reason, _ = inside(forwarded(lines))
    assert reason is None
    top = "message-000001"
    assert {path[1:]: one.what for path, one in found.items()} == {
        (): "message",
        ("part-000001",): "message",
        ("plan.txt",): "file",
        ("part-000002",): "file",
        ("part-000002", "inner"): "file",
    }
    assert found[top, "part-000001"].sha256 == sha256(lines)
    assert found[top, "plan.txt"].sha256 == sha256(b"hello")
    # With a name, packed in base64, and within one another four times: none is lost by what leads to it.
    packed = b"Content-Transfer-Encoding: base64\n"
    named = b"Content-Disposition: attachment; filename=old.eml\n"
    data = forwarded(base64.b64encode(lines), fields=packed + named)
    found, _, _ = inside(data)
    assert (found[top, "old.eml"].what, found[top, "old.eml"].sha256) == ("message", sha256(lines))
    for _ in range(3):
        data = forwarded(data)
    found, reason, _ = inside(data)
    assert (reason, found[top, "plan.txt"].sha256) == (None, sha256(b"hello"))
    assert sum(one.what == "message" for one in found.values()) == 5


def test_a_message_whose_parts_cannot_be_told_apart_says_so() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1200))
    whole = b"Date: Sat, 21 Nov 2026 11:00:00 +0100\nFrom: a@mail.example\n" + deep + b"\nx\n"
    found, reason, _ = inside(whole)
    (message,) = found.values()
    assert (reason, message.unread, message.sha256) == (None, "depth", sha256(whole))


def test_mail_after_a_byte_order_mark_and_a_mailbox_without_dates() -> None:
    mark = b"\xef\xbb\xbf"
    second = bombs.MAILBOX.rpartition(b"\nFrom b@")[2].partition(b"\n")[2]
    whole = b"From: b@mail.example\nDate: Sat, 21 Nov 2026 11:00:00 +0100\n" + second
    found, reason, _ = inside(mark + whole)
    assert (reason, found["message-000001", "plan.txt"].sha256) == (None, sha256(b"hello"))
    assert found["message-000001",].sha256 == sha256(mark + whole)
    assert found["message-000001",].times.modified == "2026-11-21T10:00:00Z"
    for start in (b"From -\n", b"From b@mail.example\r\n", mark + b"From b@mail.example 2026\n"):
        body = whole + b"\nFrom here on: nothing.\n\nFrom me to you.\nSo it ends.\n"
        mailbox = start + body + b"\n" + start.removeprefix(mark) + whole
        assert type_of(mailbox) == "application/mbox"
        found, reason, _ = inside(mailbox)
        assert reason is None
        messages = {path: one.sha256 for path, one in found.items() if len(path) == 1}
        assert messages == {
            ("message-000001",): sha256(body + b"\n"), ("message-000002",): sha256(whole),
        }  # fmt: skip
        assert {path[1:] for path in found} == {(), ("plan.txt",)}
    assert type_of(b"From here on\nall is well: so it is\n\n") == "text/plain"


@pytest.mark.parametrize(
    "head",
    [
        b"From: a\nDate: today\n",  # no empty line: it may go on as anything
        b"From: a\n\nDate: today\n\n",
        b"Date: today\nSubject: x\n\n",
        b" From: a\nDate: today\n\n",
        b"From: a\nand so on\nDate: today\n\n",
        b"X: y\n" * 500 + b"From: a\nDate: today\n\n",
    ],
)
def test_text_with_colons_is_no_message(head) -> None:
    assert type_of(head) == "text/plain"


# -- bombs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bomb", [bombs.zip_bomb, bombs.gzip_bomb, bombs.sparse_tar])
def test_what_becomes_far_larger_is_stopped(bomb) -> None:
    data = bomb()
    assert len(data) < 600_000
    found, reason, _ = inside(data)
    assert reason == "ratio"
    assert [one.unread for one in found.values()] == ["ratio"]
    assert next(iter(found.values())).sha256 is None


def test_more_entries_than_are_listed(monkeypatch) -> None:
    monkeypatch.setattr(
        "comity.evidence.inside.contents.Allowance", lambda size: Allowance(size, entries=100)
    )
    found, reason, _ = inside(bombs.tarred(*(bombs.member(f"{n}") for n in range(200))))
    assert (len(found), reason) == (100, "entries")
    within, reason, _ = inside(bombs.zipped(a=bombs.tarred(*(bombs.member(f"{n}") for n in range(200)))))
    assert (within[("a",)].unread, len(within), reason) == ("entries", 100, "entries")
    assert Allowance(0).entries == ENTRIES


def test_an_archive_in_an_archive_is_opened_so_deep_and_no_deeper() -> None:
    found, reason, _ = inside(bombs.nested_zip(8))
    assert reason is None
    deepest = max(found, key=len)
    assert len(deepest) == 4
    assert found[deepest].unread == "depth"
    assert found[deepest].sha256 is not None
    found, _, _ = inside(bombs.quine_gzip())
    assert max(map(len, found)) == 4


def test_entries_that_overlap_and_sizes_that_lie_are_named() -> None:
    found, reason, _ = inside(bombs.overlapping_zip())
    # Later versions of Python see that they overlap; others meet the bound of what may come out.
    assert (reason, *{one.unread for one in found.values()}) in {("ratio", "ratio"), (None, "damaged")}
    found, reason, _ = inside(bombs.lying_zip())
    assert reason is None
    assert {path[0]: (one.unread, one.sha256) for path, one in found.items()} == {
        "short": ("damaged", None),
        "long": ("damaged", None),
    }


def test_what_is_encrypted_or_damaged_is_named_and_the_rest_is_listed() -> None:
    found, _, _ = inside(bombs.encrypted_zip())
    assert found[("secret",)].unread == "encrypted"
    data = bytearray(bombs.zipped(a=b"first" * 1000, b=b"second"))
    data[60] ^= 0xFF  # within the first member's content
    found, reason, _ = inside(bytes(data))
    assert (reason, found[("a",)].unread, found[("b",)].unread) == (None, "damaged", None)
    found, reason, _ = inside(bombs.tarred(bombs.member("a", b"1"), bombs.member("b", b"2" * 5000))[:3000])
    assert reason == "damaged"
    assert found[("a",)].sha256 == sha256(b"1")


# -- in a process of its own --------------------------------------------------------------------------


def test_a_sealed_exhibit_is_examined_where_it_lies(tmp_path) -> None:
    made = sealed(
        {
            "a.zip": bombs.zipped(x=b"hello"),
            "b.txt": b"text",
            "c": bytes(90_000),
            "d.7z": b"7z\xbc\xaf\x27\x1c",
        },
        tmp_path,
    )
    assert {path: one.type for path, one in made.items()} == {
        "a.zip": "application/zip",
        "b.txt": "text/plain",
        "c": None,
        "d.7z": "application/x-7z-compressed",
    }
    assert made["a.zip"].inside[0].sha256 == sha256(b"hello")
    assert made["d.7z"].unread == "no_reader"


# -- images -------------------------------------------------------------------------------------------


@real
@forensics
def test_the_acquisitions_own_digest_is_found_again(tmp_path) -> None:
    files = {name: (REAL / name).read_bytes() for name in ("ext2.E01", "ext2.split.E01", "ext2.split.E02")}
    made = sealed(files, tmp_path)
    for name in ("ext2.E01", "ext2.split.E01"):
        (md5,) = made[name].acquired.hashes
        assert (md5.algorithm, md5.found, md5.same) == ("md5", "196066add11fb71c4c49cf1bb50d6d24", True)
        listed = {one.path: one for one in made[name].inside}
        assert listed[("passwords.txt",)].size == 116
        assert listed[("a_directory/a_file",)].times.modified == "2021-07-22T14:07:32Z"
        assert made[name].unread is None
    assert made["ext2.split.E01"].acquired.parts == ("ext2.split.E01", "ext2.split.E02")
    assert made["ext2.split.E02"].part_of == "ext2.split.E01"


@real
@forensics
def test_a_digest_that_differs_is_said_and_never_hidden(tmp_path) -> None:
    """The stored MD5 stands in the sections ``hash`` and ``digest``; each has a checksum of its own."""
    import zlib

    data = bytearray((REAL / "ext2.E01").read_bytes())
    stored = bytes.fromhex("196066add11fb71c4c49cf1bb50d6d24")
    at = data.find(stored)
    assert at > 0
    while at >= 0:
        data[at] ^= 1
        for size in (32, 76):  # of a section hash, and of a section digest, less the checksum at its end
            old = zlib.adler32(bytes(stored) + bytes(data[at + 16 : at + size]))
            if data[at + size : at + size + 4] == old.to_bytes(4, "little"):
                new = zlib.adler32(bytes(data[at : at + size]))
                data[at + size : at + size + 4] = new.to_bytes(4, "little")
        at = data.find(stored, at)
    made = sealed({"ext2.E01": bytes(data)}, tmp_path)
    (md5,) = made["ext2.E01"].acquired.hashes
    assert md5.found == stored.hex()
    assert md5.stored != md5.found
    assert md5.same is False


@real
@forensics
def test_an_image_that_lacks_a_part_is_named(tmp_path) -> None:
    made = sealed({"one.E01": (REAL / "ext2.split.E01").read_bytes()}, tmp_path)
    assert made["one.E01"].acquired.sha256 is None
    assert made["one.E01"].unread in {"parts_missing", "damaged"}


@real
@forensics
def test_files_of_a_raw_image_with_deleted_ones_by_name(tmp_path) -> None:
    made = sealed(
        {"disk.dd": (REAL / "ímynd.dd").read_bytes(), "s.tgz": (REAL / "syslog.tgz").read_bytes()}, tmp_path
    )
    listed = {one.path[0]: one for one in made["disk.dd"].inside}
    assert (
        listed["passwords.txt"].sha256 == "02a2a6af2f1ecf4720d7d49d640f0d0a269a7ec733e41973bdd34f09dad0e252"
    )
    assert (listed["a_link"].what, listed["a_directory/another_file~"].unread) == ("link", "deleted")
    assert made["s.tgz"].inside[0].sha256 == sha256((REAL / "syslog").read_bytes())


def test_an_image_without_its_reader_is_named(monkeypatch) -> None:
    monkeypatch.setattr("comity.evidence.inside.image.readers", lambda: {"pyewf": False, "pytsk3": False})
    for data in (b"EVF\x09\x0d\x0a\xff\x00" + bytes(100), b"\x00\x00\x00NTFS    " + bytes(100)):
        assert inside(data)[1] == "no_reader"


def test_a_size_that_no_file_has_is_said_and_the_listing_goes_on() -> None:
    """An inode can say any number of 64 bits; a listing holds those that every reader of JSON holds."""
    emitted = []
    members = Members(Allowance(10**6), emitted.append, lambda *_: None)
    for name, size in (("huge", 2**53), ("negative", -1), ("largest", 2**53 - 1)):
        with members.entered(name, "file", None) as member:
            member.says(size)
    assert [(one.size, one.unread) for one in emitted] == [
        (None, "damaged"), (None, "damaged"), (2**53 - 1, None),
    ]  # fmt: skip
    row = Examined(path="d", type=None, part_of=None, acquired=None, inside=tuple(emitted), unread=None)
    listing = Inside(v=1, salt="0" * 64, files=(row,))
    assert read_listing(write_listing(listing)) == listing
