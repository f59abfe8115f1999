"""The law as data: instruments, States, measures, tables of lawful acts, and what binds two States.

Promises: pure, but for ``packaged_files`` and ``packaged_bundle``, which read the package's own
files. No article number, term or threshold stands in code; all of it is in the bundle, dated, cited
and marked with how sure we are.

Leaves to others: deciding anything. A check, a person and a court do that.
"""

from comity.law.bundle import MAX_SIZE, PAYLOAD_TYPE, Bundle
from comity.law.compile import compile_bundle
from comity.law.content import Content
from comity.law.entry import binds_from, enters, leaves
from comity.law.event import Objection, Reservation, StatusEvent
from comity.law.marks import MARKS, Mark, earliest, latest, reached, weakest
from comity.law.model import (
    Asker,
    Basis,
    Clock,
    EntryRule,
    ExitRule,
    Ground,
    Instrument,
    Measure,
    Offence,
    OffenceClass,
    Provision,
    Signing,
    Value,
)
from comity.law.nation import Criterion, Hook, Nation, NationalOffence, Notice, Regime, Stage
from comity.law.pairs import Pairs, binding_pairs
from comity.law.relation import Binding, Offer, Relation, relate
from comity.law.sources import packaged_bundle, packaged_files
from comity.law.standing import Standing, bound, in_force
from comity.law.table import Pair, Row, Table

__all__ = [
    "MARKS",
    "MAX_SIZE",
    "PAYLOAD_TYPE",
    "Asker",
    "Basis",
    "Binding",
    "Bundle",
    "Clock",
    "Content",
    "Criterion",
    "EntryRule",
    "ExitRule",
    "Ground",
    "Hook",
    "Instrument",
    "Mark",
    "Measure",
    "Nation",
    "NationalOffence",
    "Notice",
    "Objection",
    "Offence",
    "OffenceClass",
    "Offer",
    "Pair",
    "Pairs",
    "Provision",
    "Regime",
    "Relation",
    "Reservation",
    "Row",
    "Signing",
    "Stage",
    "Standing",
    "StatusEvent",
    "Table",
    "Value",
    "binding_pairs",
    "binds_from",
    "bound",
    "compile_bundle",
    "earliest",
    "enters",
    "in_force",
    "latest",
    "leaves",
    "packaged_bundle",
    "packaged_files",
    "reached",
    "relate",
    "weakest",
]
