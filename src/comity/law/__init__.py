"""The law as data: instruments, States, measures, tables of lawful acts, and what binds two States.

Promises: pure, but for ``packaged_files`` and ``packaged_bundle``, which read the package's own
files. No article number, term or threshold stands in code; all of it is in the bundle, dated, cited
and marked with how sure we are.

Leaves to others: deciding anything. A check, a person and a court do that.
"""

from comity.law.article import Article, DescribedBasis, Pointer
from comity.law.beside import Comparison, TextPair, find_pair, set_beside
from comity.law.bundle import MAX_SIZE, PAYLOAD_TYPE, Bundle
from comity.law.citation import Found, Place, in_order, look_up, nearest, place_of, read_citation
from comity.law.compile import compile_bundle
from comity.law.content import Applied, Content
from comity.law.criminality import Criminality, ElementWord, stands
from comity.law.described import (
    DESCRIBED,
    DescribedBinding,
    described_between,
    doubt_of,
    is_between,
    stands_on,
)
from comity.law.entry import binds_from, enters, leaves
from comity.law.event import Objection, Reservation, StatusEvent
from comity.law.marks import MARKS, Mark, earliest, latest, reached, weakest
from comity.law.model import (
    Asker,
    Basis,
    Clock,
    Counting,
    EntryRule,
    ExitRule,
    Ground,
    HouseLength,
    Instrument,
    Measure,
    Offence,
    OffenceClass,
    Provision,
    Settled,
    Signing,
    Value,
)
from comity.law.nation import (
    Counterpart,
    Criterion,
    Hook,
    Nation,
    NationalOffence,
    Notice,
    OwnLength,
    Regime,
    SpeechLaw,
    Stage,
)
from comity.law.official import COLUMN, ArticleText, OfficialText, take_apart
from comity.law.overlay import (
    MAX_OVERLAY,
    Change,
    Overlay,
    apply_overlay,
    changes_of,
    compile_overlay,
    load_overlay,
    remade,
)
from comity.law.pairs import Pairs, binding_pairs
from comity.law.position import Position
from comity.law.relation import Binding, Offer, Relation, relate
from comity.law.sources import packaged_bundle, packaged_files
from comity.law.standing import Standing, bound, in_force
from comity.law.table import Pair, Row, Table
from comity.law.ticks import apply_ticks, record_digest

__all__ = [
    "COLUMN",
    "DESCRIBED",
    "MARKS",
    "MAX_OVERLAY",
    "MAX_SIZE",
    "PAYLOAD_TYPE",
    "Applied",
    "Article",
    "ArticleText",
    "Asker",
    "Basis",
    "Binding",
    "Bundle",
    "Change",
    "Clock",
    "Comparison",
    "Content",
    "Counterpart",
    "Counting",
    "Criminality",
    "Criterion",
    "DescribedBasis",
    "DescribedBinding",
    "ElementWord",
    "EntryRule",
    "ExitRule",
    "Found",
    "Ground",
    "Hook",
    "HouseLength",
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
    "OfficialText",
    "Overlay",
    "OwnLength",
    "Pair",
    "Pairs",
    "Place",
    "Pointer",
    "Position",
    "Provision",
    "Regime",
    "Relation",
    "Reservation",
    "Row",
    "Settled",
    "Signing",
    "SpeechLaw",
    "Stage",
    "Standing",
    "StatusEvent",
    "Table",
    "TextPair",
    "Value",
    "apply_overlay",
    "apply_ticks",
    "binding_pairs",
    "binds_from",
    "bound",
    "changes_of",
    "compile_bundle",
    "compile_overlay",
    "described_between",
    "doubt_of",
    "earliest",
    "enters",
    "find_pair",
    "in_force",
    "in_order",
    "is_between",
    "latest",
    "leaves",
    "load_overlay",
    "look_up",
    "nearest",
    "packaged_bundle",
    "packaged_files",
    "place_of",
    "reached",
    "read_citation",
    "record_digest",
    "relate",
    "remade",
    "set_beside",
    "stands",
    "stands_on",
    "take_apart",
    "weakest",
]
