"""Register what came by another way than from a node: paper, e-mail, telephone, the embassy.

Promises: nobody is made to say what he did not sign. What comes from an office without a node becomes an act
that its registrar signs, as registrar, and that moves the case; what comes in a case by wire is noted at home
and moves nothing until the other side's signed act is here. Scan, act and register are one transaction.

Leaves to others: what goes out on paper (``dispatch``), scans (``scans``), who has no key (``contacts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args

from comity import store
from comity.acts import Act, kind, state_of
from comity.acts.home_terms import Channel, ConfirmTerms, RegisterTerms
from comity.app.contacts import receiver
from comity.app.draft import Draft, speak
from comity.app.look import find_act, find_case
from comity.app.node import Node, Person, case_of, home_of
from comity.app.paper import is_on_paper
from comity.app.prepare import Also, Saying, say, say_beside
from comity.app.reply import Matter, matter, offices, own_office
from comity.app.scans import Scan, keep_scan, scanned
from comity.app.seen import check_seen
from comity.cases import Registered
from comity.clock import write_instant
from comity.errors import BadInput, NotFound, NotPermitted
from comity.safeguards import check_fact
from comity.store import Connection
from comity.wire import Json, Model, decode, encode, plain

SPOKEN: Final = frozenset({Channel.TELEPHONE})
"""Ways on which nothing was written: what came so is to be confirmed by a stated time."""

NEVER: Final = frozenset({"preview", "reject", "request", "inform", "deliver"})
"""Kinds that are not registered as a word about a request: a request has a deed of its own; a preview has no
effect, and a rejection is a node's word; a delivery comes with its medium; nobody offers unasked on paper."""

MAX_CONTENT: Final = 256 * 1024

NOT_SAID: Final = frozenset({"signatories", "terms.ratify_by"})
"""Members that no paper says, and a signed act does."""


@dataclass(frozen=True)
class Slip:
    """How something came in. ``attested_by``: who saw or heard it; ``sender``: who signed it; by function.

    ``text``: what it says, in our words; ``language``: of the original; ``translation``: a file.
    """

    channel: Channel
    received_at: datetime
    scan: Path
    attested_by: str
    text: str
    confirm_by: datetime | None = None
    sender: str | None = None
    language: str | None = None
    translation: str | None = None


@dataclass(frozen=True)
class Entered:
    """What was registered: the act at home, the act that it made (none: it moves nothing), the scan's id."""

    register: Act
    act: Act | None
    scan: str


def register_request(
    node: Node, draft: Draft, slip: Slip, who: Person, *, case: str | None = None
) -> Entered:
    """Register a request that came in, as a case on paper; it is then judged and answered as any request.

    ``draft``: what it says, in the form that our own requests have, from their office to ours. ``case``: the
    case on paper that it belongs to; none: a new one.

    Raises:
        BadInput: the slip, or something in the draft, is not valid. NotFound: an office that nobody knows.
        NotPermitted: another office's business, or a case that goes by wire.
    """
    spoken = speak(draft, node.clock.now())
    if spoken.kind != "request":
        raise BadInput("register.kind_never", kind=spoken.kind)
    if draft.ratify_within_hours is not None:
        raise BadInput("register.ratified_elsewhere")
    for fact in draft.facts:
        check_fact(fact.key, fact.value)
    own_office(who, draft.to)
    reference = node.new_case() if case is None else case
    with node.db.read() as conn:
        receiver(node, conn, draft.from_)
        if case is not None and not is_on_paper(node, conn, case):
            raise NotPermitted("register.case_by_wire", case=case)
    fields = {"terms": spoken.terms, **spoken.fields, "signatories": ()}
    saying = Saying(
        "request", draft.from_, fields, to=draft.to, case=reference, registered_at=received(node, slip)
    )
    return enter_registered(node, saying, slip, who)


def register_said(  # noqa: PLR0917 - about what, which word, how it came, by whom: as one says it
    node: Node, about: str, kind_of: str, content: Mapping[str, Json], slip: Slip, who: Person
) -> Entered:
    """Register what the other side said of a request by another way.

    In a case on paper it becomes an act and moves the case. In one by wire it is noted at home, with all its
    members, and moves nothing: their signed act is still to come, and is held against it (``confirm``).

    Raises:
        BadInput: the slip or the content is not valid, or the kind is never registered so.
        NotFound: no such request. NotPermitted: the case does not allow it now, or it is another office's.
    """
    held = kind(kind_of)
    if kind_of in NEVER or not held.travels:
        raise BadInput("register.kind_never", kind=kind_of)
    it = matter(node, about)
    own, theirs = offices(node, it.act)
    own_office(who, own)
    told = {name: _whole(held.fields.get(name), value) for name, value in content.items()}
    filled = {**_defaults(held.fields), **told}
    for name in sorted(set(filled) - set(held.fields)):
        raise BadInput("acts.unknown_field", kind=kind_of, field=name[:60])
    for name in held.fields:
        if name not in filled:
            raise BadInput("acts.field_missing", kind=kind_of, field=name)
        held.read_field(name, encode(filled[name]))
    at = received(node, slip)
    with node.db.read() as conn:
        on_paper = is_on_paper(node, conn, it.id)
    if on_paper:
        saying = Saying(kind_of, theirs, filled, to=own, case=it.id, about=it.act.id, registered_at=at)
        return enter_registered(node, saying, slip, who)
    with scanned(node, slip.scan, source_of(slip)) as scan:
        noted: list[str] = []
        saying = _note(slip, scan, who, it.id, it.act.id, kind_of, None, encode(filled).decode())

        def also(conn: Connection, act: Act) -> None:
            noted.append(keep_scan(node, conn, it.id, who, scan, act.id, kind="register"))

        register = say(node, saying, who, also=also).act
    return Entered(register, None, noted[0])


def confirm(
    node: Node,
    register: str,
    who: Person,
    *,
    act: str | None = None,
    paper: Path | None = None,
    text: str | None = None,
) -> Act:
    """Say by what something registered was confirmed: their signed act, or a paper that followed.

    Where it is an act, each member in which it differs from what was registered is named, for ever.

    Raises:
        NotFound: no such act. BadInput: it is no registration, both or neither are named, or the act is
            another State's, of another kind, or was registered itself. NotPermitted: it is confirmed already.
    """
    if (act is None) == (paper is None):
        raise BadInput("register.confirm_by_one")
    with node.db.read() as conn:
        entry = find_act(node, conn, register)
        if not isinstance(entry.terms, RegisterTerms):
            raise BadInput("register.not_registered", act=entry.id, kind=entry.header.kind)
        case = str(entry.header.case)
        signed = None if act is None else find_act(node, conn, act)
        differs = () if signed is None else _differences(conn, node, entry, signed)
    if paper is not None:
        source = f"confirms {entry.id}"
        with scanned(node, paper, source) as scan:
            terms = ConfirmTerms(entry=entry.id, act=None, case=None, scan=scan.digest, differs=())
            saying = _at_home("confirm", who, case, entry.header.about, {"terms": terms, "text": text})

            def also(conn: Connection, said: Act) -> None:
                keep_scan(node, conn, case, who, scan, said.id, kind="confirm")

            return say(node, saying, who, also=also).act
    if signed is None:  # one of the two is there
        raise BadInput("register.confirm_by_one")
    terms = ConfirmTerms(entry=entry.id, act=signed.id, case=signed.header.case, scan=None, differs=differs)
    saying = _at_home("confirm", who, case, entry.header.about, {"terms": terms, "text": text})
    return say(node, saying, who).act


def unconfirmed(node: Node, conn: Connection, case: str) -> tuple[Registered, ...]:
    """What of a case still waits for its confirmation, that due first ahead."""
    return home_of(node, conn, case).desk.unconfirmed


def paper_case(node: Node, text: str) -> str:
    """The case on paper of that reference, or of its beginning.

    Raises:
        NotFound, BadInput: as ``find_case``. NotPermitted: it goes by wire.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, text)
        if not is_on_paper(node, conn, case):
            raise NotPermitted("register.case_by_wire", case=case)
    return case


def enter_registered(
    node: Node, saying: Saying, slip: Slip, who: Person, *, also: Also | None = None
) -> Entered:
    """Seal the scan, and say the act and its entry in one transaction. ``also``: more of it.

    Raises:
        As ``say``, ``scanned``.
    """
    case = str(saying.case)
    made: list[Act] = []
    ids: list[str] = []
    with scanned(node, slip.scan, source_of(slip)) as scan:

        def enter(conn: Connection, act: Act) -> None:
            if also is not None:
                also(conn, act)
            about = saying.about or act.id
            entry = _note(slip, scan, who, case, about, saying.kind, act.id, None)
            made.append(say_beside(node, conn, entry, who))
            ids.append(keep_scan(node, conn, case, who, scan, made[-1].id, kind="register"))

        act = say(node, saying, who, also=enter).act
    return Entered(made[-1], act, ids[-1])


def _note(  # noqa: PLR0917 - what was entered, by whom, of what: in the order of the act's members
    slip: Slip,
    scan: Scan,
    who: Person,
    case: str,
    about: str,
    kind_of: str,
    act: str | None,
    content: str | None,
) -> Saying:
    terms = RegisterTerms(
        channel=slip.channel,
        scan=scan.digest,
        confirm_by=None if slip.confirm_by is None else write_instant(slip.confirm_by),
        received_at=write_instant(slip.received_at),
        kind=kind_of,
        act=act,
        language=slip.language,
        translation=slip.translation,
    )
    fields = {
        "terms": terms,
        "text": slip.text,
        "attested_by": slip.attested_by,
        "sender": slip.sender,
        "content": content,
    }
    return _at_home("register", who, case, about, fields)


def _at_home(kind_of: str, who: Person, case: str, about: str | None, fields: Mapping[str, Any]) -> Saying:
    return Saying(kind_of, who.authority, fields, case=case, about=about)


def received(node: Node, slip: Slip) -> str:
    """When it came in, once the slip is seen to be whole.

    Raises:
        BadInput: it is not.
    """
    told = (("text", slip.text), ("attested_by", slip.attested_by), ("sender", slip.sender or "-"))
    for place, text in told:
        if not text.strip():
            raise BadInput("register.empty", member=place)
        check_seen(text, place)
    if slip.received_at > node.clock.now():
        raise BadInput("register.not_received_yet", at=write_instant(slip.received_at))
    if slip.confirm_by is not None and slip.confirm_by <= slip.received_at:
        raise BadInput("register.confirmed_before", by=write_instant(slip.confirm_by))
    if slip.confirm_by is None and slip.channel in SPOKEN:
        raise BadInput("register.to_be_confirmed", channel=slip.channel.value)
    return write_instant(slip.received_at)


def source_of(slip: Slip) -> str:
    """Where something came from, as a line of a seal statement."""
    return f"{slip.channel.value}, {write_instant(slip.received_at)}"


def _defaults(fields: Mapping[str, Any]) -> dict[str, Json]:
    """What a paper seldom says and every act has: of a member that may be null, null."""
    found: dict[str, Json] = {name: None for name, type_ in fields.items() if NoneType in get_args(type_)}
    return found | {name: [] for name in ("signatories", "facts", "conditions") if name in fields}


def _whole(type_: Any, value: Json) -> Json:
    """A value with null where a member is left out that may be null: a form has no word for it."""
    if isinstance(value, list):
        return [_whole(next(iter(get_args(type_)), None), one) for one in value]
    model = next((one for one in (type_, *get_args(type_)) if isinstance(one, type)), None)
    if not isinstance(value, dict) or model is None or not issubclass(model, Model):
        return value
    found = dict(value)
    for name, held in model.model_fields.items():
        known = held.alias or name
        if known in found:
            found[known] = _whole(held.annotation, found[known])
        elif NoneType in get_args(held.annotation):
            found[known] = None
    return found


def _differences(conn: Connection, node: Node, entry: Act, signed: Act) -> tuple[str, ...]:
    terms = entry.terms
    state = state_of(store.get_act(conn, terms.act).header.from_) if terms.act else _other(conn, node, entry)
    if signed.header.registered or signed.header.state != state:
        raise BadInput("register.not_their_word", act=signed.id, state=state)
    if terms.kind is not None and signed.header.kind != terms.kind:
        raise BadInput("register.other_kind", act=signed.id, kind=signed.header.kind, wanted=terms.kind)
    if not case_of(node, conn, str(signed.header.case)).standing(signed.id).moves:
        raise NotPermitted("register.moves_nothing", act=signed.id)
    if terms.act is not None:
        noted = _members(store.get_act(conn, terms.act).fields)
    else:
        content = entry.fields.get("content")
        if content is None:
            return ()
        noted = _members(decode(content.encode(), limit=MAX_CONTENT))
    said = _members(signed.fields)
    names = (set(noted) | set(said)) - NOT_SAID
    return tuple(sorted(name for name in names if noted.get(name) != said.get(name)))


def _other(conn: Connection, node: Node, entry: Act) -> str:
    line = store.get_case_line(conn, str(entry.header.case))
    other = next((state for state in line.states if state != node.state), None)
    if other is None:
        raise NotFound("register.nobody_else", case=line.case)
    return other


def _members(fields: Mapping[str, Any]) -> dict[str, Json]:
    """The members of an act as plain values; of its terms, each by itself."""
    told = {name: plain(value) for name, value in fields.items()}
    terms = told.pop("terms")
    return {**told, **{f"terms.{name}": value for name, value in terms.items()}}


__all__ = [
    "Entered",
    "Matter",
    "Slip",
    "confirm",
    "paper_case",
    "register_request",
    "register_said",
    "unconfirmed",
]
