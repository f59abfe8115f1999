"""Which languages a State has told others to write to it in, as far as the law data holds it.

Promises: everything that speaks of a request between two States on a day is given, each with its mark and
the reason why it settles nothing, where there is one. Nothing is given where nothing is held: that is not
the same as any language.

Leaves to others: whether a request was sent so (``cases.wording``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from comity.law.bundle import Bundle
from comity.law.described import DESCRIBED, doubt_of, is_between, stands_on
from comity.law.marks import Mark, reached
from comity.law.relation import notices_between


@dataclass(frozen=True, slots=True)
class Insisted:
    """What one record says. ``told``: in its own words; ``languages``: as tags, as far as they are coded.

    ``doubt``: why it settles nothing: ``weak``, ``not_adopted``, ``overdue``, ``not_coded``,
    ``day_not_held``; none where it does.
    """

    told: str
    languages: tuple[str, ...]
    mark: Mark
    doubt: str | None


def insisted(
    bundle: Bundle, asking: str, asked: str, bases: Collection[tuple[str, str]], on: date
) -> tuple[Insisted, ...]:
    """What State ``asked`` has told of languages for requests from State ``asking``.

    Args:
        bundle: the law data.
        asking: code of the State that asks.
        asked: code of the State that is asked.
        bases: instrument and provision of each basis of the request.
        on: on which day.

    Raises:
        NotFound: no such State in the law data.
    """
    return (*_notices(bundle, asking, asked, bases, on), *_described(bundle, asking, asked, bases, on))


def _notices(
    bundle: Bundle, asking: str, asked: str, bases: Collection[tuple[str, str]], on: date
) -> Iterator[Insisted]:
    instruments = {instrument for instrument, _ in bases}
    for code, notice in notices_between(bundle, (asked, asking), on):
        if code != asked or notice.topic != "languages" or notice.instrument not in {None, *instruments}:
            continue
        doubt = None
        if notice.mark in bundle.weak_marks:
            doubt = "weak"
        elif not notice.languages:
            doubt = "not_coded"
        elif reached(notice.since, on) is None:
            doubt = "day_not_held"
        yield Insisted(notice.value, notice.languages, notice.mark, doubt)


def _described(
    bundle: Bundle, asking: str, asked: str, bases: Collection[tuple[str, str]], on: date
) -> Iterator[Insisted]:
    named = {provision for instrument, provision in bases if instrument == DESCRIBED}
    for basis in bundle.content.described:
        if basis.key not in named or not basis.languages or not is_between(bundle, basis, asking, asked):
            continue
        doubt = doubt_of(bundle, basis, on)
        if doubt is None and stands_on(basis, on) != "yes":
            doubt = "day_not_held"
        yield Insisted(basis.name, basis.languages, basis.mark, doubt)
