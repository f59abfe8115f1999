"""An act: a signed header, and the disclosures of its fields that travel beside it.

Promises: an ``Act`` that exists is well formed: its header and kind are of version 1, every
disclosure belongs to one of the header's digests and opens a field of that kind with a valid value,
``terms`` is there. It may lack fields that were withheld or destroyed, and then says which digests
are unopened; nothing else about it changes, its id least of all.

Leaves to others: signatures (``signatures``), order (``cases``), storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from comity.acts.disclosure import Disclosure, Entropy, disclose, read_disclosure
from comity.acts.header import ACT_TYPE, Header
from comity.acts.kinds import KINDS, Kind, kind
from comity.dsse import Envelope, Signature, checked, unsigned, write
from comity.errors import BadInput
from comity.wire import Json, Model, encode, parse, plain

MAX_ACT: Final = 8 * 1024 * 1024
"""Bytes of an act with its disclosures at most; evidence never travels in an act."""

MAX_HEADER: Final = 256 * 1024

_MOST_FIELDS: Final = max(len(kind.fields) for kind in KINDS.values())


class ActFile(Model):
    """How an act with its disclosures is written: the disclosures in the order of their digests."""

    envelope: Envelope
    disclosures: tuple[str, ...]


@dataclass(frozen=True)
class Act:
    """A well-formed act; see the module. Build one with ``read_act``, ``open_act`` or ``compose``."""

    envelope: Envelope
    disclosures: tuple[Disclosure, ...]
    header: Header

    @cached_property
    def id(self) -> str:
        """SHA-256 of the DSSE pre-authentication encoding; 64 hexadecimal digits."""
        return self.envelope.id

    @property
    def kind(self) -> Kind:
        return kind(self.header.kind)

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The fields that are open, each as its model."""
        its_kind = self.kind
        return {d.name: its_kind.read_field(d.name, d.json) for d in self.disclosures}

    @property
    def terms(self) -> Any:
        return self.fields["terms"]

    @property
    def unopened(self) -> tuple[str, ...]:
        """Digests of fields that this copy does not open, in order."""
        opened = {d.digest for d in self.disclosures}
        return tuple(digest for digest in self.header.fields if digest not in opened)

    @property
    def complete(self) -> bool:
        return not self.unopened

    def with_signature(self, signature: Signature) -> Act:
        """The same act with one more signature."""
        signed = Act(self.envelope.with_signature(signature), self.disclosures, self.header)
        # Neither changes with a signature; both were worked out from bytes that do not change.
        signed.__dict__.update({k: v for k, v in self.__dict__.items() if k in {"id", "fields"}})
        return signed

    def without(self, names: Iterable[str]) -> Act:
        """A copy in which these fields are not open.

        Raises:
            BadInput: ``terms`` stays in every copy; or the act has no such open field.
        """
        drop = set(names)
        if "terms" in drop:
            raise BadInput("acts.terms_stay")
        for name in sorted(drop - {d.name for d in self.disclosures}):
            raise BadInput("acts.field_not_open", field=name)
        kept = tuple(d for d in self.disclosures if d.name not in drop)
        copy = Act(self.envelope, kept, self.header)
        if "fields" in self.__dict__:  # what is left open was read already
            copy.__dict__["fields"] = {name: self.fields[name] for name in (d.name for d in kept)}
        return copy


def open_act(envelope: Envelope, texts: Iterable[str]) -> Act:
    """Make an act of its parts, and refuse it unless it is well formed.

    Raises:
        BadInput: another payload type, a header or a field not of version 1, a disclosure that
            belongs to no digest, a field twice, ``terms`` missing, a wrong number of fields,
            a kind that travels without an addressee or one that stays at home with one.
    """
    header = _read_header(envelope)
    given = tuple(texts)
    if len(given) > _MOST_FIELDS:  # counted before any is read: nobody has signed for them yet
        raise BadInput("acts.field_twice")
    return _join(envelope, header, (read_disclosure(text) for text in given))


def _read_header(envelope: Envelope) -> Header:
    if envelope.payloadType != ACT_TYPE:
        raise BadInput("acts.unknown_version", type=envelope.payloadType)
    header = parse(Header, checked(envelope).body, limit=MAX_HEADER)
    if kind(header.kind).travels != header.shared:
        raise BadInput("acts.wrong_reach", kind=header.kind)
    return header


def _join(envelope: Envelope, header: Header, read: Iterable[Disclosure]) -> Act:
    its_kind = kind(header.kind)
    disclosures = sorted(read, key=lambda d: d.digest)
    digests = [d.digest for d in disclosures]
    names = [d.name for d in disclosures]
    if len(set(digests)) != len(digests) or len(set(names)) != len(names):
        raise BadInput("acts.field_twice")
    if not set(digests) <= set(header.fields):
        raise BadInput("acts.disclosure_of_nothing")
    if len(header.fields) != len(its_kind.fields):
        raise BadInput("acts.wrong_number_of_fields", kind=header.kind, wanted=len(its_kind.fields))
    if "terms" not in names:
        raise BadInput("acts.terms_missing")
    act = Act(envelope, tuple(disclosures), header)
    act.fields  # noqa: B018 - reading every open field is the check
    return act


def read_act(data: bytes) -> Act:
    """Read an act with its disclosures from canonical bytes.

    Raises:
        BadInput: as ``open_act``; or not canonical, too long, disclosures out of order.
    """
    file = parse(ActFile, data, limit=MAX_ACT)
    act = open_act(file.envelope, file.disclosures)
    if tuple(d.text for d in act.disclosures) != file.disclosures:
        raise BadInput("acts.disclosures_unordered")
    return act


def write_act(act: Act) -> bytes:
    """The canonical bytes of an act with the disclosures that this copy has."""
    texts = ",".join(f'"{d.text}"' for d in act.disclosures)  # base64url has nothing to escape
    return b'{"disclosures":[%s],"envelope":%s}' % (texts.encode("ascii"), write(act.envelope))


def compose(header: Mapping[str, Json], fields: Mapping[str, Json | Model], entropy: Entropy) -> Act:
    """Freeze the bytes of a new act: salt its fields, fill the header's ``v`` and ``fields``.

    ``header`` has every other member. The act is not signed yet.

    Raises:
        BadInput: a field missing that has to be given, unknown or not valid; a header not valid.
    """
    its_kind = kind(str(header["kind"]))
    fields = {**fields, **dict.fromkeys(sorted(its_kind.absent - set(fields)))}
    for name in its_kind.fields:
        if name not in fields:
            raise BadInput("acts.field_missing", kind=its_kind.name, field=name)
    opened = []
    for name, value in fields.items():
        if name not in its_kind.fields:
            raise BadInput("acts.unknown_field", kind=its_kind.name, field=name[:60])
        opened.append(disclose(name, plain(value), entropy))
    body = encode({**header, "v": 1, "fields": sorted(d.digest for d in opened)})
    # Checked as what came in would be, but for what was written a line before in its one encoding.
    envelope = unsigned(ACT_TYPE, body)
    return _join(envelope, _read_header(envelope), opened)
