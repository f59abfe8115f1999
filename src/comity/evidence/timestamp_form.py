"""RFC 3161 beyond the plain case: a policy that is asked for, a refusal, certificates out of order.

Promises: bytes in, values out; nothing is trusted here. Certificates are only put in the order that DER asks
for; no signature covers their order.

Leaves to others: proving a token (``timestamp``), asking for one.

Source: RFC 3161, sections 2.4.1 and 2.4.2; RFC 5652, section 5.1 (SignedData); X.690, section 11.6 (SET OF).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, NamedTuple

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from comity.errors import BadInput

GRANTED: Final = 0


@asn1.sequence
class _Query:
    version: int
    imprint: asn1.TLV
    policy: ObjectIdentifier | None
    nonce: int | None
    certificates: Annotated[bool, asn1.Default(value=False)]


@asn1.sequence
class _Info:
    status: int
    texts: list[str] | None
    failure: asn1.BitString | None


@asn1.sequence
class _Bare:
    info: _Info


class Refusal(NamedTuple):
    """A reply without a token: its status, its PKIFailureInfo (numbers of bits), what it says in words."""

    status: int
    failures: tuple[int, ...]
    text: str


def with_policy(query: bytes, policy: str) -> bytes:
    """The query, asking for a policy (an object identifier, as ``1.3.6.1``).

    Raises:
        BadInput: it is no object identifier.
    """
    try:
        wanted = ObjectIdentifier(policy)
    except ValueError as error:
        raise BadInput("evidence.not_a_policy", policy=policy[:60]) from error
    told = asn1.decode_der(_Query, query)
    asked = _Query(
        version=told.version,
        imprint=told.imprint,
        policy=wanted,
        nonce=told.nonce,
        certificates=told.certificates,
    )
    return asn1.encode_der(asked)


def refusal_of(reply: bytes) -> Refusal | None:
    """What a reply without a token says; none where it is no such reply."""
    try:
        info = asn1.decode_der(_Bare, reply).info
    except ValueError:
        return None
    bits = () if info.failure is None else tuple(_bits(info.failure.as_bytes()))
    text = "".join(one for one in " ".join(info.texts or ()) if one.isprintable())
    return Refusal(info.status, bits, text[:120])


def ordered(reply: bytes) -> bytes:
    """The reply with the certificates of its token as DER orders them; as it is, where it has another form.

    Authorities write them from the signer up to the root, and strict readers refuse that.
    """
    try:
        info, content = _children(reply, 2)
        kind, explicit = _children(content, 2)
        (signed,) = _children(explicit, 1)
        parts = list(_elements(_inside(signed)))
        number = next(at for at, part in enumerate(parts) if part[0] == _CERTIFICATES)
        held = sorted(_elements(_inside(parts[number])))
    except (IndexError, ValueError, StopIteration):
        return reply
    parts[number] = _element(_CERTIFICATES, b"".join(held))
    made = _element(_SEQUENCE, kind + _element(_CERTIFICATES, _element(_SEQUENCE, b"".join(parts))))
    return _element(_SEQUENCE, info + made)


_SEQUENCE: Final = 0x30
_CERTIFICATES: Final = 0xA0
"""``[0]``, constructed: in SignedData the certificates, in ContentInfo the content."""

_MOST: Final = 64
"""Elements side by side in what is read here."""


def _bits(data: bytes) -> Iterator[int]:
    """The numbers of the bits that are set; the first is the highest of the first byte."""
    for place, byte in enumerate(data[:8]):
        yield from (8 * place + bit for bit in range(8) if byte & (0x80 >> bit))


def _children(data: bytes, count: int) -> list[bytes]:
    (found,) = _elements(data)
    children = list(_elements(_inside(found)))
    if len(children) != count:
        raise ValueError
    return children


def _inside(element: bytes) -> bytes:
    return element[_head(element, 0)[0] :]


def _elements(data: bytes) -> Iterator[bytes]:
    start = 0
    for _ in range(_MOST):
        if start == len(data):
            return
        first, end = _head(data, start)
        if end > len(data) or first > end:
            raise ValueError
        yield data[start:end]
        start = end
    raise ValueError


def _head(data: bytes, start: int) -> tuple[int, int]:
    """Where the content of the element at ``start`` begins, and where it ends."""
    size, first = data[start + 1], start + 2
    if size & 0x80:
        count = size & 0x7F
        if not 0 < count <= 4:  # noqa: PLR2004  more is beyond any limit of ours
            raise ValueError
        size, first = int.from_bytes(data[first : first + count], "big"), first + count
    return first, first + size


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:  # noqa: PLR2004  the short form, X.690, 8.1.3.4
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content
