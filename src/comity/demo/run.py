"""Run the demonstration: make the nodes, tell the two stories, prove what they left.

Promises: a folder that the demonstration did not make is never touched; the nodes are stopped however it
ends; the exit status is 0 only if everything that must hold held, and every change was found.

Leaves to others: each part (a module beside this one).
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

import structlog
from rich.console import Console

from comity.clock import SystemClock
from comity.demo.invocation import many, typed
from comity.demo.material import make_material
from comity.demo.nodes import Side, introduce, make_side, running
from comity.demo.proofs import Written, verifying, write_all
from comity.demo.refusal import second_request
from comity.demo.report import write_report
from comity.demo.retold import story_of
from comity.demo.story import first_request
from comity.demo.tamper import Found, changes_of_folder, changes_of_letter, changes_of_zip, tried
from comity.demo.teller import Teller
from comity.errors import BadInput, Conflict, NotFound, ProofFailed

MARK: Final = ".comity-demonstration"
"""A folder with this file is ours, and may be replaced."""


def run(output: Path, evidence: Path | None) -> int:
    """Run the whole, into a folder. ``evidence``: the reader's own file or folder, or none.

    Raises:
        Conflict: the folder is there and is not ours. NotFound: no such evidence.
        BadInput: the evidence is a folder without a file.
        ProofFailed: something that must hold did not.
    """
    began = time.monotonic()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    if evidence is not None:
        _look_at(evidence)
    _clear(output)
    teller = Teller(SystemClock(), Console())
    teller.chapter("chapter_setting")
    teller.step("intro")
    teller.step("not_in_force")
    gh, pt = _sides(teller, output / "nodes")
    source = make_material(output) if evidence is None else evidence.absolute()
    with running(gh, pt):
        teller.step("started", gh=str(gh.node.settings.url), pt=str(pt.node.settings.url))
        told = first_request(teller, gh, pt, source)
        refused = second_request(teller, gh, pt)
        written = write_all(teller, gh, pt, told, refused, source=source, output=output)
    found = _changes(teller, written, output)
    seconds = round(time.monotonic() - began)
    _summary(teller, written, found, output, command=verifying(gh, pt, output), seconds=seconds)
    story = story_of(
        teller.lines, gh, pt, told=told, refused=refused, written=written, found=found, output=output
    )
    write_report(output / "report.html", story)
    for side in (gh, pt):
        side.node.db.close()
    bad = [one for _, one in found if not (one.found and one.rightly)]
    if bad:
        raise ProofFailed("demo.proof_failed", what=bad[0].change.part.say())
    return 0


def _sides(teller: Teller, folder: Path) -> tuple[Side, Side]:
    sides = []
    for state, name in (("GH", "Ghana"), ("PT", "Portugal")):
        side = make_side(folder, state, name)
        where = side.node.settings.data.relative_to(folder.parent.absolute())
        teller.step(
            "founded",
            state,
            _init(side, name, where),
            state=name,
            people=len(side.people),
            folder=str(where),
        )
        sides.append(side)
    gh, pt = sides
    introduce(gh, pt)
    command = typed("peer", "add", "PT.json", "--fingerprint", pt.node.keys.acts.id)
    teller.step("introduced", command=command)
    for side in sides:
        key = side.node.keys.acts.id
        grouped = " ".join(key[i : i + 4] for i in range(0, len(key), 4))
        teller.detail("fingerprint", state=side.state, fingerprint=grouped)
    return gh, pt


def _changes(teller: Teller, written: Written, output: Path) -> tuple[tuple[str, Found], ...]:
    """Every change that was tried, with the file it was tried on (by its path in the output)."""
    teller.chapter("chapter_tamper")
    done: list[tuple[str, Found]] = []
    for one in written.proven:
        path = one.path
        if path.is_dir():
            changes = changes_of_folder(path)
        elif path.suffix == ".zip":
            changes = changes_of_zip(path)
        elif path.suffix == ".pdf":
            changes = changes_of_letter(path)
        else:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            results = tuple(tried(path, changes, written.trust, Path(scratch)))
        name = path.relative_to(output).as_posix()
        _tell(teller, name, results)
        done += [(name, one) for one in results]
    return tuple(done)


def _tell(teller: Teller, name: str, results: tuple[Found, ...]) -> None:
    """One line for each kind of part of a file, with an example; every change that was missed, by itself."""
    kinds: dict[str, list[Found]] = {}
    for one in results:
        kinds.setdefault(one.change.part.place.value, []).append(one)
    for group in kinds.values():
        good = [one for one in group if one.found and one.rightly]
        first = group[0]
        teller.proof(
            "changes",
            good=len(good) == len(group),
            file=name,
            part=first.change.part.say(),
            named=first.named,
            found=len(good),
            tried=len(group),
        )
        for one in group:
            if not one.found:
                teller.proof("not_found", good=False, file=name, part=one.change.part.say())
            elif not one.rightly:
                teller.proof("misnamed", good=False, file=name, part=one.change.part.say(), named=one.named)


def _summary(
    teller: Teller,
    written: Written,
    found: tuple[tuple[str, Found], ...],
    output: Path,
    *,
    command: str,
    seconds: int,
) -> None:
    teller.chapter("chapter_summary")
    good = sum(one.found and one.rightly for _, one in found)
    teller.proof(
        "summary_proved",
        good=good == len(found),
        files=len(written.proven),
        found=good,
        tried=len(found),
    )
    teller.step("summary_time", seconds=seconds)
    teller.step("summary_not")
    teller.step("summary_check", command=command)
    teller.step("summary_where", report=str(output / "report.html"))


def _look_at(evidence: Path) -> None:
    """Refuse evidence that is not there before anything is founded."""
    if not evidence.exists():
        raise NotFound("demo.no_evidence", path=str(evidence))
    inside = evidence.rglob("*") if evidence.is_dir() else iter((evidence,))
    if not any(one.is_file() and not one.is_symlink() for one in inside):
        raise BadInput("demo.evidence_empty", path=str(evidence))


def _init(side: Side, name: str, folder: Path) -> str:
    low, settings = side.state.lower(), side.node.settings
    offices = (f"{low}:central-authority=central_authority", f"{low}:desk-24-7=desk_24_7")
    named = ("--state", side.state, "--name", name, *many("--office", offices))
    place = ("--port", settings.port, "--url", settings.url)
    stamping = () if settings.timestamp == "none" else ("--timestamp", settings.timestamp)
    return typed("init", folder, *named, "--demo", *place, *stamping)


def _clear(output: Path) -> None:
    if output.exists():
        if not (output / MARK).is_file():
            raise Conflict("demo.output_there", folder=str(output))
        shutil.rmtree(output)
    output.mkdir(parents=True)
    (output / MARK).touch()
