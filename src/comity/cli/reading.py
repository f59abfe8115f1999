"""Reading a case file in words: every act in order, what is open of it, and what is not and why.

Promises: needs no node. It says first whether the file holds; nothing of a file whose bytes or keys do not
hold is shown. Each foreign text stands on lines of its own, indented, so that none can pass for ours.

Leaves to others: reading and proving (``dossier``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.command import argument, command
from comity.cli.saying import SHORT
from comity.cli.session import Session
from comity.cli.verification import place_of, trust_of, with_trust
from comity.errors import ProofFailed
from comity.messages import FALLBACK, catalogue

if TYPE_CHECKING:
    from comity.dossier import CaseFile, ReadAct

STEP: Final = "  "
View = dict[str, Any]


@command("read")
@argument("file", metavar="FILE.zip", type=click.Path(path_type=Path))
@with_trust
@click.pass_obj
def read_command(
    session: Session,
    /,
    *,
    file: Path,
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> int:
    """``comity read``."""
    from comity.dossier import read_case_file

    found = read_case_file(file, trust_of(session, trusted, entries, roots))
    value = _view(session, file, found)
    session.show(value, lambda: _words(session, value))
    return 0 if found.report.holds else ProofFailed.exit_code


def _view(session: Session, file: Path, found: CaseFile) -> View:
    from comity.wire import dump

    dossier = found.dossier
    said = None if dossier is None else dump(dossier)
    names = ("case", "state", "made_at", "profile", "note")
    return {
        "file": str(file),
        "verification": found.report.as_json(session.language),
        "statement": said and {name: said[name] for name in names},
        "acts": [_act(number, one) for number, one in enumerate(found.acts, start=1)],
    }


def _act(number: int, read: ReadAct) -> View:
    act = read.act
    return {
        "number": number,
        "id": act.id,
        "kind": act.header.kind,
        "from": act.header.from_,
        "to": act.header.to,
        "at": act.header.at,
        "about": act.header.about,
        "registered": act.header.registered,
        "signers": [
            {"role": s.role, "alias": s.alias, "name": read.names.get(s.alias), "key": s.key}
            for s in act.header.signers
        ],
        "standing": None if read.standing is None else read.standing.dump(),
        "fields": {field.name: field.value for field in read.fields},
        "missing": [
            {"field": one.name, "status": one.status, "ground": one.ground, "by": one.by}
            for one in read.missing
        ],
    }


def _words(session: Session, view: View) -> Iterator[str]:
    say = session.text
    yield view["verification"]["verdict"]
    for step in view["verification"]["steps"]:
        for line in step["lines"]:
            if line["verdict"] != "ok":
                mark = say(f"cli.mark.{line['verdict']}")
                yield _flat(f"{STEP}{step['number']:>2}  {mark}  {line['text']}{place_of(line)}")
    statement = view["statement"]
    if statement is None or not view["acts"]:
        yield say("cli.read.nothing")
        return
    yield ""
    yield say(
        "cli.read.head",
        case=statement["case"],
        state=statement["state"],
        at=statement["made_at"],
        profile=say(f"dossier.profile.{statement['profile']}"),
        count=len(view["acts"]),
    )
    yield say(f"dossier.scope.{statement['profile']}")
    if statement["note"]:
        yield from _value(session, statement["note"], STEP)
    for act in view["acts"]:
        yield ""
        yield from _act_words(session, act)


def _act_words(session: Session, act: View) -> Iterator[str]:
    say = session.text
    yield say("cli.read.act", number=act["number"], kind=act["kind"], act=act["id"])
    yield STEP + say(
        "cli.read.from", sender=act["from"], to=act["to"] or say("cli.read.at_home"), at=act["at"]
    )
    if act["registered"]:
        yield STEP + say("cli.act.registered", state=act["from"][:2].upper(), by=act["to"])
    if act["about"] is not None:
        yield STEP + say("cli.read.about", act=act["about"][:SHORT])
    for signer in act["signers"]:
        who = signer["alias"] if signer["name"] is None else f"{signer['alias']}, {signer['name']}"
        yield _flat(STEP + say("cli.read.signer", role=signer["role"], who=who, key=signer["key"][:SHORT]))
    yield STEP + say("cli.read.standing", standing=_standing(session, act))
    for name, value in act["fields"].items():
        yield f"{STEP}{_spaced(name)}:"
        yield from _value(session, value, STEP * 2)
    for one in act["missing"]:
        by = "" if one["by"] is None else say("cli.read.by", act=one["by"][:SHORT])
        status = say(f"cli.read.{one['status']}")
        yield f"{STEP}{_spaced(one['field'])}: {status}: {one['ground']}{by}"


def _value(session: Session, value: Any, indent: str) -> Iterator[str]:
    """A value in indented lines: a member a line, each part of a list behind a dash."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            if isinstance(inner, dict | list) and inner:
                yield f"{indent}{_spaced(name)}:"
                yield from _value(session, inner, indent + STEP)
            else:
                first, *more = _lines(session, inner)
                yield f"{indent}{_spaced(name)}: {first}"
                yield from (f"{indent}{STEP}{line}" for line in more)
    elif isinstance(value, list) and value:
        for inner in value:
            first, *more = _value(session, inner, indent + STEP)
            yield f"{indent}- {first.removeprefix(indent + STEP)}"
            yield from more
    else:
        yield from (f"{indent}{line}" for line in _lines(session, value))


def _lines(session: Session, value: Any) -> list[str]:
    """A plain value in words; of an empty one, a dash."""
    if isinstance(value, bool):
        return [session.text(f"cli.read.{str(value).lower()}")]
    if value is None or value in ("", [], {}):
        return ["-"]
    return str(value).splitlines() or ["-"]


def _standing(session: Session, act: View) -> str:
    say = session.text
    if act["to"] is None:
        return say("cli.read.not_folded_home")
    standing = act["standing"]
    if standing is None:
        return say("cli.read.not_folded")
    words = say(f"cli.standing.{standing['standing']}")
    reason = f"cases.{standing.get('reason')}"
    if reason in catalogue(FALLBACK):
        words = f"{words}: {say(reason)}"
    return words


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _flat(text: str) -> str:
    """One line of foreign words, whatever breaks stand in them."""
    return STEP + " ".join(text.split()) if text.startswith(STEP) else " ".join(text.split())
