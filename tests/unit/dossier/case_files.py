"""Real case files of two fictional nodes: real keys, a real story, evidence, custody, a log, receipts."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import builders as b
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import age, dsse, note, tlog
from comity.acts import KINDS, Receipt
from comity.clock import read_instant, write_instant
from comity.dossier import (
    DossierParts,
    ExhibitPart,
    LetterPart,
    Profile,
    PublicLog,
    Published,
    Report,
    Trust,
    Verdict,
    read_dossier,
    seal_letter,
    write,
)
from comity.dossier.container import Member, pack
from comity.dossier.members import in_order
from comity.dossier.statement import ListedMember, sign_dossier
from comity.errors import NotFound
from comity.evidence.custody import Action, next_event, prove_exhibit, sign_event
from comity.evidence.index import write_index
from comity.evidence.intake import Taken, take_in
from comity.evidence.seal import make_statement, sign_statement
from comity.evidence.vault import FileVault
from comity.exchange.entry import (
    DIRECTORY_TYPE,
    Authority,
    DirectoryKey,
    Entry,
    Hours,
    LogName,
    Purpose,
    Status,
    sign_entry,
)
from comity.exchange.receipts import sign_receipt
from comity.keys import SigningKey
from comity.law import packaged_bundle
from comity.wire import b64u

BUNDLE = packaged_bundle()
LAW = {"bundle": BUNDLE.digest, "table": b.TABLE.digest}
AT = read_instant(b.AT)
MADE = AT + timedelta(days=9)
MINUTE = timedelta(minutes=1)
SINCE = "2026-01-01T00:00:00Z"
ROLES = ("author", "approver", "judge")


def key(seed: str) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
    return SigningKey(private.public_key().public_bytes_raw(), private.sign)


def listed(one: SigningKey, purpose: Purpose, **more) -> DirectoryKey:
    told = {
        "key": one.id,
        "alg": one.alg,
        "public": b64u(one.public),
        "rp_id": None,
        "purpose": purpose,
        "authority": None,
        "deeds": (),
        "since": SINCE,
        "status": Status.ACTIVE,
        "until": None,
    }
    return DirectoryKey(**(told | more))


@dataclass
class Node:
    """One State's node: its people are those of ``builders``, its acts key is their ``node``."""

    state: str
    keys: dict[str, SigningKey] = field(default_factory=dict)
    entropy: b.Entropy = field(init=False)

    def __post_init__(self) -> None:
        low = self.state.lower()
        self.keys = {"acts": key(f"{low}-node"), "log": key(f"{low}-log"), "pdf": key(f"{low}-pdf")}
        self.entropy = b.Entropy(f"node {self.state}")

    @property
    def vkey(self) -> note.Vkey:
        return note.Vkey(f"log.example/{self.state.lower()}", note.ED25519, self.keys["log"].public)

    def entry(self, kinds: tuple[str, ...] = tuple(KINDS), **more) -> Entry:
        office = f"{self.state.lower()}:central-authority"
        people = [
            listed(
                key(f"{self.state.lower()}-{role}"),
                Purpose.PERSON,
                authority=office,
                deeds=tuple(sorted(f"{kind}.{role}" for kind in kinds)),
            )
            for role in ROLES
        ]
        own = [listed(one, Purpose(name)) for name, one in self.keys.items()]
        values = {
            "v": 1,
            "state": self.state,
            "node": f"Node of {self.state}",
            "version": 1,
            "issued_at": SINCE,
            "url": None,
            "speaks": (DIRECTORY_TYPE,),
            "authorities": (
                Authority(
                    id=office,
                    name="Central Authority",
                    functions=("central_authority",),
                    measures=("access_stored", "preserve"),
                    territory="all",
                    hours=Hours(zone="UTC", days=(1, 2, 3, 4, 5), opens="08:00", closes="16:00"),
                ),
            ),
            "keys": tuple(sorted([*own, *people], key=lambda k: k.key)),
            "recipients": (str(age.generate_x25519(self.entropy).recipient),),
            "log": LogName(origin=self.vkey.name, vkey=self.vkey.encode()),
        }
        return Entry(**(values | more))

    def signed_entry(self, **more) -> bytes:
        return dsse.write(sign_entry(self.entry(**more), self.keys["acts"]))

    def receipt(self, act, at: datetime):
        receipt = Receipt(
            v=1,
            act=act.id,
            case=act.header.case,
            state=self.state,
            at=write_instant(at),
            outcome="folded",
            log={"origin": self.vkey.name, "by": write_instant(at + timedelta(days=1))},
        )
        return sign_receipt(receipt, self.keys["acts"])


GH, PT = Node("GH"), Node("PT")
TRUST = Trust(
    fingerprints={"GH": GH.keys["acts"].id, "PT": PT.keys["acts"].id},
    bundles=(BUNDLE.data,),
)


class Log:
    """A node's public log in memory."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.files: dict[str, bytes] = {}
        self.openings: list[tlog.Opening] = []
        self.frontier = tlog.Frontier()
        self.signed: tlog.Signed | None = None

    def enter(self, *events: tuple[str, str]) -> None:
        openings = [tlog.commit(kind, subject, self.node.entropy) for kind, subject in events]
        openings += [tlog.dummy(self.node.entropy)]
        self.openings += openings
        growth = tlog.integrate(self.frontier, tlog.mix(tlog.leaf(one) for one in openings))
        last = self.signed.checkpoint if self.signed else None
        self.signed = tlog.sign(growth, self.node.vkey, self.node.keys["log"].sign, last)
        self.files |= {tile.path: data for tile, data in growth.writes}
        self.frontier = growth.frontier

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise NotFound("dossier.no_such_file", path=path)
        return self.files[path]

    def public(self) -> PublicLog:
        tiles = tlog.Tiles(self.read, self.frontier.size)
        leaves = [entry for at in range(-(-tiles.size // 256)) for entry in tiles.entries(at)]
        events = tuple(
            Published(one, tlog.proof.make(tiles, leaves.index(tlog.leaf(one)), self.signed))
            for one in self.openings
            if one.event.kind != "dummy"
        )
        return PublicLog(self.signed.encode(), events)


def seal(folder: Path, case: str) -> tuple[Taken, ExhibitPart]:
    """A small exhibit, taken in and sealed by PT."""
    source = folder / "mailbox"
    source.mkdir(parents=True)
    (source / "one.eml").write_bytes(b"Subject: fictional\n\nOne.\n")
    (source / "two.eml").write_bytes(b"Subject: fictional\n\nTwo.\n")
    recipient = age.generate_x25519(PT.entropy).recipient
    taken = take_in(source, FileVault(folder / "vault"), [recipient], PT.entropy(32))
    statement = make_statement(
        taken, exhibit="EX-1", case=case, taken_at=AT, taken_by="p-1", source="Fictional Provider"
    )
    acts = PT.keys["acts"]
    return taken, ExhibitPart(sign_statement(statement, acts.public, acts.sign), taken.index)


def custody_of(part: ExhibitPart, case: str, *touches: tuple[Action, str | None], exhibit: str = "EX-1"):
    """Events of an exhibit: what was done, and the act that it was done by."""
    events, last = [], None
    for action, act in touches:
        last = next_event(
            last, case=case, exhibit=exhibit, action=action, who="p-1", purpose="Case", at=AT,
            object=hashlib.sha256(write_index(part.index)).hexdigest(), note=act,
        )  # fmt: skip
        acts = PT.keys["acts"]
        events.append(sign_event(last, acts.public, acts.sign))
    return events


def touches(intake: str, review: str, deliver: str) -> list[tuple[Action, str | None]]:
    """What PT did with the exhibit of the story."""
    sealed = [(Action.TAKEN_IN, intake), (Action.SEALED, intake)]
    return [*sealed, (Action.REVIEWED, review), (Action.SENT, deliver), (Action.OPENED, None)]


class Told(b.Story):
    """A story whose acts name the packaged law data."""

    def draft(self, state, kind_, terms, **more):
        more.setdefault("header", {"law": LAW})
        more.setdefault("at", write_instant(AT + timedelta(minutes=len(self.acts))))
        return super().draft(state, kind_, terms, **more)

    def home(self, state, kind_, terms, *, number, **more):
        more.setdefault("header", {"law": LAW})
        return self.sides[state].act(kind_, terms, number=number, about=None, **more)


def small(*, by_no_table: bool = False) -> DossierParts:
    """Two acts, their receipts, what the log shows of them; law data by reference.

    ``by_no_table``: and a third, by a table that nobody has.
    """
    story = Told()
    request = story.say("GH", "request", b.request_terms("mailbox"), roles=("author", "approver"))
    effected = story.say("PT", "ask", b.questions("q1"), about=request.id)
    if by_no_table:
        law, terms = {**LAW, "table": "0" * 64}, {"reason": "no_longer_needed"}
        story.say("GH", "withdraw", terms, about=request.id, header={"law": law}, lawful=False)
    log = Log(PT)
    log.enter(("received", request.id), ("signed", effected.id))
    return DossierParts(
        profile=Profile.PEER,
        case=b.CASE,
        state="PT",
        made_at=MADE,
        entries=(GH.signed_entry(kinds=("request",)), PT.signed_entry(kinds=("ask",))),
        bundles=(),
        acts=tuple(story.acts),
        receipts=(PT.receipt(request, AT), GH.receipt(effected, AT)),
        log=log.public(),
    )


@cache
def full() -> DossierParts:
    """The whole story as PT's node has it, for a court: shared acts, home acts, evidence, a letter."""
    with tempfile.TemporaryDirectory() as folder:
        return _full(Path(folder))


def _full(folder: Path) -> DossierParts:
    story = Told()
    say = story.say
    taken, exhibit = seal(folder, b.CASE)
    say("GH", "preview", {"measure": "access_stored", "items": b.items("mailbox", "logs")})
    kept = say("GH", "request", b.preserve_terms("mailbox", "logs"), at=b.AT).id
    say("PT", "effected", b.effected("mailbox", "logs"), about=kept)
    asked = b.request_terms("mailbox", "logs", follows=kept)
    request = say("GH", "request", asked, roles=("author", "approver")).id
    offer = say(
        "PT", "consult", {"grounds": ["budapest.ground.sovereignty"], "answer_by": b.LATER}, about=request
    ).id
    answered = say("GH", "ask", b.questions("q1"), about=request).id
    say("PT", "answer", {"ask": answered, "questions": ["q1"]}, about=request)
    both = b.decision(b.outcome("mailbox"), b.outcome("logs", "refuse"), consultation=offer)
    decided = say("PT", "decide", both, about=request, at=b.LATER).id
    terms = b.delivery(decided)
    statement = exhibit.statement
    terms["exhibits"][0] |= {"statement": statement.id, "stream": taken.sha256, "size": taken.index.size}
    deliver = say("PT", "deliver", terms, about=request, at=b.LATER)
    intake = story.home(
        "PT", "intake", {"exhibit": "EX-1", "statement": statement.id, "items": ["mailbox"]}, number=1
    )
    review = story.home("PT", "review", {"exhibit": "EX-1", "release": True}, number=2)
    inward = story.home("PT", "deliberate", {"assessment": intake.id, "answers": []}, number=3)
    events = custody_of(exhibit, b.CASE, *touches(intake.id, review.id, deliver.id))
    proof = prove_exhibit(events, b.CASE, "EX-1")
    log = Log(PT)
    home = (intake, review, inward)
    kinds = [("signed" if a.header.state == "PT" else "received", a.id) for a in (*story.acts, *home)]
    log.enter(*kinds[:4])
    log.enter(*kinds[4:-1], ("custody_root", proof.root))
    pdf = b"%PDF-1.7 a letter that stands for one\n"
    receipts = [
        (PT if act.header.state == "GH" else GH).receipt(act, read_instant(act.header.at) + MINUTE)
        for act in story.acts
    ]
    return DossierParts(
        profile=Profile.COURT,
        case=b.CASE,
        state="PT",
        made_at=MADE,
        entries=(GH.signed_entry(), PT.signed_entry()),
        bundles=(BUNDLE.data,),
        acts=(*story.acts, *home),
        receipts=tuple(receipts),
        log=log.public(),
        custody=(proof,),
        exhibits=(exhibit,),
        letters=(LetterPart(deliver.id, pdf, seal_letter(pdf, deliver.id, PT.keys["pdf"])),),
    )


def written(parts: DossierParts, node: Node = PT) -> bytes:
    acts = node.keys["acts"]
    return write(parts, acts.public, acts.sign, tables=b.TABLES)


def without_law(parts: DossierParts) -> DossierParts:
    """The same by reference to its law data: smaller, for tests that write it often."""
    return replace(parts, bundles=())


def contents(data: bytes) -> dict[str, bytes]:
    """The members, read by the standard library."""
    with zipfile.ZipFile(BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def forged(data: bytes, change: dict[str, bytes | None], by: Node = PT, **told) -> bytes:
    """What one who holds a node's key can make of a file: other members, listed anew, signed anew.

    ``change``: contents by name, none for a member to leave out; ``told``: other members of the statement.
    """
    files = contents(data) | change
    files = {name: one for name, one in files.items() if one is not None}
    _, dossier = read_dossier(files.pop("dossier.json"))
    listed = tuple(
        ListedMember(name=name, size=len(files[name]), sha256=hashlib.sha256(files[name]).hexdigest())
        for name in in_order(files)
    )
    acts = by.keys["acts"]
    envelope = sign_dossier(dossier.model_copy(update={"members": listed, **told}), acts.public, acts.sign)
    statement = Member("dossier.json", dsse.write(envelope))
    return pack([statement, *(Member(name, files[name]) for name in in_order(files))])


def failed(report: Report) -> set[tuple[str, str]]:
    """The steps that failed, each with the names of its parts."""
    return {
        (step.id, line.part.name)
        for step in report.steps
        for line in step.lines
        if line.verdict is Verdict.FAILED
    }


def ids(report: Report, verdict: Verdict = Verdict.FAILED) -> set[str]:
    """The ids of the lines of one verdict."""
    return {line.message.id for step in report.steps for line in step.lines if line.verdict is verdict}
