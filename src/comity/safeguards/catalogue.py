"""The catalogue of checks: each once, in the one order in which findings stand.

Promises: a check is registered here or does not exist; every paragraph that it cites is in the law
data and every fact that it reads in the registry (tests hold both).

Leaves to others: running them (``assess``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from comity.errors import BadInput
from comity.safeguards.bench import Check
from comity.safeguards.checks import (
    assets,
    bars,
    basis,
    circumstances,
    criminality,
    desk,
    extradition,
    form,
    hearing,
    joint,
    limits,
    own_state,
    penalty,
    persecution,
    proportion,
    protected,
    real_time,
    research,
    scope,
    transfer,
)

CHECKS: Final[tuple[Check, ...]] = (
    *basis.CHECKS,
    *scope.CHECKS,
    *form.CHECKS,
    *criminality.CHECKS,
    *research.CHECKS,
    *persecution.CHECKS,
    *circumstances.CHECKS,
    *proportion.CHECKS,
    *real_time.CHECKS,
    *desk.CHECKS,
    *hearing.CHECKS,
    *protected.CHECKS,
    *penalty.CHECKS,
    *extradition.CHECKS,
    *transfer.CHECKS,
    *assets.CHECKS,
    *joint.CHECKS,
    *bars.CHECKS,
    *limits.CHECKS,
    *own_state.CHECKS,
)
"""All checks of a request, in canonical order."""

BY_KEY: Final[Mapping[str, Check]] = MappingProxyType({check.key: check for check in CHECKS})


@cache
def checks_of(measure: str) -> tuple[Check, ...]:
    """The checks that a measure has.

    Raises:
        BadInput: it has none; that is not the same as nothing to object.
    """
    found = tuple(check for check in CHECKS if measure in check.measures)
    if not found:
        raise BadInput("safeguards.measure_without_checks", measure=measure[:80])
    return found


def check_of(key: str) -> Check:
    """One check of a request.

    Raises:
        BadInput: no such check.
    """
    if key not in BY_KEY:
        raise BadInput("safeguards.unknown_check", check=key[:80])
    return BY_KEY[key]


def is_heavy(check: str) -> bool:
    """Whether two persons are needed to close a finding of this check.

    Raises:
        BadInput: no such check.
    """
    return check_of(check).heavy


def needs_outside(check: str) -> bool:
    """Whether a grant, where this is in question, needs an office outside the one that handles the request.

    Raises:
        BadInput: no such check.
    """
    return check_of(check).outside
