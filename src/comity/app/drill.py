"""Drills: synthetic abusive requests, to see whether they are still caught.

Promises: a drill is made of a scenario and comes in by the same inbox as any request; an officer sees of it
what is seen of a peer's. That it is one is told to the oversight role alone, until it is decided. An urgent
one is refused, so that none is in the emergency queue. It counts as caught once every item is decided and
none is granted; as missed once one is. ``drills_of`` names the cases that no count may hold.

Leaves to others: the State that it comes from (``stand_in``), scenarios' files (``scenarios``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from comity import store
from comity.acts import Act, Outcome, Role, commit, compose
from comity.acts.names import CaseId, Digest, Instant
from comity.acts.terms import Urgency
from comity.app.assessment import GRANTING
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reading import hidden_from
from comity.app.receive import receive
from comity.app.scenarios import Theatre, one_named, overlay_named
from comity.app.stand_in import StandIn, keys_of, law_with, officers_of, set_up, stand_in
from comity.cases import RequestState
from comity.errors import BadInput, NotFound, NotPermitted
from comity.exchange import read_answer, seal_act
from comity.safeguards import Scenario, act_of, open_findings
from comity.store import Connection
from comity.wire import Json, Model, build, dump

SETTING: Final = "drills"
DEED: Final = "drill.author"
"""What a person of the oversight role may do."""

ALIAS_BYTES: Final = 6


class Drill(Model):
    """One drill: which scenario, when, and the key that ordered it."""

    case: CaseId
    request: Digest
    scenario: str
    at: Instant
    by: Digest


@dataclass(frozen=True)
class Told:
    """What came of one drill."""

    drill: Drill
    result: Literal["open", "caught", "missed"]
    findings: tuple[str, ...]
    """Checks that left the request to a person, by the last assessment."""
    passed: tuple[str, ...]
    """Those of them that a person has answered as satisfied."""


def drills(conn: Connection) -> tuple[Drill, ...]:
    """Every drill of this node, in the order in which they were sent."""
    held = store.get_setting(conn, SETTING)
    return tuple(build(Drill, one) for one in held) if isinstance(held, list) else ()


def drills_of(conn: Connection) -> frozenset[str]:
    """The cases that are drills, and belong in no count of cases."""
    return frozenset(one.case for one in drills(conn))


def begin(node: Node, overlay: str, who: Person) -> StandIn:
    """Set up the stand-in. ``overlay``: a file, or the name of a shipped one.

    Raises:
        NotPermitted: this person has no oversight role. Others: as ``set_up``.
    """
    _overseer(who)
    return set_up(node, overlay_named(overlay))


def send_drill(node: Node, named_scenario: str, who: Person) -> Drill:
    """Let a request come in as from the stand-in. ``named_scenario``: a file, or a shipped one's name.

    Raises:
        NotPermitted: this person has no oversight role. NotFound: there is no stand-in, or no key of it.
        BadInput: the scenario is urgent, is another side's, or no act can say it.
    """
    _overseer(who)
    file = one_named(named_scenario)
    with node.db.read() as conn:
        made = stand_in(conn)
        own = node.directory(conn).own
    if made is None:
        raise NotFound("app.no_stand_in")
    asked = Theatre(node.base).read(file).scenario
    if asked.request.urgency is not Urgency.ORDINARY:
        raise BadInput("app.drill_urgent", scenario=file.name)
    if asked.side != "requested":
        raise BadInput("app.drill_other_side", scenario=file.name)
    scenario = asked.model_copy(
        update={"from_": made.state, "to": node.state, "day": node.now()[: len("2026-11-21")]}
    )
    office = next((a.id for a in own.authorities if scenario.request.measure in a.measures), None)
    if office is None:
        raise NotFound("app.drill_no_office", measure=scenario.request.measure)
    act = _signed(node, made, scenario, office)
    told = receive(node, seal_act(act, own, node.entropy))
    keys = keys_of(node)
    got = read_answer(told, keys.age.identities, node.keys.acts.public_key, state=node.state, act=act.id)
    if got is None or got.receipt.outcome != "folded":
        raise BadInput("app.drill_not_in_order", scenario=file.name)
    one = Drill(
        case=str(act.header.case),
        request=act.id,
        scenario=file.name,
        at=node.now(),
        by=who.key.id,
    )

    def keep(conn: Connection) -> None:
        store.put_setting(conn, SETTING, [dump(d) for d in (*drills(conn), one)])

    node.db.writer.run(keep)
    return one


def report(node: Node, who: Person) -> tuple[Told, ...]:
    """What came of each drill.

    Raises:
        NotPermitted: this person has no oversight role.
    """
    _overseer(who)
    with node.db.read() as conn:
        return tuple(
            _told(node, conn, one) for one in drills(conn) if one.case not in hidden_from(node, conn)
        )


def is_over(conn: Connection, case: str, request: RequestState) -> bool:
    """Whether this was a drill and is decided: from then on everyone may know."""
    return case in drills_of(conn) and _result(request) != "open"


def _told(node: Node, conn: Connection, one: Drill) -> Told:
    request = case_of(node, conn, one.case).request(one.request)
    home = home_of(node, conn, one.case)
    assessed = home.latest_assessment(one.request)
    findings = () if assessed is None else store.get_act(conn, assessed.id).fields.get("findings", ())
    answers = () if assessed is None else assessed.answers
    return Told(
        drill=one,
        result=_result(request),
        findings=tuple(f.check for f in open_findings(findings)),
        passed=tuple(sorted({a.finding for a in answers if a.resolved})),
    )


def _result(request: RequestState) -> Literal["open", "caught", "missed"]:
    outcomes = [item.outcome for item in request.live_items]
    if any(outcome in GRANTING for outcome in outcomes):
        return "missed"
    return "caught" if all(outcome is Outcome.REFUSE for outcome in outcomes) else "open"


def _signed(node: Node, made: StandIn, scenario: Scenario, to: str) -> Act:
    """The scenario's request, said by the stand-in's officers."""
    said = act_of(scenario, law_with(node.bundle, made))
    author, approver = officers_of(node)
    both = [(Role.AUTHOR, author)]
    if len(said.header.signers) > 1:
        both.append((Role.APPROVER, approver))
    signers: list[Json] = [
        {"role": str(role), "key": key.id, "alg": key.alg, "alias": f"p-{node.entropy(ALIAS_BYTES).hex()}"}
        for role, key in sorted(both, key=lambda one: (one[0], one[1].id))
    ]
    header: dict[str, Json] = {
        "kind": said.header.kind,
        "case": node.new_case(),
        "from": said.header.from_,
        "to": to,
        "number": 1,
        "after": [],
        "at": node.now(),
        "about": None,
        "law": {"bundle": node.bundle.digest, "table": node.table.digest},
        "signers": signers,
        "rests_on": commit("rests_on", None, node.entropy).digest,
    }
    fields = {**said.fields, "signatories": _names(said, signers)}
    act = compose(header, fields, node.entropy)
    for _, key in both:
        act = act.with_signature(key.cosign(act.envelope))
    return act


def _names(said: Act, signers: list[Json]) -> list[Json]:
    """Functions stand behind the pseudonyms, as in a request of any State; no name of a person."""
    functions = [dump(one) for one in said.fields["signatories"]]
    alias = [str(s["alias"]) for s in signers if isinstance(s, dict)]
    return [{**functions[min(n, len(functions) - 1)], "alias": a} for n, a in enumerate(alias)]


def _overseer(who: Person) -> None:
    if DEED not in who.deeds:
        raise NotPermitted("app.not_oversight", name=who.name)
