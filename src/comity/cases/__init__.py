"""Folding acts into a case: which act may follow, by whom, what it does, which clock it starts.

Promises: the same acts give the same case, byte for byte, on both sides and in any order. Pure.

Leaves to others: bytes and signatures (``acts``), competence and proof of origin (``exchange``),
keeping and reading (``store``), what the law says (``law``).
"""

from comity.cases.case import Case, Equivocation
from comity.cases.clocks import ClockValue, clocks
from comity.cases.due import Due, DueStanding, Whom, due, due_of, resting
from comity.cases.effect import OPENS
from comity.cases.folding import fold, judge, next_acts
from comity.cases.home import (
    AssessmentState,
    Deliberation,
    DisclosureMade,
    Erasure,
    FindingAnswer,
    HomeCase,
    IntakeState,
    Ratification,
    Registered,
    Telling,
    assigned,
    fold_home,
    judge_home,
)
from comity.cases.knowing import (
    Entry,
    HandedOut,
    Knowing,
    Look,
    Members,
    Wall,
    allow,
    members,
    shut_out,
    walls,
)
from comity.cases.pauses import PAUSES, Pause
from comity.cases.predicates import PREDICATES
from comity.cases.printed import markdown, story
from comity.cases.request import (
    AskState,
    Closing,
    ConsultationState,
    DecisionState,
    DeliveryState,
    EffectedState,
    ExhibitState,
    ExtensionState,
    ItemStanding,
    ItemState,
    QuestionState,
    RequestState,
    UseState,
    Withdrawal,
)
from comity.cases.standing import (
    Equivocal,
    InOrder,
    NotInOrder,
    Parked,
    Standing,
    Void,
    WithoutEffect,
    refuse_unless_in_order,
)
from comity.cases.starts import STARTS, Begun, Seen
from comity.cases.work import Assignment, HandOver, Work

__all__ = [
    "OPENS",
    "PAUSES",
    "PREDICATES",
    "STARTS",
    "AskState",
    "AssessmentState",
    "Assignment",
    "Begun",
    "Case",
    "ClockValue",
    "Closing",
    "ConsultationState",
    "DecisionState",
    "Deliberation",
    "DeliveryState",
    "DisclosureMade",
    "Due",
    "DueStanding",
    "EffectedState",
    "Entry",
    "Equivocal",
    "Equivocation",
    "Erasure",
    "ExhibitState",
    "ExtensionState",
    "FindingAnswer",
    "HandOver",
    "HandedOut",
    "HomeCase",
    "InOrder",
    "IntakeState",
    "ItemStanding",
    "ItemState",
    "Knowing",
    "Look",
    "Members",
    "NotInOrder",
    "Parked",
    "Pause",
    "QuestionState",
    "Ratification",
    "Registered",
    "RequestState",
    "Seen",
    "Standing",
    "Telling",
    "UseState",
    "Void",
    "Wall",
    "Whom",
    "Withdrawal",
    "WithoutEffect",
    "Work",
    "allow",
    "assigned",
    "clocks",
    "due",
    "due_of",
    "fold",
    "fold_home",
    "judge",
    "judge_home",
    "markdown",
    "members",
    "next_acts",
    "refuse_unless_in_order",
    "resting",
    "shut_out",
    "story",
    "walls",
]
