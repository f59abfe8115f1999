"""Names of States: one code for each of the ways in which a State is written, and what is near to a slip.

Promises: exact up to case, accents, punctuation and the little words; two States never answer to one name.
What is only near is never taken: it is offered.

Leaves to others: which names there are (``data/states``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from comity.errors import BadInput, NotFound
from comity.law.nation import Nation

_LITTLE: Final = frozenset({"the", "of", "and", "la", "le", "les", "de", "du"})
_NEAR: Final = 3
"""How many near names are offered."""

_LIKENESS: Final = 0.6
_LONGEST: Final = 200


def plain(name: str) -> str:
    """A name without case, accents, punctuation and the little words."""
    letters = unicodedata.normalize("NFKD", name[:_LONGEST].casefold().replace("ı", "i"))
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", ""))
    return " ".join(word for word in words if word not in _LITTLE) or " ".join(words)


def _key(name: str) -> str:
    """The same for all orders of the words: “Iran (Islamic Republic of)”, “Islamic Republic of Iran”."""
    return " ".join(sorted(plain(name).split()))


class Names:
    """All names of all States and territories."""

    def __init__(self, nations: Iterable[Nation]) -> None:
        self._codes: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        """Names in full, which a slip can be near to, and their codes."""
        self._short: dict[str, str] = {}
        for nation in nations:
            self._bear(nation.code, nation.name, [nation.iso3, nation.un_name, *nation.names])
            for territory in nation.territories:
                self._bear(territory.code, territory.name, territory.names)

    def code(self, asked: str) -> str:
        """The two-letter code of a State or territory.

        Raises:
            NotFound: no name is that; the near ones are named.
        """
        found = self._codes.get(_key(asked))
        if found is None:
            raise self.unknown(asked)
        return found

    def name(self, code: str) -> str:
        """How a State or territory is called here; its code where it has no name."""
        return self._short.get(code, code)

    def near(self, asked: str) -> tuple[str, ...]:
        """Names like the one that was asked for, the likest first."""
        likely = get_close_matches(plain(asked), self._shown, n=2 * _NEAR, cutoff=_LIKENESS)
        codes = dict.fromkeys(self._shown[one] for one in likely)
        return tuple(f"{self._short[code]} ({code})" for code in codes)[:_NEAR]

    def unknown(self, asked: str) -> NotFound:
        """The error that says so of a name that nothing bears."""
        near = self.near(asked)
        if near:
            return NotFound("law.unknown_state_near", state=asked[:60], near="; ".join(near))
        return NotFound("law.unknown_state", state=asked[:60], known=len(self._short))

    def _bear(self, code: str, name: str, others: Iterable[str | None]) -> None:
        self._short[code] = name
        for one in (code, name, *others):
            if one is None:
                continue
            if self._codes.setdefault(_key(one), code) != code:
                raise BadInput("law.named_twice", kind="State", name=one)
            if len(one) > len("abc"):
                self._shown[plain(one)] = code
