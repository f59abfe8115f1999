"""Characters that nobody sees: refused where a person writes what others will read and sign.

Promises: what passes can be shown on a page, a letter and a terminal without moving or turning anything.

Leaves to others: showing foreign text that holds them all the same (``cli``, ``letters``).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from comity.errors import BadInput

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that set or end a direction of writing (Unicode bidirectional algorithm, UAX 9)."""


def check_seen(text: str, place: str) -> None:
    """Refuse characters that nobody sees, and that two readers may take for different things.

    Raises:
        BadInput: a control character, or one that sets a direction; line ends and tabs may stand.
    """
    for letter in text:
        if letter not in "\n\t" and (
            letter in _TURNING or unicodedata.category(letter) in {"Cc", "Co", "Cs"}
        ):
            raise BadInput("app.unseen_character", place=place, code=f"{ord(letter):04X}")
