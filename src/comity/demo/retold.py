"""The demonstration retold as the one value that the report is made of.

Promises: nothing is told that did not happen; what stays at home stays a count.

Leaves to others: the page (``report``).
"""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from comity import store
from comity.app.custody import custody_list
from comity.app.node import case_of
from comity.cases import ClockValue, clocks
from comity.demo.nodes import Side
from comity.demo.proofs import Written
from comity.demo.refusal import Refused
from comity.demo.report import (
    Assessment,
    CaseTold,
    Decision,
    FileRow,
    Place,
    Story,
    Touch,
    proof_of,
    tamper_of,
)
from comity.demo.story import Told
from comity.demo.tamper import Found
from comity.demo.teller import Line
from comity.law import relate
from comity.messages import render


def story_of(
    lines: list[Line],
    gh: Side,
    pt: Side,
    *,
    told: Told,
    refused: Refused,
    written: Written,
    found: tuple[tuple[str, Found], ...],
    output: Path,
) -> Story:
    """Gather what the page shows, from both nodes and what was written."""
    bundle = gh.node.bundle
    granted, denied = _decisions(pt, told.decision), _decisions(pt, refused.decision)
    first = CaseTold(
        case=told.case,
        request=told.request,
        subject=render("demo.text_subject"),
        assessments=(Assessment("GH", told.here), Assessment("PT", told.there)),
        decisions=granted,
        inward=len(granted),
        clocks=_clocks(gh, told.case),
    )
    second = CaseTold(
        case=refused.case,
        request=refused.request,
        subject=render("demo.text_research_subject"),
        assessments=(Assessment("PT", refused.findings),),
        decisions=denied,
        inward=len(denied),
    )
    touches = [
        Touch(side.state, event)
        for side in (pt, gh)
        for event in custody_list(side.node, told.case, told.exhibit)
    ]
    return Story(
        made_at=gh.node.clock.now(),
        bundle=bundle,
        states=(Place("GH", "Ghana", "Accra"), Place("PT", "Portugal", "Lisbon")),
        relation=relate(bundle, "GH", "PT", gh.node.clock.now().date(), "access_stored"),
        lines=tuple(lines),
        cases=(first, second),
        custody=tuple(sorted(touches, key=lambda touch: touch.event.at)),
        proofs=tuple(proof_of(_name(one.path, output), one.report) for one in written.proven),
        tampers=tuple(tamper_of(name, one) for name, one in found),
        files=tuple(_row(path, output) for one in written.proven for path in _files(one.path)),
    )


def _decisions(pt: Side, id: str) -> tuple[Decision, ...]:
    with pt.node.db.read() as conn:
        act = store.get_act(conn, id)
    reasons = {r.item: r.text for r in act.fields["reasons"]}
    conditions = {c.id: c.text for c in act.fields["conditions"]}
    return tuple(
        Decision(
            item.id,
            item.outcome,
            reasons[item.id],
            grounds=item.grounds,
            conditions=tuple(conditions[c] for c in item.conditions),
        )
        for item in act.terms.items
    )


def _clocks(gh: Side, case: str) -> tuple[ClockValue, ...]:
    zones = {state: gh.node.bundle.zone(state) for state in ("GH", "PT")}
    with gh.node.db.read() as conn:
        running = clocks(case_of(gh.node, conn, case), gh.node.bundle, zones)
    return tuple(one for one in running if one.length_from == "law")


def _files(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _row(path: Path, output: Path) -> FileRow:
    with path.open("rb") as file:
        value = file_digest(file, "sha256").hexdigest()
    kind = path.relative_to(output).parts[0] if len(path.relative_to(output).parts) > 1 else path.stem
    what = render(f"demo.file_{kind.lower()}")
    return FileRow(_name(path, output), what, path.stat().st_size, value)


def _name(path: Path, output: Path) -> str:
    return path.relative_to(output).as_posix()
