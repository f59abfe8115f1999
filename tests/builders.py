"""Acts of fictional and real States for tests, signed with real Ed25519 keys; deterministic by their seeds.

``Side("GH", to="PT")`` speaks for a State; ``side.act(kind, terms, ...)`` gives a signed act. ``Story`` keeps
both sides of one case in step: it fills ``number`` and ``after`` from what that side has.
"""

import hashlib
import itertools
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.acts import Act, PublicKey, compose, disclose, kind
from comity.cases import Case, fold, judge, story
from comity.dsse import Signature, key_id
from comity.wire import b64, digest

TABLE = story()
TABLES = {TABLE.digest: TABLE}
BUNDLE = digest(b"a bundle for tests")
CASE = digest(b"a case for tests")[:32]
AT = "2026-11-21T12:00:00Z"
LATER = "2026-11-24T12:00:00Z"
SALTED = disclose("rests_on", None, lambda count: b"r" * count).digest

PROCEEDING = {"number": "2026/1", "authority": "Fictional Court", "stage": "investigation"}
FIELDS = {
    "subject": "Account",
    "selectors": [],
    "facts": [],
    "conduct": "What is alleged.",
    "procedure": None,
    "followed": None,
    "departure": None,
    "offence": {
        "title": "Fraud",
        "law": "Fictional Code, s. 1",
        "max_penalty_months": 60,
        "offence_class": None,
    },
    "purpose": "Investigation",
    "proceeding": PROCEEDING,
    "urgency": None,
    "statements": [{"content": "questions", "text": "What was seen?"}],
    "papers": [{"content": "order", "title": "Order 1", "digest": digest(b"order")}],
    "signatories": [],
    "text": "Said so.",
    "use": "It may help.",
    "questions": [],
    "replies": [],
    "reasons": [],
    "conditions": [],
    "description": "One image.",
    "person": {"name": "Officer A", "function": "officer", "instrument": "Appointment 1"},
    "findings": [],
    "inward": [],
    "overlay": "{}",
    "attested_by": "Officer A",
    "sender": None,
    "content": None,
    "name": "Ministry",
    "address": "1 First Street",
    "reference": "2019/17",
    "basis": "Fictional Code, s. 2",
    "source": "Fictional Provider",
    "order": "Order 1",
    "number": "+10000000",
    "answer": None,
    "to": "Counsel A",
    "orders": [],
    "reason": "Same account as in ours",
    "court": "Fictional Court",
    "other": digest(b"another case")[:32],
}
"""A valid value for every field but ``terms``, by its name."""


class Entropy:
    """Random-looking bytes that are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = itertools.count()

    def __call__(self, size: int) -> bytes:
        return hashlib.shake_256(f"{self._seed}/{next(self._count)}".encode()).digest(size)


@dataclass(frozen=True)
class Signatory:
    """A person (or the node) with an Ed25519 key."""

    alias: str
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, alias: str) -> "Signatory":
        return cls(alias, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(alias.encode()).digest()))

    @property
    def public(self) -> PublicKey:
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return PublicKey("ed25519", raw)

    @property
    def id(self) -> str:
        return key_id("ed25519", self.public.public)

    def sign(self, act: Act) -> Act:
        signature = Signature(keyid=self.id, sig=b64(self.key.sign(act.envelope.pae)))
        return act.with_signature(signature)


def signed(act: Act, people: list[Signatory]) -> Act:
    """The act with the signature of each."""
    for person in people:
        act = person.sign(act)
    return act


class Side:
    """A State that speaks: its authority, its people, and acts signed by them."""

    def __init__(self, state: str, to: str, office: str = "central-authority") -> None:
        self.state = state
        self.authority = f"{state.lower()}:{office}"
        self.to = f"{to.lower()}:central-authority"
        self.people = {
            role: Signatory.of(f"{state.lower()}-{role}") for role in ("author", "approver", "judge", "node")
        }
        self._entropy = Entropy(state)

    @property
    def keys(self) -> dict[str, PublicKey]:
        return {person.id: person.public for person in self.people.values()}

    def act(
        self,
        kind_: str,
        terms: dict,
        *,
        number: int = 1,
        after: tuple[str, ...] = (),
        about: str | None = None,
        roles: tuple[str, ...] = ("author",),
        at: str = AT,
        table: str = TABLE.digest,
        case: str | None = CASE,
        sign: bool = True,
        salt: str = "",
        people: dict[str, Signatory] | None = None,
        header: dict | None = None,
        **fields: object,
    ) -> Act:
        """A signed act. Fields not given are filled with ``FIELDS``; ``header`` overrides members."""
        its_kind = kind(kind_)
        people = people or self.people
        signers = sorted(
            ({"role": r, "key": people[r].id, "alg": "ed25519", "alias": people[r].alias} for r in roles),
            key=lambda signer: (signer["role"], signer["key"]),
        )
        members = {
            "kind": kind_,
            "case": case,
            "from": self.authority,
            "to": self.to if its_kind.travels else None,
            "number": number,
            "after": sorted(after),
            "at": at,
            "about": about,
            "law": {"bundle": BUNDLE, "table": table},
            "signers": signers,
            "rests_on": SALTED,
            **(header or {}),
        }
        values = {name: FIELDS[name] for name in its_kind.fields if name != "terms"}
        entropy = Entropy(f"{self.state}/{kind_}/{number}/{salt}") if salt else self._entropy
        act = compose(members, {**values, "terms": terms, **fields}, entropy)
        return signed(act, [people[role] for role in roles]) if sign else act


TWO = ("author", "approver")
DEFAULT_ROLES = {
    "amend": TWO,
    "decide": TWO,
    "inform": TWO,
    "consent": TWO,
    "surrender": TWO,
    "court": ("author", "judge"),
    "enforce_instead": TWO,
    "speciality": TWO,
    "sentence": TWO,
    "lift": TWO,
}


@dataclass
class Story:
    """Both sides of one case between GH (requesting) and PT (requested), and what each of them has."""

    sides: dict[str, Side] = field(default_factory=lambda: {"GH": Side("GH", "PT"), "PT": Side("PT", "GH")})
    seen: dict[str, list[Act]] = field(default_factory=lambda: {"GH": [], "PT": []})
    acts: list[Act] = field(default_factory=list)

    def case(self, state: str = "GH") -> Case:
        """The case as one side has it."""
        return fold(self.seen[state], TABLES)

    def draft(self, state: str, kind_: str, terms: dict, **more: object) -> Act:
        """The next act of a side, after all that it has, kept by nobody yet."""
        case = self.case(state)
        more.setdefault("roles", DEFAULT_ROLES.get(kind_, ("author",)))
        more.setdefault("number", case.next_number(state))
        more.setdefault("after", case.heads)
        return self.sides[state].act(kind_, terms, **more)

    def say(
        self,
        state: str,
        kind_: str,
        terms: dict,
        *,
        to_both: bool = True,
        lawful: bool = True,
        **more: object,
    ) -> Act:
        """The next act of a side, kept; with ``to_both=False`` the other side does not have it yet."""
        act = self.draft(state, kind_, terms, **more)
        standing = judge(self.case(state), act, TABLE)
        assert standing.moves == lawful, standing
        self.acts.append(act)
        for who in self.seen if to_both else (state,):
            self.seen[who].append(act)
        return act

    def meet(self) -> Case:
        """Let both sides have everything, and give the case."""
        for who in self.seen:
            self.seen[who] = list(self.acts)
        return self.case()


def items(*names: str, data: str = "content") -> list[dict]:
    return [{"id": name, "data": data} for name in names]


def request_terms(*names: str, measure: str = "access_stored", **more: object) -> dict:
    return {
        "measure": measure,
        "items": items(*(names or ("mailbox",))),
        "bases": [{"instrument": "budapest", "provision": "budapest.preservation.request"}],
        "urgency": "ordinary",
        "confidential": True,
        "ratify_by": None,
        "follows": None,
        **more,
    }


def preserve_terms(*names: str, **more: object) -> dict:
    return request_terms(*names, **{"measure": "preserve", "ratify_by": LATER, **more})


def information(*names: str, conditions: tuple[str, ...] = ("use-limit",)) -> dict:
    return {
        "measure": "inform",
        "items": items(*(names or ("mailbox",)), data="information"),
        "bases": [{"instrument": "budapest", "provision": "budapest.mla.spontaneous"}],
        "conditions": list(conditions),
    }


def remedy(event: str = "lodged", *names: str, **more: object) -> dict:
    return {
        "remedy": "appeal-1",
        "event": event,
        "items": list(names or ("mailbox",)),
        "suspends": True,
        "at": AT,
        **more,
    }


def arrest(event: str = "arrested", *names: str, **more: object) -> dict:
    until = None if event == "released" else LATER
    return {"event": event, "items": list(names or ("person",)), "at": AT, "until": until, **more}


def surrender(manner: str = "full", *names: str, **more: object) -> dict:
    return {"items": list(names or ("person",)), "manner": manner, "at": AT, **more}


def sentence(penalty: str = "prison", stage: str = "passed", *names: str, **more: object) -> dict:
    return {"items": list(names or ("person",)), "penalty": penalty, "stage": stage, "at": AT, **more}


def court(finding: str = "lawful", *names: str, **more: object) -> dict:
    return {"items": list(names or ("person",)), "finding": finding, "at": AT, **more}


def decision(*outcomes: dict, consultation: str | None = None) -> dict:
    return {"items": list(outcomes), "consultation": consultation}


def outcome(id: str, outcome: str = "grant", **more: object) -> dict:
    grounds = ["budapest.ground.sovereignty"] if outcome in {"refuse", "postpone"} else []
    conditions = ["use-limit"] if outcome == "grant_on_conditions" else []
    review_on = "2026-12-24" if outcome == "postpone" else None
    return {
        "id": id,
        "outcome": outcome,
        "grounds": grounds,
        "conditions": conditions,
        "review_on": review_on,
        **more,
    }


def delivery(decided: str, *names: str, exhibit: str = "EX-1", capacity: str = "evidence") -> dict:
    one = {
        "exhibit": exhibit,
        "items": list(names or ("mailbox",)),
        "statement": digest(exhibit.encode()),
        "stream": digest(exhibit.encode() + b"/stream"),
        "size": 5,
        "head": {"digest": digest(b"head"), "size": 7},
        "pieces": [{"digest": digest(b"piece"), "size": 9}],
    }
    return {"decision": decided, "capacity": capacity, "exhibits": [one]}


def custody(delivered: str, exhibit: str = "EX-1") -> dict:
    taken = {
        "exhibit": exhibit,
        "statement": digest(exhibit.encode()),
        "stream": digest(exhibit.encode() + b"/stream"),
    }
    return {"delivery": delivered, "exhibits": [taken]}


def effected(*names: str, outcome: str = "done", at: str = AT) -> dict:
    return {"outcome": outcome, "items": list(names or ("mailbox",)), "at": at}


def questions(*names: str) -> dict:
    return {"questions": [{"id": name, "about": None} for name in names]}


def told() -> Story:
    """The whole first story: preservation, request, question, decision, conditions, delivery, use, close."""
    story_ = Story()
    say = story_.say
    say("GH", "preview", {"measure": "access_stored", "items": items("mailbox", "logs")})
    kept = say("GH", "request", preserve_terms("mailbox", "logs")).id
    say("PT", "effected", effected("mailbox", "logs"), about=kept)
    asked = request_terms("mailbox", "logs", follows=kept)
    request = say("GH", "request", asked, roles=("author", "approver")).id
    ask = say("PT", "ask", questions("q1"), about=request).id
    say("GH", "answer", {"ask": ask, "questions": ["q1"]}, about=request)
    offer = say(
        "PT", "consult", {"grounds": ["budapest.ground.sovereignty"], "answer_by": LATER}, about=request
    ).id
    both = decision(outcome("mailbox", "grant_on_conditions"), outcome("logs", "refuse"), consultation=offer)
    decided = say("PT", "decide", both, about=request, at=LATER).id
    say("GH", "accept", {"decision": decided, "conditions": ["use-limit"]}, about=request)
    delivered = say("PT", "deliver", delivery(decided), about=request).id
    say("GH", "take_custody", custody(delivered), about=request)
    say("GH", "use", {"exhibits": ["EX-1"], "use": "stated"}, about=request)
    say("PT", "close", {"outcome": "answered"}, about=request)
    return story_
