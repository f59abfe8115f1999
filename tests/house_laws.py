"""What must hold of any case, said a second time and without the table or its predicates; for tests.

``broken(case, acts)`` looks at each act that was found in order, beside the acts of its own past, and names
the laws that it breaks. The rules are written from the law's and the design's words, never from ``cases``.
"""

from collections.abc import Iterable, Iterator

from speech import MEASURES

from comity.acts import Act
from comity.cases import Case, NotInOrder, Parked

AFTER_CLOSE = frozenset(
    {
        "take_custody", "use", "status", "correspond", "extend", "remedy", "seek_consent", "consent",
        "recall", "breach", "destroyed", "reject", "prosecute_instead", "ratified", "accept",
        "ask_instead", "enforce_instead", "speciality", "sentence",
    }
)  # fmt: skip
FREED = frozenset({"consult", "lift"})  # property stays frozen, and can be let go, after a closing
TWO = frozenset({"decide", "inform", "consent", "surrender", "court", "enforce_instead", "lift"})
APPROVED = frozenset({"amend", "answer_costs", "speciality", "sentence"})
ALONE = frozenset({"preserve", "desk_assistance", "emergency_data"})
GRANTS = frozenset({"grant", "grant_on_conditions"})


def broken(case: Case, acts: Iterable[Act]) -> list[str]:
    """The laws that acts found in order break, with the act."""
    every = {act.id: act for act in acts}
    judged = {id: act for id, act in every.items() if not isinstance(case.standing(id), NotInOrder | Parked)}
    order = [act for act in case.origin.history.acts if act.id in judged]
    places = case.origin.history.place
    found = []
    for act in order:
        past = case.origin.history.past[places[act.id]]
        outs = case.origin.picture(past).outs  # what its author knew to move nothing
        about = act.header.about
        before = [
            one
            for one in order
            if past >> places[one.id] & 1
            and about in {one.id, one.header.about}
            and places[one.id] not in outs
        ]
        if act.header.kind != "reject" and about is not None:
            found += [f"{law}: {act.header.kind} {act.id[:8]}" for law in _laws(act, before, judged)]
        found += [f"{law}: {act.header.kind} {act.id[:8]}" for law in _signing(act, judged.get(about or ""))]
    return found


def _signing(act: Act, opened: Act | None) -> Iterator[str]:
    kind, roles = act.header.kind, {signer.role for signer in act.header.signers}
    if len({signer.key for signer in act.header.signers}) != len(act.header.signers):
        yield "no person signs twice"
    if kind != "reject" and "author" not in roles:
        yield "a person wrote it"


def fewer(act: Act, opened: Act | None) -> Iterator[str]:
    """The laws of our own house on how many sign, which another State's law may not know."""
    kind, roles = act.header.kind, {signer.role for signer in act.header.signers}
    alone = kind == "decide" and opened is not None and opened.terms.measure in {"emergency_data", "preserve"}
    if kind in TWO and len(roles) < 2 and not (alone and act.terms.ratify_by):
        yield "two persons decide, or in an emergency one, for another to ratify"
    if kind in APPROVED and "approver" not in roles:
        yield "somebody approves"
    if kind == "court" and "judge" not in roles:
        yield "a court speaks with a judge"
    if kind == "request" and act.terms.measure not in ALONE and not {"author", "approver"} <= roles:
        yield "two persons ask"
    if kind == "request" and len(roles) == 1 and act.terms.ratify_by is None:
        yield "who asks alone says until when another ratifies"
    asked = act if kind == "request" else opened if kind == "decide" else None
    if asked is not None and asked.terms.measure == "intercept_content" and "judge" not in roles:
        yield "a judge stands behind an interception"


def _laws(act: Act, before: list[Act], judged: dict[str, Act]) -> Iterator[str]:  # noqa: C901 - one a kind
    opened, kind, terms = judged.get(act.header.about), act.header.kind, act.terms
    if opened is None:
        yield "what it is about is there"
        return
    asker = opened.header.state if opened.header.kind != "inform" else opened.header.to[:2].upper()
    mine = act.header.state == asker
    said = lambda name: [one for one in before if one.header.kind == name]  # noqa: E731 - a word for a line
    over = bool(said("close") or said("withdraw"))
    if kind == "accept" and over and terms.decision not in {one.id for one in said("deliver")}:
        yield "what is over is over"
    release = getattr(terms, "event", None) == "released" or getattr(terms, "manner", None) == "returned"
    frozen = kind in FREED and opened.terms.measure == "freeze"
    if over and kind not in AFTER_CLOSE | {"close"} and not release and not frozen:
        yield "what is over is over"
    if said("close") and kind == "close":
        yield "it closes once"
    grants = {"decide", "deliver", "effected", "arrest", "court", "surrender", "recall", "remedy", "lift"}
    both_ways = kind == "surrender" and opened.terms.measure == "transfer_sentenced"
    if mine and kind in grants and not both_ways:
        yield "nobody grants himself"
    if not mine and kind in {"accept", "take_custody", "use", "amend", "withdraw", "destroyed"}:
        yield "nobody takes for another"
    decided = {one.id: {i.id: i for i in one.terms.items} for one in said("decide")}
    final = {id for items in decided.values() for id, i in items.items() if i.outcome in {"grant", "refuse"}}
    match kind:
        case "decide":
            lawful = {}
            for one in said("court"):
                lawful |= dict.fromkeys(one.terms.items, one.terms.finding != "not_lawful")
            for item in terms.items:
                if item.id in final:
                    yield "what is decided is decided"
                if item.outcome in {"refuse", "postpone"} and not item.grounds:
                    yield "no refusal without a ground"
                if opened.terms.measure == "extradite" and item.outcome in GRANTS and not lawful.get(item.id):
                    yield "the court speaks before the executive"
        case "deliver":
            if not _stands(act, said, act.header.at):
                yield "what one person granted leaves only while another can, or does, stand behind it"
            if terms.capacity not in MEASURES[opened.terms.measure].capacities:
                yield "given in no other capacity than the measure's"
            if opened.header.kind != "inform":
                yield from _granted(terms, decided, said("accept"))
            yield from _suspended([i for e in terms.exhibits for i in e.items], said("remedy"))
            known = {e.exhibit for one in said("deliver") for e in one.terms.exhibits}
            if known & {e.exhibit for e in terms.exhibits}:
                yield "announced once"
        case "take_custody":
            announced = {e.exhibit: e.stream for o in said("deliver") for e in o.terms.exhibits}
            if any(announced.get(e.exhibit) != e.stream for e in terms.exhibits):
                yield "taken as announced"
        case "use":
            taken = {e.exhibit for one in said("take_custody") for e in one.terms.exhibits}
            gone = {e for one in said("destroyed") for e in one.terms.exhibits}
            back = {e for one in said("recall") for e in one.terms.exhibits}
            if not taken >= set(terms.exhibits) or gone & set(terms.exhibits):
                yield "used while it is held"
            if terms.use != "exculpatory":
                if back & set(terms.exhibits):
                    yield "what was recalled serves the person concerned alone"
                yield from _unlifted(terms.exhibits, said("breach"), said("consent"))
                backed = {one.id for one in said("deliver") if _stands(one, said, act.header.at)}
                given = {e.exhibit for o in said("deliver") if o.id in backed for e in o.terms.exhibits}
                if not given >= set(terms.exhibits):
                    yield "what one person granted is used only while another can, or does, stand behind it"
        case "surrender" if terms.manner != "returned":
            granted = {id for items in decided.values() for id, i in items.items() if i.outcome in GRANTS}
            if not granted >= set(terms.items):
                yield "nobody is handed over without a grant"
            yield from _suspended(terms.items, said("remedy"))
        case "speciality":
            sought = {one.id: one.terms for one in said("seek_consent")}
            given = [
                sought[one.terms.sought]
                for one in said("consent")
                if one.id == terms.consent and one.terms.consent != "refused" and one.terms.sought in sought
            ]
            if not any(
                set(one.items) >= set(terms.items) and (one.use, one.to) == (terms.use.value, terms.to)
                for one in given
            ):
                yield "speciality binds but for what was consented to"
        case "sentence":
            yield from _forbidden(terms, said)
        case "lift":
            offers = {one.id: one for one in said("consult")}
            if not said("withdraw") and terms.consultation not in offers:
                yield "the other State is heard before property is let go"
        case "arrest":
            for item in terms.items:
                last = [o.terms.event for o in said("arrest") if item in o.terms.items][-1:]
                wanted = {
                    "arrested": [[]],
                    "released": [["arrested"], ["rearrested"]],
                    "rearrested": [["released"]],
                }
                if last not in wanted[terms.event]:
                    yield "arrest and release take turns"
        case "answer":
            asks = {one.id: one for one in said("ask")}
            if terms.ask not in asks or asks[terms.ask].header.state == act.header.state:
                yield "a question of the other side is answered"


def _forbidden(terms, said) -> Iterator[str]:
    """A penalty that the grant of a person forbids is not sought, and is never passed in silence."""
    kinds = {"death": "no_death_penalty", "life": "no_life_sentence"}
    lifted = {
        label
        for one in said("consent")
        for sought in said("seek_consent")
        if sought.id == one.terms.sought and one.terms.consent != "refused"
        for label in sought.terms.conditions
    }
    for one in said("decide"):
        on = {label for item in one.terms.items if item.id in terms.items for label in item.conditions}
        for limit in one.terms.limits:
            if limit.id in on - lifted and limit.kind == kinds.get(terms.penalty):
                if terms.stage == "sought":
                    yield "what the surrender forbids is not sought"
                elif limit.id not in terms.broken:
                    yield "a broken promise is called broken"


def _stands(delivery, said, at) -> bool:
    decision = next((one for one in said("decide") if one.id == delivery.terms.decision), None)
    if decision is None or decision.terms.ratify_by is None:
        return True
    for one in said("ratified"):
        if one.terms.decision == decision.id:
            return one.terms.ratified
    return at <= decision.terms.ratify_by


def _unlifted(exhibits, breaches, consents) -> Iterator[str]:
    lifted = {id for one in consents if one.terms.consent != "refused" for id in one.terms.lifts}
    if any(set(one.terms.exhibits) & set(exhibits) for one in breaches if one.id not in lifted):
        yield "after a breach nothing is used before the State that gave says so"


def _granted(terms, decided, accepts) -> Iterator[str]:
    items = decided.get(terms.decision, {})
    accepted = {
        label for one in accepts if one.terms.decision == terms.decision for label in one.terms.conditions
    }
    for exhibit in terms.exhibits:
        for id in exhibit.items:
            ruling = items.get(id)
            if ruling is None or ruling.outcome not in GRANTS:
                yield "nothing is given that was not granted"
            elif not accepted >= set(ruling.conditions):
                yield "nothing is given before its conditions are accepted"


def _suspended(items, remedies) -> Iterator[str]:
    last = {one.terms.remedy: one.terms for one in remedies}
    for remedy in last.values():
        bars = remedy.event == "upheld" or (remedy.event == "lodged" and remedy.suspends)
        if bars and set(items) & set(remedy.items):
            yield "nothing leaves while a remedy suspends"
