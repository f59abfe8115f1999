"""What a person's key may sign, by the work that the person does.

Promises: a closed list of kinds of work; each gives deeds as ``KIND.ROLE``, as the directory lists them.
Nobody gets to approve by being able to write: the two are given apart.

Leaves to others: which measure an office is competent for (the directory), and the order of a case.
"""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType
from typing import Final

from comity.errors import BadInput

_ASKING: Final = (
    "preview",
    "request",
    "amend",
    "withdraw",
    "answer",
    "accept",
    "extend",
    "use",
    "take_custody",
    "inform",
    "status",
    "correspond",
    "seek_consent",
    "breach",
    "destroyed",
    "answer_costs",
    "ask_instead",
    "speciality",
    "sentence",
)
_ANSWERING: Final = (
    "ask",
    "consult",
    "decide",
    "effected",
    "deliver",
    "close",
    "reject",
    "forward",
    "arrest",
    "court",
    "surrender",
    "prosecute_instead",
    "consent",
    "recall",
    "remedy",
    "offer_costs",
    "enforce_instead",
    "lift",
)
_SHARING: Final = ("assign", "hand_over", "take_over")
_SPENDING: Final = ("cost", "proceed")
_JUDGED: Final = (
    "request",
    "decide",
    "court",
    "inform",
    "consent",
    "surrender",
    "enforce_instead",
    "lift",
)
_WALLED: Final = ("wall", "unwall", "link", "unlink")
_READING: Final = ("look.author", "deconflict.author")
"""What everyone may who reads cases: to say why, where a case is another's; to ask who else holds a thing."""
_DUTIES: Final = ("ask_use", "called_back", "notify_person", "delay_notice", "tell_holder", "afford")
_AT_HOME: Final = (
    "assess",
    "answer_finding",
    "tell",
    "deliberate",
    "disclose",
    "erase",
    "import_case",
    "mark",
)
_DESK: Final = (
    "contact",
    "register",
    "confirm",
    "dispatch",
    "pass_on",
    "originate",
    "order",
    "return",
    "rule_objection",
)


def _author(*kinds: str) -> tuple[str, ...]:
    return tuple(f"{kind}.author" for kind in kinds)


WORK: Final = MappingProxyType(
    {
        "officer": _author(
            *(*_ASKING, *_ANSWERING, *_AT_HOME, *_DESK, *_DUTIES),
            *(*_SHARING, *_SPENDING, *_WALLED, "export"),
        ),
        "approver": (
            *(
                "request.approver",
                "amend.approver",
                "decide.approver",
                "inform.approver",
                "consent.approver",
                "answer_costs.approver",
                "surrender.approver",
                "enforce_instead.approver",
                "speciality.approver",
                "sentence.approver",
                "lift.approver",
                "erase.approver",
                "adopt_law.approver",
                "wall.approver",
                "unwall.approver",
                "export.approver",
                "disclose.approver",
            ),
            *_author("ratify", "ratified", "review", "answer_finding", *_SHARING, "roster"),
        ),
        "reviewer": _author("answer_finding"),
        "unit": ("confirm_unit_key.author", "mark.author", "unseal.approver", "unseal.author"),
        "judge": tuple(f"{kind}.judge" for kind in _JUDGED),
        "desk": _author(
            "request",
            "extend",
            "effected",
            "answer",
            "ask",
            "status",
            "correspond",
            "forward",
            "called_back",
            *_DESK,
            *_SHARING,
            "roster",
        ),
        "examiner": _author("intake", "take_custody", "certify", "export", "mark"),
        "adviser": _author("adopt_law", "confirm_law"),
        "auditor": ("audit.author", "drill.author"),
        "enroller": ("enrol.author", "enrol.approver", "unit_key.author", "unit_key.approver"),
    }
)
"""Kinds of work, by the word that ``comity person add --work`` takes."""


LATER: Final = frozenset(
    {
        *_READING,
        *(f"{kind}.{role}" for kind in (*_WALLED, "export") for role in ("author", "approver")),
        "certify.author",
        "confirm_unit_key.author",
    }
)
"""Deeds that kinds of work were given after people had been enrolled for them already."""


def lacking(deeds: Collection[str]) -> tuple[str, ...]:
    """The later deeds that a person's kinds of work have now, and the person's enrolment does not name.

    Whose deeds are those of a kind of work, less the later ones, was enrolled for that work.
    """
    wanted = set(_READING)
    for named in WORK.values():
        if set(named) - LATER <= set(deeds):
            wanted |= set(named) & LATER
    return tuple(sorted(wanted - set(deeds)))


def deeds_of(work: tuple[str, ...]) -> tuple[str, ...]:
    """The deeds of one or more kinds of work, in order.

    Raises:
        BadInput: there is no such work.
    """
    for word in work:
        if word not in WORK:
            raise BadInput("app.unknown_work", word=word[:60], known=", ".join(WORK))
    return tuple(sorted({*_READING, *(deed for word in work for deed in WORK[word])}))
