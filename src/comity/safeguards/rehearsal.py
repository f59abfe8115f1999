"""Running a scenario: the law that it supposes, its request as an act, and what the checks find.

Promises: pure. The request is composed as an act and read like any other, so that what follows from its
bytes follows here too. Whatever a scenario names that does not exist (a check, a fact, a State, a measure)
is an error with file and line, never an expectation that is silently met. Each State's reading of an
instrument is used by its own node alone; of the other State's overlay only that State's own law is.

Leaves to others: files (``app.scenarios``), comparing with what was expected (``expectation``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from itertools import count
from typing import Any, Final

from comity import acts, wire
from comity.acts import Act, AskWhom, Entropy, Fact, Finding, Provenance, compose
from comity.acts.terms import Basis, Item
from comity.clock import read_instant
from comity.errors import BadInput, ComityError, NotFound
from comity.law import Bundle, Ground, Overlay, apply_overlay, load_overlay, remade
from comity.law.model import InForce
from comity.safeguards.assess import assess, open_findings, questions
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.effort import effort
from comity.safeguards.facts import check_fact
from comity.safeguards.grounds import REFUSAL_DUTIES, Refusal, check_refusal, grounds_of, refusal_duties
from comity.safeguards.registry import FACTS
from comity.safeguards.registry.persecution import NONE_SEEN
from comity.safeguards.request import RequestFacts, request_facts
from comity.safeguards.scenario import Asked, Refused, Scenario, StatedFact, Written
from comity.wire import Json
from comity.yaml import Path

SCENARIO_ACT: Final = "0" * 64
"""Stands for the act by which an overlay of a scenario would have been adopted."""

SIGNS_RAISE_SIGNS: Final = 3
"""Rounds at most: what is found absent can let a check ask for one more sign."""

_OWN_LAW: Final = frozenset({"offence", "regime"})
"""What of another State's overlay is that State's own law, and not its reading of an instrument."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of one scenario. ``refused``: the error, where the request or the refusal was turned away."""

    findings: tuple[Finding, ...]
    grounds: tuple[Ground, ...]
    asked: tuple[str, ...]
    """The facts that the other side may be asked for."""
    error: str | None
    refusal: str | None

    @property
    def questions(self) -> tuple[str, ...]:
        """What someone has to be asked, or to look up in the own file: the open questions, each once."""
        return _missing(self.findings, frozenset({AskWhom.OWN_FILE, AskWhom.THEM}))

    @property
    def signs(self) -> tuple[str, ...]:
        """What nobody is asked: signs that a reviewer looks for in the papers themselves, each once."""
        return signs_of(self.findings)


def signs_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What open findings miss, and nobody is asked for."""
    return _missing(findings, frozenset({AskWhom.NOBODY}))


def _missing(findings: Iterable[Finding], whom: frozenset[AskWhom]) -> tuple[str, ...]:
    left = open_findings(findings)
    return tuple(dict.fromkeys(m.key for f in left for m in f.missing if m.ask in whom))


def law_of(base: Bundle, scenario: Scenario, overlays: Iterable[bytes]) -> Bundle:
    """The law data of the node that assesses: the base, what it supposes, and the overlays over it.

    ``overlays``: compiled, in order.

    Raises:
        BadInput: an overlay that does not fit. NotFound: an instrument supposed to be in force is not held.
    """
    content = base.content
    judging = scenario.to if scenario.side == "requested" else scenario.from_
    for key, since in scenario.suppose.in_force.items():
        base.instrument(key)
        supposed = {
            i.key: InForce(since=since, mark="A", sources=i.sources)
            for i in content.instruments
            if i.key == key
        }
        instruments = tuple(
            i.model_copy(update={"in_force": supposed[i.key]}) if i.key in supposed else i
            for i in content.instruments
        )
        content = content.model_copy(update={"instruments": instruments})
    for data in overlays:
        overlay = load_overlay(data)
        if overlay.state != judging:
            overlay = _own_law_only(overlay)
        content = apply_overlay(content, overlay, SCENARIO_ACT)
    return remade(content)


def with_law_of(base: Bundle, overlay: Overlay) -> Bundle:
    """A bundle with what another State's overlay says of that State's own law, and nothing else of it.

    Raises:
        BadInput: it does not fit.
    """
    return remade(apply_overlay(base.content, _own_law_only(overlay), SCENARIO_ACT))


def _own_law_only(overlay: Overlay) -> Overlay:
    return overlay.model_copy(
        update={
            "adopt": tuple(a for a in overlay.adopt if a.what in _OWN_LAW),
            "correct": (),
            "reject": tuple(r for r in overlay.reject if r.what in _OWN_LAW),
        }
    )


def rehearse(written: Written, law: Bundle) -> Rehearsed:
    """Run the checks on a scenario.

    Raises:
        BadInput: it names what does not exist, or a day on which its instruments were not yet adopted.
    """
    check_names(written, law)
    scenario = written.scenario
    on = date.fromisoformat(scenario.day)
    try:
        facts, findings = _assessed(scenario, law, on)
    except ComityError as error:
        return Rehearsed((), (), (), error.id, None)
    refused = None
    if scenario.refusal is not None:
        refused, duties = _refusal(scenario.refusal, facts, law, on)
        findings = (*findings, duties)
    asked = tuple(fact for fact, _ in questions(findings))
    return Rehearsed(findings, grounds_of(facts, law, on), asked, None, refused)


def _assessed(scenario: Scenario, law: Bundle, on: date) -> tuple[RequestFacts, tuple[Finding, ...]]:
    """The request and its findings; with the signs that were not found, where the reviewer has looked."""
    absent: tuple[str, ...] = ()
    for _ in range(SIGNS_RAISE_SIGNS):
        facts = request_of(scenario, law, absent)
        findings = assess(facts, law, scenario.side, on)
        more = () if scenario.indicators != "absent" else signs_of(findings)
        if set(more) <= set(absent):
            break
        absent += more
    return facts, findings


def answers_needed(written: Written, law: Bundle) -> tuple[str, ...]:
    """What an officer has to answer about a scenario's request, the act of looking included.

    Raises:
        As ``rehearse``, and what makes the request be turned away.
    """
    check_names(written, law)
    looked = written.scenario.model_copy(update={"indicators": "none_seen"})
    return effort(request_of(looked, law), law, looked.side, date.fromisoformat(looked.day))


def check_names(written: Written, law: Bundle) -> None:
    """Whether all that a scenario names exists.

    Raises:
        BadInput: something does not; file and line are named, and what is spelled nearly so.
    """
    scenario = written.scenario
    on = date.fromisoformat(scenario.day)
    states = [n.code for n in law.content.nations]
    for name, state in (("from", scenario.from_), ("to", scenario.to)):
        if state not in states:
            raise written.error("scenario.unknown_state", (name,), state=state)
    if scenario.from_ == scenario.to:
        raise written.error("scenario.one_state", ("to",), state=scenario.to)
    measures = [m.key for m in law.content.measures]
    _known(written, "measure", scenario.request.measure, measures, ("request", "measure"))
    provisions = {p.key: p.instrument for p in law.content.provisions}
    instruments = {i.key: i.adopted for i in law.content.instruments}
    for n, base in enumerate(scenario.request.bases):
        where: Path = ("request", "bases", n)
        _known(written, "provision", base, [*instruments, *provisions], where)
        instrument = provisions.get(base, base)
        if on < date.fromisoformat(instruments[instrument]):
            raise written.error(
                "scenario.before_treaty", ("day",), day=scenario.day, instrument=instrument,
                adopted=instruments[instrument],
            )  # fmt: skip
    for part in ("stated", "own_file"):
        told: tuple[StatedFact, ...] = getattr(scenario, part)
        for n, fact in enumerate(told):
            _known(written, "fact", fact.fact, list(FACTS), (part, n, "fact"))
            try:
                check_fact(fact.fact, fact.is_)
            except BadInput as error:
                names = {k: v for k, v in error.arguments.items() if k != "fact"}
                raise written.error(f"scenario.{error.id.rpartition('.')[2]}", (part, n), fact=fact.fact,
                                    **names) from error  # fmt: skip
    _check_expected(written, law)


def _check_expected(written: Written, law: Bundle) -> None:
    expect = written.scenario.expect
    provisions = [p.key for p in law.content.provisions]
    for key, check in expect.checks.items():
        where: Path = ("expect", "checks", key)
        _known(written, "check", key, [*BY_KEY, REFUSAL_DUTIES.key], where)
        for fact in check.missing:
            _known(written, "fact", fact, list(FACTS), (*where, "missing"))
        for provision in check.cites:
            _known(written, "provision", provision, provisions, (*where, "cites"))
    for name in ("may_ask_them", "never_ask_them"):
        for fact in getattr(expect, name):
            _known(written, "fact", fact, list(FACTS), ("expect", name))
    grounds = [ground.key for ground in law.content.grounds]
    for name in ("open", "not_open"):
        for ground in getattr(expect.grounds, name):
            _known(written, "ground", ground, grounds, ("expect", "grounds", name))


def _known(written: Written, kind: str, key: str, held: Sequence[str], path: Path) -> None:
    if key not in held:
        near = get_close_matches(key, held, n=1, cutoff=0.0)
        raise written.error(f"scenario.unknown_{kind}", path, key=key[:120], near=near[0])


def other_pair(written: Written, one: str, other: str) -> Written:
    """The same request between two other States, with nothing adopted and nothing supposed."""
    bare = {"from_": one, "to": other, "law": (), "suppose": type(written.scenario.suppose)()}
    return replace(written, scenario=written.scenario.model_copy(update=bare))


# -- the request as an act --------------------------------------------------------------------------


def request_of(scenario: Scenario, law: Bundle, absent: Iterable[str] = ()) -> RequestFacts:
    """The request, with what both files hold of it.

    Args:
        scenario: the scenario.
        law: the law data that it supposes.
        absent: signs for which the reviewer looked in vain.

    Raises:
        BadInput: no act can say it so.
    """
    act = act_of(scenario, law)
    own = scenario.to if scenario.side == "requested" else scenario.from_
    told = {fact.fact for fact in scenario.own_file}
    looked = [StatedFact.model_validate({"fact": key, "is": False}) for key in absent if key not in told]
    if scenario.indicators == "none_seen":
        looked.append(StatedFact.model_validate({"fact": NONE_SEEN, "is": True}))
    home = [_fact(fact, own, Provenance.OWN_INQUIRY) for fact in (*scenario.own_file, *looked)]
    return request_facts(act, home=home)


def act_of(scenario: Scenario, law: Bundle) -> Act:
    """The request act that the scenario describes, not signed; the same bytes each time.

    Raises:
        BadInput: no act can say it so. NotFound: no basis of the measure stands in an instrument named.
    """
    asked = scenario.request
    author = {"role": "author", "key": "a" * 64, "alg": "ed25519", "alias": "officer-a"}
    second = {"role": "approver", "key": "b" * 64, "alg": "ed25519", "alias": "officer-b"}
    judge = {"role": "judge", "key": "d" * 64, "alg": "ed25519", "alias": "officer-d"}
    signers = {"two": [second, author], "two_and_judge": [second, author, judge]}
    header: dict[str, Json] = {
        "kind": "request",
        "case": "c" * 32,
        "from": f"{scenario.from_.lower()}:central-authority",
        "to": f"{scenario.to.lower()}:central-authority",
        "number": 1,
        "after": [],
        "at": f"{scenario.day}T09:00:00Z",
        "about": None,
        "law": {"bundle": law.digest, "table": law.table_named("story").digest},
        "signers": signers.get(asked.signed_by, [author]),
        "rests_on": "A" * 43,
    }
    items = [wire.dump(Item(id=i.id, data=i.data)) for i in asked.items]
    ratify = f"{scenario.day}T21:00:00Z" if asked.signed_by == "one_to_ratify" else None
    fields: dict[str, Json] = {
        "terms": {
            "measure": asked.measure,
            "items": items,
            "bases": [wire.dump(basis) for basis in _bases(asked, law)],
            "urgency": asked.urgency.value,
            "confidential": asked.confidential,
            "ratify_by": ratify,
            "follows": "e" * 64 if asked.follows_preservation else None,
        },
        "subject": asked.subject,
        "selectors": [
            {"item": i.id, "description": i.what, "account": i.account, "since": i.since, "until": i.until}
            for i in asked.items
            if i.what is not None
        ],
        "facts": [wire.dump(_fact(f, scenario.from_, Provenance.ASSERTED)) for f in scenario.stated],
        "conduct": _conduct(asked),
        "offence": _offence(asked),
        "purpose": asked.purpose,
        "proceeding": wire.dump(asked.proceeding),
        "urgency": asked.why_urgent,
        "signatories": [{"alias": "officer-a", "name": "Officer A", "function": "case officer"}],
    }
    return compose(header, fields, _entropy())


def _bases(asked: Asked, law: Bundle) -> list[Basis]:
    """The paragraphs named; of an instrument named alone, the first by which it offers the measure."""
    found = []
    offered = {b.instrument: b.provisions[0] for b in law.measure(asked.measure).bases}
    for key in asked.bases:
        if key in {i.key for i in law.content.instruments}:
            if key not in offered:
                raise NotFound("scenario.not_offered", instrument=key, measure=asked.measure)
            found.append(Basis(instrument=key, provision=offered[key]))
        else:
            found.append(Basis(instrument=law.provision(key).instrument, provision=key))
    return sorted(found, key=lambda basis: (basis.instrument, basis.provision))


def _fact(fact: StatedFact, by: str, otherwise: Provenance) -> Fact:
    shown = fact.from_ is Provenance.DOCUMENT and bool(fact.reference.strip())
    # Acts of before bind no paper by its digest, and tell conduct as running text.
    named: dict[str, Json] = {"document": _paper(fact.reference)} if shown and PAPERS_ARE_BOUND else {}
    return Fact(
        key=fact.fact,
        value=fact.is_,
        provenance=fact.from_ or otherwise,
        stated_by=by,
        reference=fact.reference,
        **named,
    )


PAPERS_ARE_BOUND: Final = "document" in Fact.model_fields
CONDUCT_IS_TOLD: Final = hasattr(acts, "Conduct")


def _paper(reference: str) -> str:
    """The digest of a paper of a scenario, of which there is no more than its name."""
    return wire.digest(reference.encode())


def _conduct(asked: Asked) -> Json:
    deed = asked.conduct
    if deed is None or not CONDUCT_IS_TOLD:
        return asked.summary
    documents = [{**wire.dump(one), "digest": _paper(one.reference)} for one in deed.documents]
    did = f"{deed.did}. {asked.summary}"
    return {**wire.dump(deed), "did": did, "documents": documents}


def _offence(asked: Asked) -> Json:
    offence = asked.offence
    return {
        "title": offence.title,
        "law": offence.law,
        "max_penalty_months": offence.max_penalty_months,
        "offence_class": offence.concept,
        **({} if offence.penalty is None else {"penalty": offence.penalty}),
    }


def _entropy() -> Entropy:
    numbers = count()
    return lambda n: hashlib.shake_256(f"scenario {next(numbers)}".encode()).digest(n)


def _refusal(told: Refused, facts: RequestFacts, law: Bundle, on: date) -> tuple[str, Finding]:
    refusal = Refusal(
        grounds=told.grounds,
        reasons_given=told.reasons,
        consulted=told.consulted,
        answer_by=read_instant(told.answer_by) if told.answer_by is not None else None,
        answered=told.answered,
        at=read_instant(told.at),
    )
    own_law: dict[str, Any] = {"law_named": told.law_named, "persons": told.persons}
    refusal = replace(refusal, **{k: v for k, v in own_law.items() if k in Refusal.__dataclass_fields__})
    duties = refusal_duties(facts, law, on, refusal)
    try:
        check_refusal(facts, law, on, refusal)
    except ComityError as error:
        return error.id, duties
    return "allowed", duties
