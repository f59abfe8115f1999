"""Prepare, sign, commit: the one road by which this node says anything.

Promises: an act is composed once and its bytes are frozen; whoever signs, signs those bytes. Whether it is
permitted is asked before the first signature and again at the commit, by the same table (P5). The commit
is one transaction: the act, its commitment to the log, and the job that posts it (P6).
Nobody signs twice, and a co-signer is named before the author signs.

Leaves to others: what each kind says (a module a deed), posting (``worker``), order (``cases``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from comity import store
from comity.acts import Act, Role, commit, compose, state_of, verify_signers
from comity.acts.terms import DecideTerms, DeliverTerms, Manner, SurrenderTerms
from comity.app.addressee import check_addressee, unfit_addressee
from comity.app.adopted import KINDS, take_effect
from comity.app.assessment import check_decision, check_giving, check_release
from comity.app.callback import check_called_back
from comity.app.cost_bar import refuse_while_barred
from comity.app.index import refresh
from comity.app.ledger import log_event
from comity.app.node import Node, Person, case_of, home_of
from comity.app.paper import goes_on_paper
from comity.app.reading import hidden_from, refuse_unread
from comity.app.recovery import refuse_prepared, refuse_while_pending
from comity.app.reopening import refuse_while_reopened
from comity.app.stand_in import refuse_beyond
from comity.app.timekeeping import refuse_clock_behind
from comity.cases import judge, judge_home, refuse_unless_in_order
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.exchange import Directory, incompetence_of
from comity.store import Connection
from comity.wire import Json

MEASURED: Final = ("preview", "request", "inform")
"""Kinds whose terms name the measure for which the office must be competent."""

Also = Callable[[Connection, Act], None]
"""What else belongs into the transaction of an act."""


@dataclass(frozen=True)
class Saying:
    """What is to be said: everything of an act that the road itself does not fill in.

    ``cosigners``: role and key id of each person who must sign beside the author.
    ``rests_on``: id of the act at home that it rests on, committed to and never shown.
    ``registered_at``: of what another State said on paper: when it came in. Its registrar signs alone.
    """

    kind: str
    from_: str
    fields: Mapping[str, Any]
    to: str | None = None
    case: str | None = None
    about: str | None = None
    cosigners: tuple[tuple[Role, str], ...] = ()
    rests_on: str | None = None
    registered_at: str | None = None


@dataclass(frozen=True)
class Said:
    """An act that was signed. ``waiting``: key ids of those who still have to; none: it is committed."""

    act: Act
    waiting: tuple[str, ...] = ()


def say(
    node: Node,
    saying: Saying,
    who: Person,
    *,
    beside: tuple[Person, ...] = (),
    also: Also | None = None,
) -> Said:
    """Compose an act and sign it as its author; commit it if nobody else has to sign.

    ``beside``: co-signers who sign at once. ``also`` runs in the commit's transaction; a deed that
    needs it must not leave anyone to sign later.

    Raises:
        NotPermitted: the table does not allow it now, or this key may not sign it.
        Conflict: the case moved while the act was prepared: prepare it again.
        BadInput: a field that is not valid.
    """
    with node.db.read() as conn:
        known = node.directory(conn)
        refuse_clock_behind(node, conn, known.own)
        role = Role.AUTHOR if saying.registered_at is None else Role.REGISTRAR
        act, rests_on = _compose(node, conn, saying, (role, who))
        _competent(node, known, act)
        _permitted(node, conn, act)
    for one in (who, *beside):
        act = act.with_signature(one.key.cosign(act.envelope))
    waiting = waiting_of(act)
    if not waiting:
        return Said(commit_act(node, act, rests_on, also=also))

    def keep(conn: Connection) -> None:
        store.put_prepared(conn, act, {"rests_on": rests_on}, node.clock.now())

    node.db.writer.run(keep)
    return Said(act, waiting)


def say_together(node: Node, sayings: Sequence[Saying], who: Person) -> tuple[Act, ...]:
    """Say several things that one person signs alone, each in a case of its own, all or none.

    Raises:
        As ``say``.
    """
    prepared: list[tuple[Act, str]] = []
    with node.db.read() as conn:
        known = node.directory(conn)
        refuse_clock_behind(node, conn, known.own)
        for saying in sayings:
            act, rests_on = _compose(node, conn, saying, (Role.AUTHOR, who))
            _competent(node, known, act)
            _permitted(node, conn, act)
            prepared.append((act.with_signature(who.key.cosign(act.envelope)), rests_on))

    def enter(conn: Connection) -> None:
        for act, rests_on in prepared:
            _enter(node, conn, act, rests_on, None)

    node.db.writer.run(enter)
    return tuple(act for act, _ in prepared)


def say_as_node(node: Node, saying: Saying, *, also: Also | None = None) -> Act:
    """Say something that the node itself signs: a founding enrolment.

    Raises:
        As ``say``.
    """
    return node.db.writer.run(lambda conn: say_within(node, conn, saying, also=also))


def say_within(node: Node, conn: Connection, saying: Saying, *, also: Also | None = None) -> Act:
    """Say something as the node, in a transaction that is open: nothing of ours can come between.

    Raises:
        As ``say``.
    """
    act, rests_on = _compose(node, conn, saying, (Role.NODE, node.keys.acts.id))
    act = act.with_signature(node.keys.acts.cosign(act.envelope))
    _enter(node, conn, act, rests_on, also)
    return act


def say_beside(node: Node, conn: Connection, saying: Saying, who: Person, *, also: Also | None = None) -> Act:
    """Say something that one person signs alone, in the transaction of another act: both hold, or neither.

    Raises:
        As ``say``.
    """
    act, rests_on = _compose(node, conn, saying, (Role.AUTHOR, who))
    act = act.with_signature(who.key.cosign(act.envelope))
    _enter(node, conn, act, rests_on, also)
    return act


def approve(node: Node, text: str, who: Person) -> Said:
    """Co-sign a prepared act (``text``: its id or the beginning of it); commit it if all have signed.

    Raises:
        NotFound: nothing of that id waits. NotPermitted: the act does not list this key, or the
            table no longer allows the act. Conflict: it was overtaken; prepare it again. Or the node was
            restored, and the act was prepared before that.
    """
    one = find_prepared(node, text)
    if who.key.id not in waiting_of(one.act):
        raise NotPermitted("app.not_a_signer_of_it", name=who.name, act=one.act.id)
    if one.act.header.to is not None:
        with node.db.read() as conn:
            refuse_prepared(conn, one.act.header.to, one.prepared_at)
    act = one.act.with_signature(who.key.cosign(one.act.envelope))
    rest = waiting_of(act)
    if rest:
        node.db.writer.run(lambda conn: store.update_prepared(conn, act.id, act))
        return Said(act, rest)

    def drop(conn: Connection, done: Act) -> None:
        store.drop_prepared(conn, done.id)

    return Said(commit_act(node, act, str(one.extra["rests_on"]), also=drop))


def find_prepared(node: Node, text: str) -> store.Prepared:
    """The act that waits under this id, or under an id that begins so.

    Raises:
        NotFound: none, or none for this reader. BadInput: several. NotPermitted: as ``refuse_unread``.
    """
    with node.db.read() as conn:
        hidden = hidden_from(node, conn)
        waiting = (p for p in store.list_prepared(conn) if p.act.header.case not in hidden)
        found = [p for p in waiting if p.act.id.startswith(text)]
        if not found:
            raise NotFound("app.nothing_prepared", text=text[:64])
        if len(found) > 1:
            raise BadInput("app.prefix_ambiguous", text=text[:64], count=len(found))
        case = found[0].act.header.case
        if case is not None:
            refuse_unread(node, conn, case)
    return found[0]


def waiting_of(act: Act) -> tuple[str, ...]:
    """Key ids of the listed signers who have not signed."""
    signed = {s.keyid for s in act.envelope.signatures}
    return tuple(s.key for s in act.header.signers if s.key not in signed)


def abandon(node: Node, text: str) -> Act:
    """Drop an act that waits for co-signatures. What was never committed was never said.

    Raises:
        NotFound: nothing of that id waits.
    """
    act = find_prepared(node, text).act
    node.db.writer.run(lambda conn: store.drop_prepared(conn, act.id))
    return act


def commit_act(node: Node, act: Act, rests_on: str, *, also: Also | None = None) -> Act:
    """Store a fully signed act of ours, with its leaf and its posting, in one transaction.

    Raises:
        ProofFailed: a signature is missing or does not hold. NotPermitted: not in order by the
            table, or a key without competence. Conflict: its number was taken meanwhile.
    """
    node.db.writer.run(lambda conn: _enter(node, conn, act, rests_on, also))
    return act


def _enter(node: Node, conn: Connection, act: Act, rests_on: str, also: Also | None) -> None:
    """Ask everything again, and store the act with its leaf and its posting."""
    known = node.directory(conn)
    refuse_clock_behind(node, conn, known.own)
    verify_signers(act.envelope, act.header.signers, known.public_keys(node.state))
    _competent(node, known, act)
    _permitted(node, conn, act)
    if not act.header.registered:
        _ask_again(node, conn, act)
    now = node.clock.now()
    posted = act.header.shared and not act.header.registered and not goes_on_paper(node, conn, act)
    direction: store.Direction = "own" if act.header.shared else "home"
    if act.header.registered:
        direction = "peer"
    store.put_act(conn, act, received_at=now, direction=direction)
    store.put_commitment(conn, act.id, rests_on, act=act)
    _keep_law(node, conn, act)
    log_event(node, conn, log_kind(act), act.id, act.header.case)
    if posted:
        store.put_job(conn, "post", {"act": act.id}, now)
    if also is not None:
        also(conn, act)
    refresh(node, conn, act.header.case)


def log_kind(act: Act) -> Literal["enrolment", "signed"]:
    """As what an act of this node's own stands in its log."""
    return "enrolment" if act.header.kind == "enrol" else "signed"


def _keep_law(node: Node, conn: Connection, act: Act) -> None:
    """Keep the bundle that an act names, and let an act on law data take effect."""
    bundle = node.bundle_on(conn)
    if act.header.law.bundle == bundle.digest and not store.has_bundle(conn, bundle.digest):
        store.put_bundle(conn, bundle.digest, bundle.data, node.clock.now())
    if act.header.kind in KINDS:
        take_effect(node.base, conn, act, node.clock.now())


def _ask_again(node: Node, conn: Connection, act: Act) -> None:
    """What stands at home and may have changed since the first signature: findings, reviews, costs."""
    refuse_while_barred(node, conn, act)
    if isinstance(act.terms, DecideTerms):
        request = store.get_act(conn, str(act.header.about))
        reasons = {reason.item: reason.text for reason in act.fields["reasons"]}
        persons = len({signer.key for signer in act.header.signers})
        check_decision(node, conn, request, act.terms, reasons=reasons, persons=persons)
    elif isinstance(act.terms, DeliverTerms):
        exhibits = tuple(one.exhibit for one in act.terms.exhibits)
        check_release(node, conn, str(act.header.case), exhibits)
        check_giving(node, conn, store.get_act(conn, str(act.header.about)))
        check_called_back(node, conn, store.get_act(conn, str(act.header.about)))
        if unfit_addressee(node, conn, act) is not None:
            request = store.get_act(conn, str(act.header.about))
            check_addressee(node, conn, str(act.header.to), str(request.terms.measure))
        refuse_while_reopened(node, conn, str(act.header.case), str(act.header.about))
    elif isinstance(act.terms, SurrenderTerms) and act.terms.manner is not Manner.RETURNED:
        refuse_while_reopened(node, conn, str(act.header.case), str(act.header.about))


def _next(node: Node, conn: Connection, saying: Saying) -> tuple[int, tuple[str, ...]]:
    """The number and the ``after`` of the next act of this State in a case."""
    if saying.to is None or saying.case is None:
        return store.next_home_number(conn, saying.case, node.state), ()
    case = case_of(node, conn, saying.case)
    return case.next_number(state_of(saying.from_)), case.heads


def _compose(
    node: Node, conn: Connection, saying: Saying, author: tuple[Role, Person | str]
) -> tuple[Act, str]:
    number, after = _next(node, conn, saying)
    role, first = author
    keys = [(role, first if isinstance(first, str) else first.key.id), *saying.cosigners]
    if len({key for _, key in keys}) != len(keys):
        raise NotPermitted("app.same_person", kind=saying.kind)
    aliases = node.aliases(conn, saying.case, [key for _, key in keys])
    signers: list[Json] = [
        {"role": str(role), "key": key, "alg": _algorithm(node, conn, key), "alias": aliases[key]}
        for role, key in sorted(keys)
    ]
    rests_on = commit("rests_on", saying.rests_on, node.entropy)
    header: dict[str, Json] = {
        "kind": saying.kind,
        "case": saying.case,
        "from": saying.from_,
        "to": saying.to,
        "number": number,
        "after": sorted(after),
        "at": node.now() if saying.registered_at is None else saying.registered_at,
        "about": saying.about,
        "law": {"bundle": node.bundle_on(conn).digest, "table": node.table.digest},
        "signers": signers,
        "rests_on": rests_on.digest,
    }
    return compose(header, saying.fields, node.entropy), rests_on.text


def _algorithm(node: Node, conn: Connection, key: str) -> str:
    if key == node.keys.acts.id:
        return node.keys.acts.alg
    return store.get_person(conn, key).alg


def _permitted(node: Node, conn: Connection, act: Act) -> None:
    """Ask the table, as the other side will (P5), and what it sets apart among our own persons (P9).

    For what stays at home, ask what the home case allows.
    """
    header = act.header
    if header.case is None:
        if header.number != store.next_home_number(conn, None, node.state):
            raise Conflict("app.overtaken", kind=header.kind)
        return
    case = case_of(node, conn, header.case)
    refuse_beyond(conn, case.states, header.kind, registered=header.registered)
    if header.shared:
        if case.standings:
            refuse_while_pending(conn, str(header.to))
        if header.number != case.next_number(header.state):
            raise Conflict("app.overtaken", kind=header.kind)
        refuse_unless_in_order(judge(case, act, node.table, own=not header.registered))
        return
    home = home_of(node, conn, header.case, case)
    if header.number != home.next_number:
        raise Conflict("app.overtaken", kind=header.kind)
    refuse_unless_in_order(judge_home(case, home, act))


def _competent(node: Node, directory: Directory, act: Act) -> None:
    """Every listed signer has a key that is good now and may sign this kind in this role."""
    header = act.header
    measure = str(act.terms.measure) if header.kind in MEASURED else None
    for signer in header.signers:
        why = incompetence_of(directory, header, signer, measure=measure, at=node.clock.now())
        if why is not None:
            raise NotPermitted("app.not_competent", kind=header.kind, role=str(signer.role), reason=why)
