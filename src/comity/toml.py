"""TOML files that a person wrote, read without surprise.

Promises: a text that is no TOML, is nested beyond reason, or holds a number of thousands of digits is one
``ValueError`` with a reason; the standard library alone would let other faults through.

Leaves to others: what the values mean, and which error a person is shown (``settings``, ``app``, ``law``).

Source: TOML 1.0.0, as ``tomllib`` reads it.
"""

from __future__ import annotations

import tomllib
from typing import Any


def read_toml(data: bytes) -> dict[str, Any]:
    """The values of a TOML file.

    Raises:
        ValueError: not UTF-8 (then a ``UnicodeDecodeError``), or not TOML that can be read.
    """
    text = data.decode("utf-8")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
