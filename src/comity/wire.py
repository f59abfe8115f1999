"""Bytes that two States must read alike: strict decoding, one encoding, digests.

Promises:
- ``encode`` gives the JSON Canonicalization Scheme's bytes (RFC 8785), and takes no floats, so
  there is nothing for two implementations to round differently.
- ``decode`` refuses whatever is not exactly what ``encode`` would write: duplicate names, floats,
  other orders, other escapes, white space, invalid UTF-8, lone surrogates, too deep, too long.
- base64url and base64 are read in their one canonical spelling only (``YR==`` is refused).

Leaves to others: what the values mean. It knows no act, no State, no disk.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Final, NoReturn, Self, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comity.errors import BadInput

Json = Any
"""What ``json`` can hold, less floats. A precise recursive alias would help no reader."""

MAX_DEPTH: Final = 32
"""Deeper than any of our models by far; keeps a hostile nesting from exhausting the stack."""

MAX_INTEGER: Final = 2**53 - 1
"""Largest integer that every JSON reader keeps exact (RFC 8785, section 3.2.2.3; RFC 7493)."""


# The models themselves let nothing be set; these are the slots that each of them has.
_new: Final = object.__new__
_put_members, _put_given, _put_extra, _put_private = (
    vars(BaseModel)[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


ONE_LINE: Final = r"^[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+$"
"""Text without any line end: those at which Unicode breaks a line (UAX #14), and at which Python splits."""


class Model(BaseModel):
    """Base of every value that travels: nothing is coerced, nothing unknown, nothing changes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @classmethod
    def made(cls, **members: Any) -> Self:
        """A value of members that this program made itself: each has to be given, and none is validated.

        For what is made by the thousand. What came from outside is read (``parse``, ``build``).
        """
        return cls.made_of(members)

    @classmethod
    def made_of(cls, members: dict[str, Any]) -> Self:
        """The same, of members that are the value's own from now on."""
        model = _new(cls)
        _put_members(model, members)
        _put_given(model, _members(cls))
        _put_extra(model, None)
        _put_private(model, None)
        return model

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, less what was worked out and kept (``cached_property``): of other members it is another."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


@cache
def _members(model: type[Model]) -> set[str]:
    """The names of a model's members. One set for all values: a copy of a value copies it first."""
    return set(model.model_fields)


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), check_circular=False
)
"""Writes RFC 8785 for values without floats whose names both orders sort alike: which are nearly all,
and it is written in C. A test holds it against the library for everything."""

_FIRST_SURROGATE: Final = "\ud800"

Version1 = Annotated[int, Field(ge=1, le=1)]
"""The number 1. ``Literal[1]`` would take ``true`` for it, and one statement would have two texts."""

M = TypeVar("M", bound=BaseModel)


class Canonical(bytes):
    """Bytes that were read strictly already, so that who parses them need not read them twice.

    Only ``canonical`` makes them; a part of them, or anything made of them, is plain bytes again.
    """

    __slots__ = ()


def encode(value: Json) -> bytes:
    """The canonical bytes of a value (RFC 8785), integers only.

    Raises:
        BadInput: a float, an integer beyond 2^53 - 1, text that is not Unicode, too deep.
    """
    if _examine(value, 0):
        return rfc8785.dumps(value)
    return _ENCODER.encode(value).encode("utf-8")


def encode_rows(rows: list[dict[str, Any]]) -> bytes:
    """The same of flat objects that this program made, of ASCII names, texts, integers within bounds, nulls.

    For what is written by the million: nothing is looked at but whether the texts are Unicode.

    Raises:
        BadInput: text that is not Unicode.
    """
    try:
        return _ENCODER.encode(rows).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput("wire.lone_surrogate") from error


def decode(data: bytes, *, limit: int) -> Json:
    """Read canonical bytes, at most ``limit`` of them.

    Raises:
        BadInput: anything that ``encode`` would not have written.
    """
    if len(data) > limit:
        raise BadInput("wire.too_long", size=len(data), limit=limit)
    value = _at_sight(data)
    return _thoroughly(data) if value is _DOUBT else value


def _thoroughly(data: bytes) -> Json:
    """Read by writing again, and comparing; says what is wrong."""
    try:
        text = data.decode("utf-8", errors="strict")
        value = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as error:
        raise BadInput("wire.not_utf8", offset=error.start) from error
    except json.JSONDecodeError as error:
        raise BadInput("wire.not_json", offset=error.pos) from error
    except RecursionError as error:
        raise BadInput("wire.too_deep", limit=MAX_DEPTH) from error
    except ValueError as error:  # int() refuses numbers of thousands of digits
        raise BadInput("wire.integer_too_large") from error
    again = encode(value)
    if again != data:
        raise BadInput("wire.not_canonical", offset=_first_difference(data, again))
    return value


def canonical(data: bytes, *, limit: int) -> Canonical:
    """The same bytes, marked as read strictly.

    Raises:
        BadInput: as ``decode``.
    """
    decode(data, limit=limit)
    return Canonical(data)


def parse(model: type[M], data: bytes, *, limit: int) -> M:
    """Read canonical bytes as one of our models.

    Raises:
        BadInput: as ``decode``; or a member that is missing, unknown, or of the wrong type.
    """
    if not isinstance(data, Canonical) or len(data) > limit:
        decode(data, limit=limit)
    return _validated(model, data)


def build(model: type[M], value: Json) -> M:
    """Make a model of a decoded value, strictly.

    Raises:
        BadInput: a member that is missing, unknown, or of the wrong type; the first one is named.
    """
    return _validated(model, encode(value))


def _validated(model: type[M], data: bytes) -> M:
    try:
        # JSON has lists where the models have tuples: validate as JSON, in strict mode.
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "(the whole)"
        raise BadInput("wire.not_the_model", model=model.__name__, where=where, what=first["type"]) from error


def dump(model: BaseModel) -> Json:
    """A model as plain JSON values, every member present (also ``null``)."""
    return model.model_dump(mode="json", by_alias=True)


def plain(value: object) -> Json:
    """What a field holds, a model or values and models in lists, as plain JSON values."""
    if isinstance(value, BaseModel):
        return dump(value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def dump_bytes(model: BaseModel) -> bytes:
    """A model's canonical bytes."""
    return encode(dump(model))


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()


def b64u(data: bytes) -> str:
    """base64url without padding (RFC 4648, section 5; as SD-JWT writes it)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def unb64u(text: str) -> bytes:
    """Read base64url without padding, in its canonical spelling only.

    Raises:
        BadInput: padding, another alphabet, a wrong length, non-zero trailing bits.
    """
    try:
        letters = text.encode("ascii")
        if b"+" in letters or b"/" in letters or b"=" in letters:
            raise BadInput("wire.not_base64", encoding="base64url")
        padded = letters.translate(_FROM_URL) + b"=" * (-len(letters) % 4)
        data = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:  # binascii.Error is one
        raise BadInput("wire.not_base64", encoding="base64url") from error
    if not _canonical_end(padded):
        raise BadInput("wire.not_base64", encoding="base64url")
    return data


def b64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4; as DSSE writes it)."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def unb64(text: str) -> bytes:
    """Read standard base64, in its canonical spelling only (``YR==`` for ``YQ==`` is refused).

    Raises:
        BadInput: missing padding, another alphabet, a wrong length, non-zero trailing bits.
    """
    try:
        letters = text.encode("ascii")
        data = binascii.a2b_base64(letters, strict_mode=True)
    except ValueError as error:  # binascii.Error is one
        raise BadInput("wire.not_base64", encoding="base64") from error
    if not _canonical_end(letters):
        raise BadInput("wire.not_base64", encoding="base64")
    return data


_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


def _canonical_end(letters: bytes) -> bool:
    """Whether padded base64 is whole, and the bits that its last letter has too many are zero.

    RFC 4648, sections 3.2 and 3.5. ``binascii`` takes padding behind whole groups too, though strict.
    """
    if len(letters) % 4:
        return False
    if letters.endswith(b"=="):
        return letters[-3:-2] in b"AQgw"
    if letters.endswith(b"="):
        return letters[-2:-1] in b"AEIMQUYcgkosw048"
    return True


class _Doubtful(Exception):
    """What is read at sight has something that is to be looked at thoroughly."""


_DOUBT: Final = object()


def _at_sight(data: bytes) -> Json:
    """Read canonical bytes without writing them again; ``_DOUBT`` for all that is not surely canonical.

    Each rule of RFC 8785 is looked at where it shows: names in order, and none twice (as each object is
    read), integers within bounds and no ``-0``, no white space outside of strings, and each escape the one
    that it prescribes. Only ASCII names are read so, since they sort alike by UTF-16 and by Unicode.
    """
    try:
        text = data.decode("utf-8")
        value, end = _SCAN(text, 0)
    except (ValueError, RecursionError, StopIteration, _Doubtful):
        return _DOUBT
    if end != len(text):
        return _DOUBT
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
        if b"\\" in data:
            return _DOUBT
    if any(blank in data for blank in _BLANKS):
        outside = b"".join(data.split(b'"')[::2])
        if any(blank in outside for blank in _BLANKS):
            return _DOUBT
    return _DOUBT if _deep(value) else value


_BLANKS: Final = (b" ", b"\n", b"\t", b"\r")
_ESCAPE: Final = re.compile(rb'\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))')


def _deep(value: Json) -> bool:
    """Whether lists and objects stand in one another as deep as is allowed, or deeper."""
    level: list[Any] = [value] if type(value) is dict or type(value) is list else []
    for _ in range(MAX_DEPTH - 1):
        level = [
            inner
            for one in level
            for inner in (one.values() if type(one) is dict else one)
            if type(inner) is dict or type(inner) is list
        ]
        if not level:
            return False
    return True


def _ordered(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    names = list(found)
    if len(names) != len(pairs) or names != sorted(names) or not "".join(names).isascii():
        raise _Doubtful
    return found


def _bounded(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or text == "-0":
        raise _Doubtful
    value = int(text)
    if abs(value) > MAX_INTEGER:
        raise _Doubtful
    return value


def _doubt(_: str) -> NoReturn:
    raise _Doubtful


_LONGEST_INTEGER: Final = len(str(-MAX_INTEGER))
_SCAN: Final[Callable[[str, int], tuple[Json, int]]] = vars(
    json.JSONDecoder(
        object_pairs_hook=_ordered, parse_int=_bounded, parse_float=_doubt, parse_constant=_doubt
    )
)["scan_once"]
"""What ``JSONDecoder.raw_decode`` calls. (``decode`` skips white space, which is refused here.)"""


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    seen: dict[str, Json] = {}
    for name, value in pairs:
        if name in seen:
            raise BadInput("wire.duplicate_member", name=name[:80])
        seen[name] = value
    return seen


def _no_float(text: str) -> NoReturn:
    raise BadInput("wire.not_an_integer", number=text[:40])


def _examine(value: Json, depth: int) -> bool:
    """Refuse what has no single meaning on the wire; RFC 8785 alone would let floats through.

    Gives whether some name has characters that UTF-16 orders otherwise than Unicode does.
    """
    if depth > MAX_DEPTH:
        raise BadInput("wire.too_deep", limit=MAX_DEPTH)
    if type(value) is str and value.isascii():  # nearly all that there is
        return False
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise BadInput("wire.integer_too_large")
        return False
    if isinstance(value, str):
        _unicode(value)
        return False
    odd = False
    if isinstance(value, dict):
        for name, inner in value.items():
            if type(name) is not str or not name.isascii():
                odd |= _odd_name(name)
            if type(inner) is not str or not inner.isascii():
                odd |= _examine(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            odd |= _examine(inner, depth + 1)
    elif isinstance(value, float):
        raise BadInput("wire.not_an_integer", number=repr(value)[:40])
    else:
        raise BadInput("wire.not_json_value", kind=type(value).__name__)
    return odd


def _odd_name(name: object) -> bool:
    if not isinstance(name, str):
        raise BadInput("wire.not_json_value", kind=type(name).__name__)
    if name.isascii():
        return False
    _unicode(name)
    return max(name) >= _FIRST_SURROGATE


def _unicode(text: str) -> None:
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadInput("wire.lone_surrogate") from error


def _first_difference(one: bytes, other: bytes) -> int:
    for offset, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return offset
    return min(len(one), len(other))
