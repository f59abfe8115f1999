"""Verifying a case file: from its bytes to the report, against reading and hashing the same file.

The case is one request, then questions and answers in turn, each with its receipt and its place in the log,
so that every act has all that an act can have.
"""

import hashlib
import time
from datetime import timedelta
from pathlib import Path

import builders as b
import case_files as files
from tests.bench.figures import MIB, Table, best

from comity import dossier, dsse
from comity.acts import Act, read_act, write_act
from comity.cases import fold
from comity.clock import read_instant, write_instant

TIMES = 3
COUNTS = (100, 1_000)
HASH = "read the file, SHA-256"


def run(folder: Path) -> list[Table]:
    return [verified(folder, count) for count in COUNTS]


def verified(folder: Path, count: int) -> Table:
    start = time.perf_counter()
    parts = case(count)
    data = files.written(parts)
    made = time.perf_counter() - start
    path = folder / f"case-{count}.zip"
    path.write_bytes(data)
    report = dossier.verify(path.read_bytes(), files.TRUST)
    verdicts = sorted({(line.verdict.value, line.message.id) for step in report.steps for line in step.lines})
    acts = [write_act(act) for act in parts.acts]
    signed = [act.envelope for act in parts.acts] + list(parts.receipts)
    public = {key.id: key.public for side in (files.GH, files.PT) for key in side.keys.values()}
    for role in files.ROLES:
        for state in ("gh", "pt"):
            key = files.key(f"{state}-{role}")
            public[key.id] = key.public

    def signatures() -> None:
        for envelope in signed:
            for one in envelope.signatures:
                dsse.verify_ed25519(public[one.keyid], one.raw, envelope.pae)

    def hashed() -> None:
        hashlib.sha256(path.read_bytes()).digest()

    timings = best(
        {
            "comity: verify the case file": lambda: dossier.verify(path.read_bytes(), files.TRUST) and None,
            HASH: hashed,
            "of it: reading the acts strictly": lambda: [read_act(one) for one in acts] and None,
            "of it: one fold of the acts": lambda: fold(parts.acts, b.TABLES) and None,
            f"of it: {sum(len(e.signatures) for e in signed):,} Ed25519 signatures": signatures,
        },
        TIMES,
    )
    table = Table(
        f"verify: a case of {count:,} acts, {len(data) / MIB:.2f} MiB, best of {TIMES}",
        [
            ("s", "{:.4f}"),
            ("ms an act", "{:.3f}"),
            ("acts/s", "{:,.0f}"),
            ("processor s", "{:.2f}"),
            (f"x {HASH}", "{:,.0f}"),
        ],
    )
    for name, seconds in timings.best.items():
        table.add(
            name,
            seconds,
            seconds / count * 1000,
            count / seconds,
            timings.work[name],
            timings.ratio(name, HASH),
        )
    table.skipped(timings.absent)
    table.notes.append(f"writing it took {made:.1f} s with its making")
    failed = [id for verdict, id in verdicts if verdict == "failed"]
    table.notes.append(
        "the report says that nothing failed" if not failed else f"failed: {', '.join(failed)}"
    )
    return table


def case(count: int) -> dossier.DossierParts:
    """One request, then so many questions and answers in turn that there are ``count`` acts."""
    told = files.Told()
    numbers = {"GH": 0, "PT": 0}
    acts: list[Act] = []

    def say(state: str, kind: str, terms: dict[str, object], roles: tuple[str, ...] = ("author",)) -> Act:
        # Not by ``Story.say``: it folds the whole case before each act.
        numbers[state] += 1
        act = told.sides[state].act(
            kind,
            terms,
            number=numbers[state],
            after=(acts[-1].id,) if acts else (),
            about=acts[0].id if acts else None,
            roles=roles,
            at=write_instant(files.AT + timedelta(minutes=len(acts))),
            header={"law": files.LAW},
        )
        acts.append(act)
        return act

    say("GH", "request", b.request_terms("mailbox"), roles=("author", "approver"))
    while len(acts) < count:
        asked = say("PT", "ask", b.questions(f"q{len(acts)}"))
        if len(acts) < count:
            said = asked.terms.questions[0].id
            say("GH", "answer", {"ask": asked.id, "questions": [said]})
    log = files.Log(files.PT)
    log.enter(*(("signed" if act.header.state == "PT" else "received", act.id) for act in acts))
    receipts = (
        (files.PT if act.header.state == "GH" else files.GH).receipt(
            act, read_instant(act.header.at) + files.MINUTE
        )
        for act in acts
    )
    return dossier.DossierParts(
        profile=dossier.Profile.PEER,
        case=b.CASE,
        state="PT",
        made_at=files.AT + timedelta(minutes=count + 10),
        entries=(files.GH.signed_entry(), files.PT.signed_entry()),
        bundles=(files.BUNDLE.data,),
        acts=tuple(acts),
        receipts=tuple(receipts),
        log=log.public(),
    )
