"""How a paragraph is cited, and which records of the law data a citation leads to.

Promises: each record of a treaty has one address, ``uncc:art_40:para_21:b``, and what people write for it
(``Art. 40(21)(b)``, ``40.21``, ``40/21``) leads there. What is not held is said to be not held; a name that
nearly is one is answered with the name meant.

Leaves to others: showing what was found (``cli``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from comity.errors import BadInput, NotFound
from comity.law.article import Article
from comity.law.bundle import Bundle
from comity.law.model import Provision

DEFAULT: Final = "uncc"
"""The treaty meant where none is named."""

MOST: Final = 120
"""Letters of a citation; nobody writes a longer one."""

_ARTICLE: Final = r"(?:articles?|articulos?|arts?|статья|ст|sec|§)"
_WHOLE: Final = re.compile(
    rf"(?P<treaty>[^\W\d_][^\d]*?)?[\s:.,_/-]*(?:\b{_ARTICLE}[\s._:]*)?(?P<number>\d{{1,3}})(?P<rest>\D.*)?"
)
_PART: Final = re.compile(r"\d+|[a-z]+")
_STEP: Final = re.compile(r"\d{1,2}|[a-z]|[ivx]{1,5}")
_WORDS: Final = frozenset(
    {"para", "paras", "paragraph", "paragraphs", "paragraphe", "parrafo", "par", "lit", "letter", "item"}
)
_BETWEEN: Final = re.compile(r"[\s().,/:;_§¶-]*")
_CLOSE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """A treaty, an article of it, and the way down from there: ``("21", "b")``."""

    treaty: str
    article: int
    path: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Its one spelling."""
        steps = [f"para_{step}" if step.isdigit() else step for step in self.path]
        return ":".join((self.treaty, f"art_{self.article}", *steps))

    @property
    def pointer(self) -> str:
        """As lawyers cite it: ``art. 40(21)(b)``."""
        return f"art. {self.article}" + "".join(f"({step})" for step in self.path)


@dataclass(frozen=True, slots=True)
class Found:
    """What a citation leads to. ``within``: what was cited is only held as part of these."""

    place: Place
    article: Article | None
    provisions: tuple[Provision, ...]
    within: bool


def place_of(provision: Provision) -> Place:
    """Where a record stands."""
    path = tuple(re.findall(r"\d+|[a-z]+", provision.paragraph))
    return Place(provision.instrument, provision.article, path)


def read_citation(text: str, bundle: Bundle) -> Place:
    """Read what a person wrote, or an address.

    Raises:
        BadInput: it names no article. NotFound: a treaty that the law data does not know.
    """
    plain = unicodedata.normalize("NFKD", text[: MOST + 1]).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()
    key, plain = _leading_key(plain, bundle)
    whole = _WHOLE.fullmatch(plain)
    if whole is None or len(text) > MOST:
        raise BadInput("law.not_a_citation", text=text[:40])
    rest = whole["rest"] or ""
    path = [part for part in _PART.findall(rest) if part not in _WORDS]
    if not _BETWEEN.fullmatch(_PART.sub("", rest)) or not all(map(_STEP.fullmatch, path)):
        raise BadInput("law.not_a_citation", text=text[:40])
    treaty = key or _treaty(whole["treaty"] or "", bundle)
    return Place(treaty, int(whole["number"]), tuple(path))


def look_up(bundle: Bundle, place: Place) -> Found:
    """The records that stand at a place or below it; else those that it is a part of.

    Raises:
        NotFound: the treaty has no such article or paragraph as far as is known, or it is not held.
    """
    articles = bundle.articles_of(place.treaty)
    named = {"treaty": bundle.short_name(place.treaty), "pointer": place.pointer}
    article = next((a for a in articles if a.number == place.article), None)
    there = sorted(
        (p for p in bundle.provisions_of(place.treaty) if p.article == place.article), key=_in_order
    )
    if article is None and not there:
        last = bundle.last_article(place.treaty)
        if last is not None and not 1 <= place.article <= last:
            raise NotFound("law.no_such_article", **named, last=last)
        raise NotFound("law.not_held", **named, held=_listed(str(a.number) for a in articles))
    below = tuple(p for p in there if place_of(p).path[: len(place.path)] == place.path)
    if below or not place.path:
        return Found(place, article, below, within=False)
    above = tuple(p for p in there if place.path[: len(place_of(p).path)] == place_of(p).path)
    count = None if article is None else article.paragraphs
    if article is not None and count is not None and place.path[0].isdigit():
        _within(int(place.path[0]), count, article.mark, named)
    if above:
        return Found(place, article, above, within=True)
    held = _listed(dict.fromkeys(Place("", place.article, place_of(p).path[:1]).pointer for p in there))
    raise NotFound("law.not_held", **named, held=held)


def _within(paragraph: int, count: int, mark: str, named: dict[str, str]) -> None:
    if not 1 <= paragraph <= count:
        raise NotFound("law.no_such_paragraph", **named, count=count, mark=mark)


def nearest(text: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    return next(iter(get_close_matches(text.casefold(), list(names), n=1, cutoff=_CLOSE)), None)


def in_order(provisions: Iterable[Provision]) -> tuple[Provision, ...]:
    """Records in the order of their treaty: 2 before 10, (a) before (b)."""
    return tuple(sorted(provisions, key=_in_order))


def _in_order(provision: Provision) -> tuple[str, int, tuple[tuple[int, str], ...], str]:
    steps = tuple((int(s), "") if s.isdigit() else (0, s) for s in place_of(provision).path)
    return provision.instrument, provision.article, steps, provision.key


def _leading_key(plain: str, bundle: Bundle) -> tuple[str | None, str]:
    """The key of a treaty that stands first (it may have digits in it), and the rest; else none, and all."""
    for key in sorted(bundle.treaties, key=len, reverse=True):
        rest = plain.removeprefix(key)
        if rest != plain and rest and not (rest[0].isalnum() or rest[0] == "_"):
            return key, rest.lstrip(" :.,/-")
    return None, plain


def _treaty(text: str, bundle: Bundle) -> str:
    """The key of a treaty as a person names it: by its key, or by its short name or a part of that."""
    name = re.sub(rf"[\s:.,_/-]*\b{_ARTICLE}?[\s:.,_/-]*$", "", text).strip(" :.,_/-()")
    if not name:
        return DEFAULT
    known = {key: bundle.short_name(key).casefold() for key in bundle.treaties}
    if name.replace(" ", "_") in known:
        return name.replace(" ", "_")
    by_name = [key for key, short in known.items() if name == short]
    part = [key for key, short in known.items() if name in short]
    if by_name or len(part) == 1:
        return (by_name or part)[0]
    close = nearest(name, [*known, *known.values()])
    meant = next((key for key, short in known.items() if close in {key, short}), None)
    if meant is not None:
        raise NotFound("law.unknown_treaty_near", name=name[:60], near=meant)
    raise NotFound("law.unknown_treaty", name=name[:60], known=_listed(sorted(known)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"
