"""What the targets build on: the fictional nodes, cases and case files that the unit tests share.

Promises: the same bytes in every run, but for what has to be random (seals).
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).resolve().parent.parent
for _folder in (TESTS, TESTS / "unit" / "dossier"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


@cache
def two() -> ModuleType:
    """The nodes XA and XB of the tests of ``exchange``."""
    place = TESTS / "unit" / "exchange" / "conftest.py"
    spec = importlib.util.spec_from_file_location("exchange_nodes", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@cache
def case_files() -> ModuleType:
    """The case files of the tests of ``dossier``."""
    import case_files

    return case_files


@cache
def small_case_file() -> bytes:
    made = case_files()
    return made.written(made.small())


@cache
def full_case_file() -> bytes:
    made = case_files()
    return made.written(made.without_law(made.full()))


def members(data: bytes, beginning: str) -> list[bytes]:
    """The members of a case file whose names begin so."""
    return [one for name, one in case_files().contents(data).items() if name.startswith(beginning)]
