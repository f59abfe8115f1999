"""The events of a case that set a clock going: a registry of names that law data may use.

Promises: pure; each start reads the folded case (and what stays at home) and gives every time it happened,
over or not, in whatever order the acts came; none is an act's receipt. It names its act and its own time.

Leaves to others: how long a clock runs and what holds then (law data), counting (``clocks``), what is still
due of it and for whom (``due``). A new start is a function, and a line in the ``STARTS`` of its module.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.cases import answers_owed, carrying_out, owed_at_home, persons_held
from comity.cases.begun import Start

STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {**answers_owed.STARTS, **carrying_out.STARTS, **persons_held.STARTS, **owed_at_home.STARTS}
)
"""Every event that a clock of the law data may name in ``starts``."""
