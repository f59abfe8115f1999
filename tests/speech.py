"""What a State could say next in a case: terms of every kind and measure, drawn by chance; for tests.

``Speech(chance).lawful(...)`` draws until the table permits it; ``terms`` draws once, and asks nobody.
One draw in four is loose: of any item, any decision, any exhibit, so that what a table lets slip is found.
Time is one of three instants, so that a stated time can lie before, at or after another.
"""

import random
from collections.abc import Collection

import builders as b

from comity.acts import Act
from comity.acts.person_terms import SentenceTerms
from comity.acts.terms import DataType, LimitKind
from comity.cases import Case, ItemStanding, RequestState, assurances, judge, next_acts
from comity.cases.assurances import ask
from comity.cases.frozen import frozen
from comity.cases.limits import consents, open_breaches
from comity.cases.ratification import unratified
from comity.cases.use import destroyed
from comity.law import Row, Table, packaged_bundle
from comity.wire import build, digest

NOWHERE = digest(b"nowhere")
TALK = frozenset(
    {
        "ask",
        "status",
        "correspond",
        "forward",
        "consult",
        "preview",
        "breach",
        "remedy",
        "amend",
        "offer_costs",
    }
)
"""Kinds that can be said nearly always and bring a case no further."""
OF_A_PERSON = frozenset(LimitKind) - {LimitKind.DESTRUCTION, LimitKind.RETURN, LimitKind.OTHER}
ENDS = frozenset({"withdraw", "close", "recall"})
BEYOND = "2026-12-24T00:00:00Z"
SOON = "2026-11-22T12:00:00Z"
MEASURES = {measure.key: measure for measure in packaged_bundle().content.measures}
BASES = {
    key: [
        {"instrument": basis.instrument, "provision": basis.provisions[0]}
        for basis in measure.bases
        if basis.instrument in {"budapest", "uncc"}
    ]
    for key, measure in MEASURES.items()
}


class Speech:
    """Draws what is said by a chance that hypothesis, or a seed, gives."""

    def __init__(
        self,
        chance: random.Random,
        table: Table = b.TABLE,
        measures: Collection[str] = (),
        *,
        now: str | None = None,
        few: float = 0.0,
    ) -> None:
        """``now``: when everything is said; without it one of two instants, by chance.

        ``few``: how often as few persons sign as the law of another State may let act.
        """
        self.few = few
        self.chance = chance
        self.now = now
        self.table = table
        self.measures = sorted(measures or MEASURES)

    def pick(self, choices, default=None):
        choices = list(choices)
        return self.chance.choice(choices) if choices else default

    def some(self, choices) -> list:
        choices = list(choices)
        return self.chance.sample(choices, self.chance.randint(1, len(choices))) if choices else []

    def maybe(self, likely: float) -> bool:
        return self.chance.random() < likely

    def topic(self, case: Case, state: str) -> tuple[str, str | None] | None:
        """A kind, and the request concerned, that a State may speak of: mostly what brings the case on."""
        shown = list(next_acts(case, state, self.table))
        opened = sum(not request.draft for request in case.requests.values())
        opens = [pair for pair in shown if pair[1] is None]
        if not opened or (opened < 4 and self.maybe(0.12)):
            return self.pick(opens)
        shown = [pair for pair in shown if pair[1] is not None]
        calm = [pair for pair in shown if pair[0] not in (TALK | ENDS)]
        brief = [pair for pair in shown if pair[0] not in ENDS]
        if calm and self.maybe(0.75):
            shown = calm
        elif brief and self.maybe(0.8):
            shown = brief
        kind = self.pick(
            sorted({kind for kind, _ in shown})
        )  # first the kind: many requests must not drown one
        return self.pick([pair for pair in shown if pair[0] == kind]) if shown else None

    def lawful(self, case: Case, side: b.Side, tries: int = 8) -> Act | None:
        """An act that the table permits now, after everything the side has; none where luck has left us."""
        for _ in range(tries):
            topic = self.topic(case, side.state)
            if topic is None:
                return None
            act = self.act(case, side, *topic)
            if judge(case, act, self.table).moves:
                return act
        return None

    def unheard(self, case: Case, side: b.Side, heard: Collection[str]) -> Act | None:
        """An act of a kind that nobody has said yet, where the table permits one now and it ends nothing."""
        shown = [one for one in next_acts(case, side.state, self.table) if one[0] not in ENDS | set(heard)]
        for topic in self.chance.sample(shown, min(len(shown), 4)):
            act = self.act(case, side, *topic)
            if judge(case, act, self.table).moves:
                return act
        return None

    def act(self, case: Case, side: b.Side, kind: str, about: str | None, **more) -> Act:
        """An act about that, after everything the side has; nobody was asked whether it is in order."""
        request = case.requests.get(about or "")
        terms = self.terms(case, side.state, kind, request)
        measure = request.measure if request is not None else terms.get("measure", "")
        rows = [row for row in self.rows(kind, measure) if self.fits(row, terms)]
        roles = self.pick(self._sets(self.pick(rows))) if rows else ("author",)
        more.setdefault("number", case.next_number(side.state))
        more.setdefault("after", case.heads)
        more.setdefault("roles", tuple(roles))
        at = self.now or (b.AT if kind in {"consult", "request"} else self.pick([b.AT, b.LATER]))
        more.setdefault("at", at)
        if kind == "ratified":  # by another person than the one who decided
            more.setdefault("people", {**side.people, "author": side.people["approver"]})
        salt = f"{self.chance.getrandbits(60):x}"
        return side.act(kind, terms, about=about, sign=False, salt=salt, table=self.table.digest, **more)

    def _sets(self, row: Row) -> tuple[tuple[str, ...], ...]:
        """Who may sign."""
        return row.at_least if self.few and row.at_least and self.maybe(self.few) else row.signers

    def rows(self, kind: str, measure: str) -> list[Row]:
        return [row for row in self.table.rows if row.kind == kind and row.covers(measure)]

    def fits(self, row: Row, terms: dict) -> bool:
        return "capacity" not in terms or terms["capacity"] in row.capacities

    def terms(self, case: Case, state: str, kind: str, request: RequestState | None) -> dict:
        drawn = getattr(self, f"_{kind}", None)
        assert drawn is not None, f"tests/speech.py does not know how to say {kind!r}"
        return drawn(case, state, request)

    def loose(self) -> bool:
        return self.maybe(1 / 4)

    # -- opening ----------------------------------------------------------------------------------

    def _opened(self, measure: str) -> dict:
        sort = self.pick(MEASURES[measure].items)
        return {"measure": measure, "items": b.items(*self.some(["i1", "i2", "i3"]), data=DataType(sort))}

    def _preview(self, case, state, request):
        return self._opened(self.pick(sorted(set(self.measures) - {"inform"})))

    def _request(self, case, state, request):
        measures = sorted(set(self.measures) - {"inform"})
        persons = [measure for measure in measures if "person" in MEASURES[measure].items]
        some = persons if persons and self.maybe(0.4) else measures
        measure = "preserve" if "preserve" in measures and self.maybe(0.15) else self.pick(some)
        own = [
            r.id for r in case.requests.values() if r.requesting == state and not r.draft and not r.withdrawn
        ]
        alone = all(len(signers) == 1 for row in self.rows("request", measure) for signers in row.signers)
        return b.request_terms(
            **self._opened(measure),
            bases=BASES[measure],
            ratify_by=BEYOND if alone else None,
            follows=self.pick(own) if self.maybe(0.5) else None,
            urgency=self.pick(["ordinary", "urgent", "emergency"]),
            wanted_by=BEYOND if self.maybe(0.4) else None,
            supplements=self.pick(own) if self.maybe(0.2) else None,
        )

    def _inform(self, case, state, request):
        conditions = self.some(["use-limit", "secret"]) if self.maybe(0.6) else []
        return {**self._opened("inform"), "bases": BASES["inform"], "conditions": conditions}

    def _amend(self, case, state, request):
        open_ = [item.id for item in request.undecided] if request else []
        drop = self.some(open_)[:1] if self.maybe(0.4) else []
        add = b.items(f"a{self.chance.randint(0, 99)}") if not drop or self.maybe(0.6) else []
        return {"add": add, "drop": drop}

    def _withdraw(self, case, state, request):
        return {"reason": self.pick(["no_longer_needed", "error"])}

    # -- talking ----------------------------------------------------------------------------------

    def _ask(self, case, state, request):
        return b.questions(*self.some(["q1", "q2"]))

    def _answer(self, case, state, request):
        waiting = request.questions_to(state) if request else ()
        ask = self.pick(sorted({ask.id for ask, _ in waiting}), NOWHERE)
        return {"ask": ask, "questions": self.some(q.id for a, q in waiting if a.id == ask) or ["q1"]}

    def _consult(self, case, state, request):
        return {"grounds": ["budapest.ground.sovereignty"], "answer_by": b.LATER}

    def _forward(self, case, state, request):
        return {"authority": f"{state.lower()}:court-1"}

    def _status(self, case, state, request):
        asked = self._unanswered(request, "status", state) if self.maybe(0.6) else None
        return {"asked": asked, "progress": asked and self.pick(["received", "under_review"])}

    def _offer_costs(self, case, state, request):
        live = set(ItemStanding) - {ItemStanding.REFUSED, ItemStanding.DROPPED}
        return {
            "items": self._named(request, *live),
            "amount": 1000,
            "currency": "XAF",
            "answer_by": b.LATER,
        }

    def _answer_costs(self, case, state, request):
        said = request.said("offer_costs") if request else ()
        answered = {one.terms.offer for one in request.said("answer_costs")} if request else set()
        answer = self.pick(["requesting_bears", "shared", "not_agreed"])
        offer = self.pick((one.id for one in said if one.id not in answered), NOWHERE)
        return {"offer": offer, "answer": answer, "share": 400 if answer == "shared" else None}

    def _correspond(self, case, state, request):
        return {"answers": self._unanswered(request, "correspond", state) if self.maybe(0.6) else None}

    def _unanswered(self, request, kind, state):
        return self.pick(one.id for one in (request.said(kind) if request else ()) if one.by != state)

    def _reject(self, case, state, request):
        return {"act": NOWHERE, "step": "x", "reason": "y"}

    # -- deciding and executing ---------------------------------------------------------------------

    def _decide(self, case, state, request):
        how = ["grant", "grant", "grant", "grant_on_conditions", "postpone", "refuse"]
        national = ["budapest.ground.extradition_nationality"]
        if request is not None and request.measure == "extradite":
            how += ["refuse", "refuse"]  # what follows a refusal to surrender is said of nothing else
        open_ = (request.items if self.loose() else request.undecided) if request else ()
        some = self.some(item.id for item in open_)
        rulings = []
        for id in some or ["i1"]:
            outcome = b.outcome(id, self.pick(how))
            if outcome["conditions"] and self.maybe(0.5):
                outcome["conditions"] = ["secret", "use-limit"]
            if outcome["outcome"] == "refuse" and self.maybe(0.5):
                outcome["grounds"] = national
            rulings.append(outcome)
        limits = []
        for ruling in rulings if request is not None and request.measure == "extradite" else ():
            if ruling["outcome"] == "grant" and self.maybe(0.35):
                kinds = self.some(sorted(OF_A_PERSON))
                names = [f"{kind.replace('_', '-')}-{len(request.decisions)}" for kind in kinds]
                ruling |= {"outcome": "grant_on_conditions", "conditions": names}
                limits += [{"id": n, "kind": k} for n, k in zip(names, kinds, strict=True)]
        limits = [one for at, one in enumerate(limits) if one not in limits[:at]]
        offers = [offer.id for offer in request.consultations] if request else []
        alone = request is not None and request.measure == "emergency_data"
        by = self.pick([SOON, BEYOND]) if alone else None
        return {
            **b.decision(*rulings, consultation=self.pick([None, *offers])),
            "ratify_by": by,
            "limits": limits,
        }

    def _ratified(self, case, state, request):
        waiting = [one.id for one in unratified(request)] if request else []
        return {"decision": self.pick(waiting, NOWHERE), "ratified": self.maybe(0.8)}

    def _accept(self, case, state, request):
        for one in request.deliveries if request else ():
            if set(one.conditions) - set(one.accepted) and self.maybe(0.7):
                return {"decision": one.id, "conditions": list(one.conditions)}
        items = [i for i in request.items if i.standing is ItemStanding.CONDITIONAL] if request else []
        item = self.pick(items)
        if item is None:
            return {"decision": NOWHERE, "conditions": ["use-limit"]}
        accepted = set(request.decision(item.decision).accepted)
        left = [label for label in item.conditions if label not in accepted]
        return {"decision": item.decision, "conditions": self.some(left) or ["use-limit"]}

    def _named(self, request, *standings: ItemStanding) -> list[str]:
        every = set(ItemStanding) if self.loose() else set(standings)
        found = [i.id for i in request.items if i.standing in every] if request else []
        return self.some(found) or ["i1"]

    def _effected(self, case, state, request):
        preserved = request is not None and request.measure == "preserve"
        standings = set(ItemStanding) - {ItemStanding.REFUSED} if preserved else {ItemStanding.GRANTED}
        outcome = self.pick(["done", "done", "part", "nothing_held", "wrong_state", "expired"])
        at = self.pick(["2026-11-20T12:00:00Z", b.AT])
        return b.effected(*self._named(request, *standings), outcome=outcome, at=at)

    def _extend(self, case, state, request):
        return {"until": f"2027-{self.chance.randint(1, 9):02}-{self.chance.randint(10, 28)}T00:00:00Z"}

    def _deliver(self, case, state, request):
        granted = [i for i in request.items if i.standing is ItemStanding.GRANTED] if request else []
        item = self.pick(granted)
        decided = item.decision if item else NOWHERE
        names = self.some(i.id for i in granted if i.decision == decided) or ["i1"]
        if request is not None and self.loose():
            names = self.some(item.id for item in request.items)
            decided = self.pick([decision.id for decision in request.decisions], NOWHERE)
        rows = self.rows("deliver", request.measure) if request else []
        capacity = self.pick(sorted({c for row in rows for c in row.capacities}), "evidence")
        own = [f"own-{self.chance.getrandbits(16)}"] if self.maybe(0.3) else []
        given = b.delivery(decided, *names, exhibit=self._new(case), capacity=capacity)
        return {**given, "conditions": own}

    def _new(self, case) -> str:
        return f"EX-{1 + sum(len(request.exhibits) for request in case.requests.values())}"

    def _take_custody(self, case, state, request):
        waiting = (
            [d for d in request.deliveries if any(e.taken is None for e in d.exhibits)] if request else []
        )
        delivery = self.pick(waiting)
        if delivery is None:
            return b.custody(NOWHERE)
        return b.custody(delivery.id, self.pick(e.exhibit for e in delivery.exhibits if e.taken is None))

    # -- persons and afterwards -----------------------------------------------------------------------

    def _arrest(self, case, state, request):
        live = set(ItemStanding) - {ItemStanding.REFUSED, ItemStanding.DROPPED}
        return b.arrest(self.pick(["arrested", "released", "rearrested"]), *self._named(request, *live))

    def _court(self, case, state, request):
        live = set(ItemStanding) - {ItemStanding.REFUSED, ItemStanding.DROPPED}
        return b.court(
            self.pick(["consented", "lawful", "lawful", "not_lawful"]), *self._named(request, *live)
        )

    def _surrender(self, case, state, request):
        manner = self.pick(["full", "temporary", "to_return", "returned"])
        return b.surrender(manner, *self._named(request, ItemStanding.GRANTED))

    def _prosecute_instead(self, case, state, request):
        return {"items": self._named(request, ItemStanding.REFUSED), "at": b.AT, "evidence": None}

    def _ask_instead(self, case, state, request):
        instead = self.pick(["prosecution", "enforcement"])
        return {"items": self._named(request, ItemStanding.REFUSED), "instead": instead}

    def _enforce_instead(self, case, state, request):
        items = self._named(request, ItemStanding.REFUSED)
        return {"items": items, "taken_over": self.maybe(0.5), "at": b.AT}

    def _speciality(self, case, state, request):
        given = consents(request) if request and not self.loose() else ()
        one = self.pick(one for one in given if one.sought.use in {"other_offence", "re_extradition"})
        if one is None:
            items = self._named(request, ItemStanding.GRANTED)
            return {"items": items, "use": "other_offence", "consent": None, "to": None, "at": b.AT}
        bound = assurances.in_force(request, one.sought.items)
        kept = sorted({held.limit.id for held in bound if held.limit.kind != "no_re_extradition"})
        use = self.pick([one.sought.use, "other_offence"])
        items = list(one.sought.items) or ["i1"]
        said = {"items": items, "use": use, "consent": one.id, "to": one.sought.to, "at": b.AT}
        return {**said, "kept": kept}

    def _sentence(self, case, state, request):
        gone = {id for one in (request.said("surrender") if request else ()) for id in one.terms.items}
        terms = b.sentence(
            self.pick(["acquitted", "lesser", "prison", "life", "death"]),
            self.pick(["sought", "passed", "passed", "final", "carried_out"]),
            *(self.some(sorted(gone)) or ["i1"]),
        )
        return {**terms, **self._answered(request, build(SentenceTerms, terms))}

    def _answered(self, request, terms):
        """What is said of each condition in force: the truth mostly, and now and then not."""
        asked = ask(request, terms) if request else None
        if asked is None or self.maybe(0.1):
            return {"kept": self.some(["no-death-penalty-0"]), "broken": []}
        ahead = terms.stage == "sought"
        more = [] if ahead or self.maybe(0.7) else list(asked.open[:1])
        kept = [label for label in asked.open if label not in more]
        return {"kept": kept, "broken": [] if ahead else sorted([*asked.broken, *more])}

    def _lift(self, case, state, request):
        offer = self.pick([one.id for one in (request.consultations if request else ())])
        held = list(frozen(request)) if request and not self.loose() else []
        items = held or self._named(request, ItemStanding.GRANTED)
        return {"items": items, "consultation": offer, "at": b.AT}

    def _held(self, request) -> list[str]:
        if request is not None and request.exhibits and self.loose():
            return self._given(request)
        left = {e.exhibit for e in request.in_custody} - destroyed(request) if request else set()
        return self.some(sorted(left)) or ["EX-1"]

    def _given(self, request) -> list[str]:
        return self.some(e.exhibit for e in (request.exhibits if request else ())) or ["EX-1"]

    def _use(self, case, state, request):
        purpose = self.pick([None, "lead", "court", "administrative", "defence"])
        use = self.pick(["stated", "exculpatory", "with_consent"])
        return {"exhibits": self._held(request), "use": use, "purpose": purpose}

    def _seek_consent(self, case, state, request):
        gone = {id for one in (request.said("surrender") if request else ()) for id in one.terms.items}
        if gone:
            bound = sorted({one.limit.id for one in assurances.in_force(request, sorted(gone))})
            if bound and self.maybe(0.25):
                named = {"exhibits": [], "items": sorted(gone), "conditions": self.some(bound)}
                return {"use": "condition_lifted", **named}
            again = self.maybe(0.5)
            use, to = ("re_extradition", "XC") if again else ("other_offence", None)
            return {"use": use, "exhibits": [], "items": sorted(gone), "to": to}
        return {"use": "other_proceeding", "exhibits": self._held(request), "items": []}

    def _consent(self, case, state, request):
        said = request.said("seek_consent") if request else ()
        answered = {one.terms.sought for one in request.said("consent")} if request else set()
        consent = self.pick(["given", "given_on_conditions", "refused"])
        sought = self.pick((one.id for one in said if one.id not in answered), NOWHERE)
        conditions = [f"once-{self.chance.getrandbits(16)}"] if consent == "given_on_conditions" else []
        both = (*open_breaches(request), *assurances.broken_assurances(request)) if request else ()
        lifts = sorted({one.id for one in both}) if consent != "refused" else []
        return {
            "sought": sought,
            "consent": consent,
            "conditions": conditions,
            "lifts": lifts if self.maybe(0.5) else [],
        }

    def _recall(self, case, state, request):
        reason = self.pick(["sent_in_error", "order_annulled"])
        return {"exhibits": self._given(request), "reason": reason, "destroy_by": BEYOND}

    def _breach(self, case, state, request):
        every = assurances.assurances(request) if request is not None else ()
        if every:
            one = self.pick(every)
            return {"exhibits": [], "items": [one.item], "condition": one.limit.id, "at": b.AT}
        return {"exhibits": self._given(request), "condition": None, "at": b.AT}

    def _destroyed(self, case, state, request):
        return {"exhibits": self._held(request), "at": b.AT, "proof": NOWHERE}

    def _remedy(self, case, state, request):
        event = self.pick(["lodged", "lodged", "dismissed", "upheld", "withdrawn"])
        lodged = [one.terms for one in (request.said("remedy") if request else ())]
        if event != "lodged" and lodged:
            one = self.pick(lodged)
            return b.remedy(event, *one.items, remedy=one.remedy, suspends=one.suspends)
        live = set(ItemStanding) - {ItemStanding.REFUSED, ItemStanding.DROPPED}
        return b.remedy(
            event,
            *self._named(request, *live),
            remedy=f"appeal-{self.chance.randint(1, 3)}",
            suspends=self.maybe(0.6),
        )

    def _close(self, case, state, request):
        if request is not None and request.withdrawn is not None:
            return {"outcome": "withdrawn"}
        return {"outcome": self.pick(["answered", "answered", "refused", "lapsed"])}
