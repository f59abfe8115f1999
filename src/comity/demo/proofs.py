"""What the story leaves on disk, and the proof of each file.

Promises: both sides' case files, a defence file, the letters, the public logs, the directory entries and the
opened exhibit are written; each is verified as anyone would verify it, with nothing but the two nodes'
directory entries; what came out of the exhibit is compared byte for byte with what went in.

Leaves to others: changing bytes (``tamper``), the page (``report``).
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from comity import store
from comity.acts import Act
from comity.app.disclose import Withhold, disclose, erase
from comity.app.hand_out import Leave, hand_out_case, hand_out_exhibit
from comity.app.letter import letter_of
from comity.app.log_files import alone
from comity.app.node import case_of
from comity.app.peers import own_entry
from comity.app.publish import CHECKPOINT, GUARD
from comity.demo.invocation import brief, typed
from comity.demo.nodes import Side, published
from comity.demo.refusal import Refused
from comity.demo.story import Told
from comity.demo.teller import Teller
from comity.dossier import Profile, Report, Trust, verify_path
from comity.dsse import write as write_envelope
from comity.errors import ProofFailed
from comity.evidence import OpenSslAuthority
from comity.exchange import trust as trust_entry
from comity.messages import render, say
from comity.wire import digest

TWO_AT_GH: Final = ("--as", "examiner", "--second", "approver")
TWO_AT_PT: Final = ("--as", "officer", "--second", "approver")
COURT: Final = ("demo.text_court", "demo.text_trial")
WITHHOLD: Final = ("request", "signatories", "privacy.officers")
DESTROY: Final = ("effected", "text", "retention.ended")
"""Kind of act, field, ground: what the defence file lacks."""

ROOT: Final = "directory/PT-tsa.pem"
"""The root certificate of the time-stamp authority, below the output."""

WRITTEN: Final = (
    "GH/*.zip", "PT/*.zip", "defence.zip", "exhibit", "letters/*.pdf", "log/GH", "log/PT", "directory/*.json",
)  # fmt: skip
"""Everything that is written and verified, as a shell finds it below the output."""


@dataclass(frozen=True)
class Proven:
    """One file (or folder) that was written, and the report of its verification."""

    path: Path
    report: Report


@dataclass(frozen=True)
class Written:
    """Everything that was written and verified, and what a verifier was given to trust."""

    proven: tuple[Proven, ...]
    trust: Trust


def same_case(teller: Teller, gh: Side, pt: Side, case: str) -> None:
    """Both nodes fold the same acts to the same bytes (P4).

    Raises:
        ProofFailed: they do not.
    """
    dumps = []
    for side in (gh, pt):
        with side.node.db.read() as conn:
            dumps.append(digest(case_of(side.node, conn, case).dump()))
    if dumps[0] != dumps[1]:
        raise ProofFailed("demo.proof_failed", what="case")
    teller.proof("same_case", good=True, digest=dumps[0])


def write_all(
    teller: Teller, gh: Side, pt: Side, told: Told, refused: Refused, *, source: Path, output: Path
) -> Written:
    """Write every file of the demonstration, and verify each.

    Raises:
        ProofFailed: something that must hold does not.
    """
    teller.chapter("chapter_files")
    for case in (told.case, refused.case):
        same_case(teller, gh, pt, case)
    package = _package(teller, gh, told, source=source, output=output)
    erased = _act(pt, told.case, DESTROY[0])
    ordered = erase(
        pt.node,
        erased.id,
        pt["officer"],
        second=pt["approver"],
        field=DESTROY[1],
        ground=DESTROY[2],
        order=render("demo.text_order"),
    )
    order = ("--second", "approver", "--ground", DESTROY[2], "--order", brief(render("demo.text_order")))
    teller.step("erased", "PT", typed("erase", erased.id[:8], DESTROY[1], *order, "--as", "officer"))
    for side in (gh, pt):
        published(side)
    defence = _defence(teller, pt, told, ordered.id, output)
    for side in (gh, pt):
        published(side)
    files = [*_cases(gh, pt, told, refused, output), defence, package]
    files += _letters(gh, pt, told, refused, output)
    files += _logs(gh, pt, output)
    files += _entries(gh, pt, output)
    trust = Trust(
        entries=tuple(trust_entry(own_entry(s.node), s.node.keys.acts.id) for s in (gh, pt)),
        roots=_roots(pt, output),
    )
    proven = tuple(Proven(path, verify_path(path, trust)) for path in files)
    for one in proven:
        name = one.path.relative_to(output).as_posix()
        teller.proof("verified", good=one.report.holds, file=name, verdict=say(one.report.verdict))
        if not one.report.holds:
            line = one.report.failures[0]
            raise ProofFailed("demo.proof_failed", what=f"{name}: {say(line.message)}")
    return Written(proven, trust)


def _package(teller: Teller, gh: Side, told: Told, *, source: Path, output: Path) -> Path:
    to = gh.node.settings.node
    leave = Leave(gh["examiner"], gh["approver"], to, render("demo.text_opened"))
    _, folder = hand_out_exhibit(gh.node, told.case, told.exhibit, leave, output / "exhibit")
    count = 0
    for one, other in _pairs(source, folder / "data"):
        if not other.is_file() or not filecmp.cmp(one, other, shallow=False):
            raise ProofFailed("demo.not_identical", path=one.name)
        count += 1
    purpose = ("--purpose", brief(render("demo.text_opened")), "--case", told.case[:8])
    where = ("--to", brief(to), *TWO_AT_GH)
    command = typed("evidence", "open", told.exhibit, "exhibit", *purpose, *where)
    teller.step("opened", "GH", command)
    teller.proof("identical", good=True, files=count)
    return folder


def _pairs(source: Path, data: Path) -> Iterator[tuple[Path, Path]]:
    if source.is_file():
        yield source, data / source.name
        return
    for one in sorted(source.rglob("*")):
        if one.is_file() and not one.is_symlink():
            yield one, data / one.relative_to(source)


def _defence(teller: Teller, pt: Side, told: Told, ordered: str, output: Path) -> Path:
    act = _act(pt, told.case, WITHHOLD[0], last=True)
    hidden = Withhold(act.id, WITHHOLD[1], WITHHOLD[2], render("demo.text_order"))
    _, data = disclose(
        pt.node,
        told.case,
        pt["officer"],
        second=pt["approver"],
        to=render("demo.text_defence"),
        withheld=(hidden,),
        home=(ordered,),  # the order to destroy, so that the defence sees by what right the field is gone
    )
    path = output / "defence.zip"
    path.write_bytes(data)
    less = ("--withhold", f"{act.id[:8]}.{WITHHOLD[1]}={WITHHOLD[2]}", "--order", render("demo.text_order"))
    to = ("--home", ordered[:8], "--to", render("demo.text_defence"), "-o", path.name)
    teller.step(
        "defence",
        "PT",
        typed("disclose", told.case[:8], *less, *to, *TWO_AT_PT),
    )
    for kind, field, ground in (WITHHOLD, DESTROY):
        status = render("demo.withheld" if (kind, field, ground) == WITHHOLD else "demo.destroyed")
        teller.detail("missing_field", field=field, kind=kind, status=status, ground=ground)
    return path


def _cases(gh: Side, pt: Side, told: Told, refused: Refused, output: Path) -> Iterator[Path]:
    for side in (gh, pt):
        for name, case in (("case", told.case), ("case-refused", refused.case)):
            path = output / side.state / f"{name}.zip"
            path.parent.mkdir(exist_ok=True)
            leave = Leave(side["officer"], side["approver"], *map(render, COURT))
            _, data = hand_out_case(side.node, case, leave, Profile.COURT)
            path.write_bytes(data)
            yield path


def _letters(gh: Side, pt: Side, told: Told, refused: Refused, output: Path) -> Iterator[Path]:
    folder = output / "letters"
    folder.mkdir()
    for side, name, act in (
        (gh, "night-request", told.preserve),
        (gh, "request", told.request),
        (pt, "decision", told.decision),
        (pt, "refusal", refused.decision),
    ):
        letter = letter_of(side.node, act)
        path = folder / f"{name}.pdf"
        path.write_bytes(letter.pdf)
        path.with_name(path.name + ".seal.json").write_bytes(write_envelope(letter.seal))
        yield path


def _logs(gh: Side, pt: Side, output: Path) -> Iterator[Path]:
    for side in (gh, pt):
        folder = output / "log" / side.state
        told = side.node.settings
        with alone(told.guard):  # no epoch ends meanwhile: the tiles are those of the guard's checkpoint
            shutil.copytree(told.log, folder, ignore=shutil.ignore_patterns(".*"))
            shutil.copyfile(told.guard / GUARD, folder / CHECKPOINT)
        yield folder


def _entries(gh: Side, pt: Side, output: Path) -> Iterator[Path]:
    folder = output / "directory"
    folder.mkdir()
    for side in (gh, pt):
        path = folder / f"{side.state}.json"
        path.write_bytes(own_entry(side.node))
        # What people would have compared by telephone: it goes beside the file, and is not believed by it.
        path.with_suffix(".fingerprint").write_text(f"{side.state}={side.node.keys.acts.id}\n")
        yield path


def _roots(pt: Side, output: Path) -> tuple[Certificate, ...]:
    """The root of the time-stamp authority, where there is one; it is written beside the entries."""
    folder = pt.node.settings.timestamp_folder
    if folder is None:
        return ()
    root = OpenSslAuthority(folder).root
    (output / ROOT).write_bytes(root.public_bytes(Encoding.PEM))
    return (root,)


def verifying(gh: Side, pt: Side, output: Path) -> str:
    """The command that verifies every file again, with what the demonstration itself trusted.

    Folders of the output are given to the shell as patterns, so that the line stays short.
    """
    where = quote(str(output))
    words = ["verify", *(f"{where}/{path}" for path in WRITTEN)]
    for side in (gh, pt):
        words += ["--trust", f"{side.state}={side.node.keys.acts.id}"]
        words += ["--entry", f"{where}/directory/{side.state}.json"]
    if (output / ROOT).is_file():
        words += ["--root", f"{where}/{ROOT}"]
    return " ".join(words)


def _act(side: Side, case: str, kind: str, *, last: bool = False) -> Act:
    with side.node.db.read() as conn:
        found = [a for a in store.acts_of_case(conn, case) if a.header.kind == kind]
    return found[-1 if last else 0]
