"""A case file as a person reads it: each act in order, what of it is open, and what is not and why.

Promises: a file is verified before anything of it is shown; of one whose container, statement or keys do not
hold nothing is shown. What is missing stands with its act, with the ground that the statement tells.

Leaves to others: the proofs (``verify``), words and layout (``cli``). What stayed at home is not folded here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from comity.acts import Act, Signatory
from comity.cases import Standing
from comity.dossier.recognise import case_file
from comity.dossier.report import Report
from comity.dossier.source import source
from comity.dossier.statement import Dossier, MissingField
from comity.dossier.steps import Given
from comity.dossier.trust import Trust
from comity.errors import BadInput
from comity.wire import Json


@dataclass(frozen=True)
class ReadField:
    """An open field of an act: its name and its value as plain JSON."""

    name: str
    value: Json


@dataclass(frozen=True)
class MissingHere:
    """A field that is not open: its name, ``withheld`` or ``destroyed``, the ground, and by which act."""

    name: str
    status: str
    ground: str
    by: str | None


@dataclass(frozen=True)
class ReadAct:
    """One act. ``names``: of signers, by their pseudonym, where the act opens them."""

    act: Act
    standing: Standing | None
    names: dict[str, str]
    fields: tuple[ReadField, ...]
    missing: tuple[MissingHere, ...]


@dataclass(frozen=True)
class CaseFile:
    """What a file says of itself, its acts in order, and the report of its verification."""

    report: Report
    dossier: Dossier | None
    acts: tuple[ReadAct, ...]


def read_case_file(path: Path, trust: Trust | None = None) -> CaseFile:
    """Verify a case file, and read it.

    Raises:
        NotFound: nothing is there. Unavailable: the disk did not give it. BadInput: no case file.
    """
    found = source(path)
    if not case_file.recognises(found):
        raise BadInput("dossier.no_case_file", name=found.name)
    report, given = case_file.examined(found, trust or Trust())
    if given is None:
        return CaseFile(report, None, ())
    return CaseFile(report, given.dossier, tuple(_read(given, act) for act in given.acts.values()))


def _read(given: Given, act: Act) -> ReadAct:
    values = {one.name: one.value for one in act.disclosures}
    told = {one.digest: one for one in given.dossier.missing if one.act == act.id}
    return ReadAct(
        act=act,
        standing=None if given.case is None else given.case.standings.get(act.id),
        names=_names(act),
        fields=tuple(ReadField(name, values[name]) for name in act.kind.fields if name in values),
        missing=tuple(_missing(told[digest]) for digest in act.unopened if digest in told),
    )


def _names(act: Act) -> dict[str, str]:
    """Who stands behind a pseudonym, as the act itself says."""
    signatories: tuple[Signatory, ...] = act.fields.get("signatories", ())
    return {one.alias: one.name for one in signatories}


def _missing(one: MissingField) -> MissingHere:
    return MissingHere(one.field, one.status.value, one.ground, one.by_act)
