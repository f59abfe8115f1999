"""The wire: one encoding, nothing else read."""

from __future__ import annotations

import base64
import itertools
import re

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from comity import wire
from comity.acts import names as acts_names
from comity.errors import BadInput
from comity.evidence import names as evidence_names

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-wire.MAX_INTEGER, max_value=wire.MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@given(json_values)
def test_what_is_encoded_decodes_to_itself(value: object) -> None:
    data = wire.encode(value)
    assert wire.decode(data, limit=len(data)) == value


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b'{"a":1,"a":1}', "wire.duplicate_member"),
        (b'{"a":{"b":1,"b":2}}', "wire.duplicate_member"),
        (b"1.0", "wire.not_an_integer"),
        (b"[1e2]", "wire.not_an_integer"),
        (b"[NaN]", "wire.not_an_integer"),
        (b"[-Infinity]", "wire.not_an_integer"),
        (b"9007199254740992", "wire.integer_too_large"),
        (b"1" * 5000, "wire.integer_too_large"),
        (b'{"b":1,"a":1}', "wire.not_canonical"),
        (b'{"a": 1}', "wire.not_canonical"),
        (b"[1]\n", "wire.not_canonical"),
        (b'"\\u0041"', "wire.not_canonical"),
        (b"[-0]", "wire.not_canonical"),
        (b'"\\ud800"', "wire.lone_surrogate"),
        (b"\xff", "wire.not_utf8"),
        (b"\xef\xbb\xbf[]", "wire.not_json"),
        (b"[" * 40 + b"]" * 40, "wire.too_deep"),
        (b"[" * 100_000, "wire.too_deep"),
        (b"", "wire.not_json"),
        (b"[1", "wire.not_json"),
    ],
)
def test_refuses_what_it_would_not_write(data: bytes, id: str) -> None:
    with pytest.raises(BadInput) as caught:
        wire.decode(data, limit=1_000_000)
    assert caught.value.id == id


@given(json_values)
def test_the_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert wire.encode(value) == rfc8785.dumps(value)


def test_names_are_sorted_by_utf_16() -> None:
    # RFC 8785, section 3.2.3: U+1F600 comes before U+FB33, though it is the larger code point.
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5, "\u0080": 6, "\u00f6": 7}
    assert wire.encode(value) == rfc8785.dumps(value)
    assert wire.decode(wire.encode(value), limit=200) == value
    assert wire.encode('\u007f\u0000\u001f\b"\\/\u2028') == rfc8785.dumps('\u007f\u0000\u001f\b"\\/\u2028')


def test_limit_counts_bytes() -> None:
    assert wire.decode("“”".encode().join([b'"', b'"']), limit=8) == "“”"
    with pytest.raises(BadInput) as caught:
        wire.decode(b'"1234567"', limit=8)
    assert caught.value.id == "wire.too_long"


@pytest.mark.parametrize("bad", ["YR==", "YQ=", "YQ", "Y Q==", "YQ==\n", "-Q==", "é"])
def test_base64_has_one_spelling(bad: str) -> None:
    assert wire.unb64("YQ==") == b"a"
    with pytest.raises(BadInput):
        wire.unb64(bad)


@pytest.mark.parametrize("bad", ["YR", "YQ==", "Y", "YQ\n", "+Q", "Y Q"])
def test_base64url_has_one_spelling(bad: str) -> None:
    assert wire.unb64u("YQ") == b"a"
    with pytest.raises(BadInput):
        wire.unb64u(bad)


@given(st.binary(max_size=80))
def test_base64_both_ways(data: bytes) -> None:
    assert wire.unb64(wire.b64(data)) == data
    assert wire.unb64u(wire.b64u(data)) == data


class Sample(wire.Model):
    name: str
    count: int
    tags: tuple[str, ...] = ()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"count": 1, "name": 5}, "name"),
        ({"count": True, "name": "a"}, "count"),
        ({"count": "1", "name": "a"}, "count"),
        ({"name": "a"}, "count"),
        ({"count": 1, "name": "a", "more": 1}, "more"),
        ({"count": 1, "name": "a", "tags": [1]}, "tags.0"),
    ],
)
def test_models_coerce_nothing_and_name_the_member(value: object, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        wire.build(Sample, value)
    assert caught.value.arguments["where"] == where


def test_models_round_trip() -> None:
    sample = Sample(name="ímynd", count=3, tags=("a", "b"))
    assert wire.parse(Sample, wire.dump_bytes(sample), limit=100) == sample


def outcome(read, data: bytes) -> object:
    try:
        return read(data)
    except BadInput as error:
        return error.id


@given(json_values, st.data())
def test_what_is_read_at_sight_is_what_a_thorough_reading_gives(value: object, data: st.DataObject) -> None:
    """For canonical bytes, and for such with a piece changed, left out or put in anywhere."""
    text = wire.encode(value)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 2)))
    piece = data.draw(
        st.sampled_from([b"", b" ", b"\n", b'"', b"\\", b"0", b"-", b"{}", b"[", b",", b"\\u0041", b"e1"])
    )
    for one in (text, text[:start] + piece + text[end:]):
        seen = wire._at_sight(one)
        thorough = outcome(wire._thoroughly, one)
        assert seen is wire._DOUBT or seen == thorough
        assert outcome(lambda d: wire.decode(d, limit=10**6), one) == thorough


CONTROLS = "".join(map(chr, range(0x20))) + '"\\/\x7f\u2028'


def test_each_escape_is_read_at_sight_in_its_one_spelling_only() -> None:
    for character in CONTROLS:
        assert wire._at_sight(wire.encode(character)) == character
    for other in (
        "\\/",
        "\\u0041",
        "\\u001F",
        "\\u0008",
        "\\u000a",
        "\\u0022",
        "\\u005c",
        "\\ud83d\\ude00",
        "\\u007f",
    ):
        assert wire._at_sight(f'["{other}"]'.encode()) is wire._DOUBT
    # A backslash that is escaped begins no escape; one that is not does.
    assert wire._at_sight(b'"\\\\u0041"') == "\\u0041"
    assert wire._at_sight(b'"\\\\\\u0041"') is wire._DOUBT


@pytest.mark.parametrize("depth", [30, 31, 32, 33, 34])
@pytest.mark.parametrize("inner", [b"", b"1"])
def test_depth_is_the_same_at_sight(depth: int, inner: bytes) -> None:
    data = b"[" * depth + inner + b"]" * depth
    assert outcome(lambda d: wire.decode(d, limit=1000), data) == outcome(wire._thoroughly, data)
    wide = b"[" + b",".join([b"[]"] * 40) + b"]"
    assert wire._at_sight(wide) == [[]] * 40


@given(st.text(alphabet="AQgwEYcB+/-_= \n\u00e9", max_size=12))
def test_base64_is_what_would_be_written(text: str) -> None:
    """Held against writing it again, by the standard library."""
    for read, altchars in ((wire.unb64, None), (wire.unb64u, b"-_")):
        try:
            padded = text if altchars is None else text + "=" * (-len(text) % 4)
            data = base64.b64decode(padded, altchars=altchars, validate=True)
            again = base64.b64encode(data, altchars=altchars).decode()
            wanted = data if (again if altchars is None else again.rstrip("=")) == text else "wire.not_base64"
        except ValueError:
            wanted = "wire.not_base64"
        assert outcome(read, text) == wanted


def test_only_what_was_read_strictly_is_marked_so(monkeypatch: pytest.MonkeyPatch) -> None:
    data = wire.dump_bytes(Sample(name="a", count=1))
    with pytest.raises(BadInput):
        wire.canonical(data + b" ", limit=100)
    marked = wire.canonical(data, limit=100)
    for part in (marked[:], marked + b"", marked.replace(b"a", b"b"), bytes(marked)):
        assert type(part) is bytes
    monkeypatch.setattr(wire, "decode", lambda *_, **__: pytest.fail("it was read again"))
    assert wire.parse(Sample, marked, limit=100) == Sample(name="a", count=1)
    with pytest.raises(pytest.fail.Exception):
        wire.parse(Sample, data, limit=100)
    with pytest.raises(pytest.fail.Exception):
        wire.parse(Sample, marked, limit=3)


def one_spelling(text):
    """What reading accepts is what writing gives: the long way of asking for the one spelling."""
    for read, write, other in ((wire.unb64, wire.b64, b"+/"), (wire.unb64u, wire.b64u, b"-_")):
        try:
            data = read(text)
        except BadInput:
            # Only what the standard reading refuses, or spells otherwise, may be refused.
            padded = text if read is wire.unb64 else text + "=" * (-len(text) % 4)
            try:
                plain = base64.b64decode(padded, altchars=other, validate=True)
            except ValueError:
                continue
            assert write(plain) != text
        else:
            assert write(data) == text


def test_base64_has_one_spelling_however_it_ends():
    """Letters with spare bits and without, and padding in every place."""
    for length in range(6):
        for letters in itertools.product("AQgY=", repeat=length):
            one_spelling("".join(letters))


@given(st.text("AQgwYbEIM048=+-_", max_size=16))
def test_base64_has_one_spelling_at_any_length(text):
    one_spelling(text)


@pytest.mark.parametrize("line", [acts_names.Line, evidence_names.Line])
def test_a_line_is_one_line_to_everybody(line) -> None:
    """To Python, to the models, and to whoever reads the schema with another's regular expressions."""
    takes = TypeAdapter(line)
    known = takes.json_schema()["pattern"]
    for code in range(0x3000):
        for text in (f"a{chr(code)}b", f"ab{chr(code)}"):
            one = text.splitlines() == [text]
            assert (re.match(known, text) is not None and re.search(r"\n\Z", text) is None) is one, hex(code)
            try:
                takes.validate_python(text)
            except ValidationError:
                assert not one, hex(code)
            else:
                assert one, hex(code)
