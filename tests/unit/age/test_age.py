"""The age room: files round and round, whole, cut, mixed, and read by programs we did not write."""

from __future__ import annotations

import io
import shutil
import subprocess

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import age
from comity.age import bech32, stream
from comity.age.bech32 import bech32_decode, bech32_encode
from comity.errors import BadInput, NotFound, ProofFailed

# C2SP age.md prints these two pairs.
SPEC_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
SPEC_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
SPEC_HYBRID = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"

ONE = age.parse_identity(SPEC_IDENTITY)
HYBRID = age.parse_identity(SPEC_HYBRID)
OTHER = age.generate_x25519()

has_age = pytest.mark.skipif(shutil.which("age") is None, reason="the program `age` is not installed")

sizes = st.one_of(st.integers(0, 300), st.integers(-2, 2).map(lambda d: 2 * age.CHUNK + d))


def odd_padding() -> str:
    """``age1`` over 32 zero bytes whose four left-over bits are not zero, with a right checksum."""
    values = [*[0] * 51, 1]
    check = bech32._polymod([*bech32._expand("age"), *values, *[0] * 6]) ^ 1
    tail = [(check >> 5 * (5 - i)) & 31 for i in range(6)]
    return "age1" + "".join(bech32._ALPHABET[value] for value in [*values, *tail])


def sealed(data: bytes, *recipients: age.Recipient) -> bytes:
    return age.seal(data, recipients or [ONE.recipient])


def opened(data: bytes, *identities: age.Identity) -> bytes:
    return age.decrypt(identities or [ONE], io.BytesIO(data)).read()


def test_keys_of_the_specification() -> None:
    assert str(ONE) == SPEC_IDENTITY
    assert str(ONE.recipient) == SPEC_RECIPIENT
    assert str(HYBRID) == SPEC_HYBRID
    text = str(HYBRID.recipient)
    assert text.startswith(
        "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95paef6c"
    )
    assert text.endswith("jtqmwze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")
    assert age.parse_recipient(text) == HYBRID.recipient


def test_a_secret_is_not_shown() -> None:
    assert repr(ONE) == "X25519Identity()"
    assert repr(HYBRID) == "HybridIdentity()"
    with pytest.raises(BadInput) as caught:
        age.parse_identity(SPEC_IDENTITY[:-1] + "Q")
    assert SPEC_IDENTITY[20:40] not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (SPEC_RECIPIENT[:-1] + "q", "checksum"),
        (SPEC_RECIPIENT[:5] + SPEC_RECIPIENT[5:].upper(), "case"),
        (SPEC_RECIPIENT.upper(), "kind"),
        (SPEC_RECIPIENT.replace("z", "b", 1), "character"),
        ("zvkyg2lqz", "separator"),
        ("", "separator"),
        (SPEC_IDENTITY, "kind"),
        (odd_padding(), "padding"),
        (bech32_encode("age", bytes(31)), "kind"),
        (bech32_encode("agf", bytes(32)), "kind"),
        (bech32_encode("age1pq", b"\xff" * 1216), "kind"),
    ],
)
def test_a_recipient_that_is_not_one(text: str, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        age.parse_recipient(text)
    assert caught.value.arguments == {"what": what}


@given(st.binary(max_size=100))
def test_bech32_returns_what_was_written(data: bytes) -> None:
    assert bech32_decode(bech32_encode("age", data)) == ("age", data)


@settings(max_examples=25, deadline=None)
@given(sizes, st.lists(st.integers(1, 200_000), max_size=5), st.sampled_from([ONE, HYBRID]))
def test_what_is_written_in_any_pieces_is_read_in_any_pieces(
    size: int, pieces: list[int], identity: age.X25519Identity | age.HybridIdentity
) -> None:
    data = bytes(i * 7 % 256 for i in range(256)) * (size // 256 + 1)
    data = data[:size]
    out = io.BytesIO()
    with age.encrypt([identity.recipient], out) as writer:
        at = 0
        for piece in [*pieces, size]:
            writer.write(data[at : at + piece])
            at += piece
    file = out.getvalue()
    assert opened(file, identity) == data
    header = age.read_header(io.BytesIO(file))
    assert len(file) == header.size + age.payload_size(size)
    reader = age.decrypt([identity], io.BytesIO(file))
    got = b"".join(iter(lambda: reader.read(pieces[0] if pieces else 1000), b""))
    assert got == data


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_range_is_the_slice(data: st.DataObject) -> None:
    size = data.draw(sizes)
    plain = bytes(i * 11 % 251 for i in range(size))
    file = io.BytesIO(sealed(plain))
    start = data.draw(st.integers(0, size))
    length = data.draw(st.integers(0, size - start))
    assert age.open_range([ONE], file, start, length).read() == plain[start : start + length]
    with pytest.raises(BadInput, match=r"age\.range"):
        age.open_range([ONE], file, start, size - start + 1)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(data: st.DataObject) -> None:
    file = bytearray(sealed(b"who was where" * 10))
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((BadInput, ProofFailed, NotFound)):
        opened(bytes(file))


@pytest.mark.parametrize("size", [0, 1, age.CHUNK, 2 * age.CHUNK, 2 * age.CHUNK + 5])
def test_a_cut_file_is_found_at_every_chunk(size: int) -> None:
    file = sealed(bytes(size))
    start = age.read_header(io.BytesIO(file)).size
    for end in {start, start + 7, start + 16, len(file) - 1, start + 16 + age.CHUNK + 16} - {len(file)}:
        if end < len(file):
            with pytest.raises((ProofFailed, BadInput)):
                opened(file[:end])
    with pytest.raises(ProofFailed):
        opened(file + b"\0")


def test_an_abandoned_file_cannot_be_opened() -> None:
    out = io.BytesIO()
    with pytest.raises(KeyError), age.encrypt([ONE.recipient], out) as writer:  # noqa: PT012  the two lines are the case
        writer.write(bytes(3 * age.CHUNK))
        raise KeyError
    with pytest.raises(ProofFailed):
        opened(out.getvalue())
    with pytest.raises(ValueError, match="finished"):
        writer.write(b"more")


@pytest.mark.parametrize("lending", [False, True])
def test_after_an_error_of_its_sink_a_writer_takes_nothing_more(lending: bool) -> None:
    """What it sealed may have left: the next text would go out under the same counter."""

    class Sink:
        full = False

        def write(self, data) -> int:
            if self.full:
                raise OSError(28, "No space left on device")
            return len(data)

    class Lending(Sink):
        def room(self, _) -> memoryview:
            return memoryview(bytearray(stream.SEALED))

        def filled(self, _) -> None:
            self.write(b"")

    sink = Lending() if lending else Sink()
    writer = age.encrypt([ONE.recipient], sink)
    writer.write(bytes(2 * age.CHUNK))
    sink.full = True
    with pytest.raises(OSError, match="No space"):
        writer.write(bytes(9 * age.CHUNK))
    sink.full = False
    for more in (lambda: writer.write(b"another"), writer.close):
        with pytest.raises(ValueError, match="broke off"):
            more()
    writer.abandon()


def test_a_spoiled_reader_stays_spoiled() -> None:
    file = bytearray(sealed(bytes(age.CHUNK + 5)))
    file[-1] ^= 1
    reader = age.decrypt([ONE], io.BytesIO(bytes(file)))
    assert len(reader.read(age.CHUNK)) == age.CHUNK
    for _ in range(2):
        with pytest.raises(ProofFailed) as caught:
            reader.read(1)
        assert caught.value.arguments == {"what": "tag", "chunk": 1}


def test_several_recipients_open_alone_and_strangers_do_not() -> None:
    file = sealed(b"x", ONE.recipient, OTHER.recipient)
    assert opened(file, ONE) == opened(file, age.generate_x25519(), OTHER) == b"x"
    with pytest.raises(NotFound, match="no_match"):
        opened(file, age.generate_x25519(), HYBRID)


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [ONE.recipient, HYBRID.recipient],
        [age.PassphraseRecipient("a", 2), HYBRID.recipient],
        [age.PassphraseRecipient("a", 2), ONE.recipient],
        [age.PassphraseRecipient("a", 2), age.PassphraseRecipient("b", 2)],
    ],
)
def test_recipients_that_may_not_stand_together(recipients: list[age.Recipient]) -> None:
    out = io.BytesIO()
    with pytest.raises(BadInput) as caught:
        age.encrypt(recipients, out)
    assert caught.value.id == ("age.mixed" if recipients else "age.no_recipient")
    assert out.getvalue() == b""


def test_several_hybrid_recipients_may_stand_together() -> None:
    second = age.generate_hybrid()
    assert opened(sealed(b"q", HYBRID.recipient, second.recipient), second) == b"q"


def test_a_recipient_of_low_order_is_refused() -> None:
    with pytest.raises(BadInput, match="low_order"):
        sealed(b"x", age.X25519Recipient(bytes(32)))


def test_a_passphrase_and_its_cost() -> None:
    file = sealed(b"x", age.PassphraseRecipient("correct horse", 4))
    assert opened(file, age.PassphraseIdentity("correct horse")) == b"x"
    with pytest.raises(NotFound):
        opened(file, age.PassphraseIdentity("wrong horse"))
    with pytest.raises(BadInput) as caught:
        opened(file, age.PassphraseIdentity("correct horse", 3))
    assert caught.value.arguments == {"factor": "4", "limit": 3}


def test_a_message_has_a_limit() -> None:
    assert age.open_sealed(sealed(b"12345"), [ONE], 5) == b"12345"
    with pytest.raises(BadInput, match="too_long"):
        age.open_sealed(sealed(b"123456"), [ONE], 5)


def test_an_endless_header_is_refused_early() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readinto(self, buffer) -> int:
            text = b"age-encryption.org/v1\n" if not self.given else b"-> a\n\n"
            text = (text * (len(buffer) // len(text) + 2))[self.given % len(text) :]
            buffer[:] = text[: len(buffer)]
            self.given += len(buffer)
            return len(buffer)

    with pytest.raises(BadInput, match=r"age\.header"):
        age.decrypt([ONE], Endless())


def test_entropy_makes_a_file_repeatable_only_when_given() -> None:
    fixed = bytes
    one, two = (age.seal(b"x", [ONE.recipient], entropy=lambda n: fixed(range(1, n + 1))) for _ in "ab")
    assert one == two
    assert sealed(b"x") != sealed(b"x")


def test_armor_round_trip() -> None:
    for size in (0, 1, 47, 48, 49, 96):
        file = sealed(bytes(size))
        assert age.ArmorReader(io.BytesIO(age.armor(file))).read() == file


@pytest.mark.parametrize("size", [0, 5, age.CHUNK, 3 * age.CHUNK + 1])
def test_pyrage_reads_ours_and_we_read_its(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    identity = pyrage.x25519.Identity.from_str(str(ONE))
    assert pyrage.decrypt(sealed(data), [identity]) == data
    assert opened(pyrage.encrypt(data, [identity.to_public()])) == data
    assert str(identity.to_public()) == str(ONE.recipient)


@pytest.mark.parametrize("chunks", [1, 2, 4, 5, 8, 9, 16, 17])
def test_pyrage_reads_what_was_written_in_many_chunks_at_once(chunks: int) -> None:
    """The last chunk is final, and only that, wherever the end falls and whatever was written in one call."""
    identity = pyrage.x25519.Identity.from_str(str(ONE))
    plain = bytes(i % 251 for i in range(251)) * ((chunks + 1) * age.CHUNK // 251)
    for beside in (-1, 0, 1):
        data = plain[: chunks * age.CHUNK + beside]
        for piece in (len(data), 3 * age.CHUNK, 16 * age.CHUNK):
            out = io.BytesIO()
            with age.encrypt([ONE.recipient], out) as writer:
                for at in range(0, len(data), piece):
                    writer.write(data[at : at + piece])
            assert pyrage.decrypt(out.getvalue(), [identity]) == data


def test_pyrage_and_passphrases() -> None:
    ours = sealed(b"pass", age.PassphraseRecipient("hunter", 10))
    assert pyrage.passphrase.decrypt(ours, "hunter") == b"pass"
    assert (
        opened(pyrage.passphrase.encrypt(b"pass", "hunter"), age.PassphraseIdentity("hunter", 22)) == b"pass"
    )


@has_age
@pytest.mark.parametrize("armored", [False, True])
def test_the_age_program_reads_ours_and_we_read_its(tmp_path, armored: bool) -> None:
    key = tmp_path / "key.txt"
    key.write_text(SPEC_IDENTITY + "\n")
    data = bytes(i % 249 for i in range(2 * age.CHUNK + 9))
    ours = sealed(data)
    if armored:
        ours = age.armor(ours)
    done = subprocess.run(["age", "-d", "-i", str(key)], input=ours, capture_output=True, check=True)
    assert done.stdout == data
    options = ["-a"] if armored else []
    theirs = subprocess.run(
        ["age", *options, "-r", SPEC_RECIPIENT], input=data, capture_output=True, check=True
    ).stdout
    source = io.BytesIO(theirs)
    assert age.decrypt([ONE], age.ArmorReader(source) if armored else source).read() == data


@has_age
def test_the_age_program_opens_for_each_of_two_recipients(tmp_path) -> None:
    file = sealed(b"both", ONE.recipient, OTHER.recipient)
    for identity in (ONE, OTHER):
        key = tmp_path / "key.txt"
        key.write_text(str(identity))
        done = subprocess.run(["age", "-d", "-i", str(key)], input=file, capture_output=True, check=True)
        assert done.stdout == b"both"


SIZES_WHOLE = (0, 1, 65_535, 65_536, 65_537, 131_072, 131_073)


@pytest.mark.parametrize("size", SIZES_WHOLE)
def test_a_whole_file_in_memory_is_the_one_that_a_stream_would_be(size) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    out = io.BytesIO()
    with age.encrypt([ONE.recipient], out, entropy=lambda n: bytes(range(n))) as writer:
        writer.write(data)
    whole = age.seal(data, [ONE.recipient], entropy=lambda n: bytes(range(n)))
    assert whole == out.getvalue()
    assert age.open_sealed(whole, [ONE], size) == data
    assert age.decrypt([ONE], io.BytesIO(whole)).read() == data
    if size:
        with pytest.raises(BadInput, match="too_long"):
            age.open_sealed(whole, [ONE], size - 1)


@pytest.mark.parametrize("size", SIZES_WHOLE)
def test_what_is_wrong_with_a_whole_file_is_what_a_stream_finds(size) -> None:
    whole = age.seal(bytes(size), [ONE.recipient])
    start = len(whole) - size - 16 * max(1, -(-size // 65_536))
    cuts = {
        start - 16,
        start - 1,
        start,
        start + 15,
        start + 16,
        start + 65_552,
        start + 65_568,
        len(whole) - 1,
    }
    spoiled = [whole[:cut] for cut in sorted(cuts) if 0 < cut <= len(whole)]
    spoiled += [
        whole + b"x",
        whole + bytes(16),
        whole[:-1] + bytes([whole[-1] ^ 1]),
        whole[: start + 3] + b"?" + whole[start + 4 :],
    ]
    for one in spoiled:
        assert told(lambda one=one: age.open_sealed(one, [ONE], 10**6)) == told(
            lambda one=one: age.decrypt([ONE], io.BytesIO(one)).readall()
        )


def told(reading):
    try:
        return reading()
    except (BadInput, ProofFailed) as error:
        return error.id, error.arguments


def test_what_was_opened_stays_when_the_memory_of_what_was_sealed_is_used_again() -> None:
    first, second = (age.seal(bytes([number]) * 70_000, [ONE.recipient]) for number in (1, 2))
    memory = memoryview(bytearray(first))
    opened = age.open_view(memory, [ONE], 70_000)
    memory[:] = second
    assert opened == b"\1" * 70_000
    assert age.open_view(memory, [ONE], 70_000) == b"\2" * 70_000
