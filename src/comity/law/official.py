"""An official text, taken apart: its articles, their paragraphs and items, each with its words.

Promises: pure; it takes lines of pages, whatever they were read from, in Arabic, Chinese, English, French,
Russian or Spanish. Running heads, page numbers, footnotes and tables of contents are left aside. What it
finds it shows as it stands; where numbers do not follow one another it takes them
for text, and never repairs them.

Leaves to others: reading files (``app.official_text``), setting our records beside it (``beside``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.errors import BadInput

Path = tuple[str, ...]

_EDGE: Final = 3
"""So many lines at the top and at the bottom of a page can be running heads or feet."""

COLUMN: Final = "\v"
"""A line of this alone: another column of the page begins."""

OFTEN: Final = 3
"""What stands at the edge of one page in so many runs over all of them."""

LONGEST: Final = 300
"""Lines of a page; what is longer is no page, and nobody looks for notes at its foot."""

MOST_PARTS: Final = 400
"""Paragraphs and items of one article; no treaty has so many, and beyond them all is text."""

_TITLE: Final = 130
"""Letters of a title at most."""

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_HAN: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}

_HEADINGS: Final = (
    re.compile(
        r"(?:article|artículo|статья|المادة)\s+(?P<n>\d{1,3}|premier|primero)(?P<rest>\W.*)?", re.IGNORECASE
    ),
    re.compile(r"第\s*(?P<n>[\d一二三四五六七八九十百零〇]{1,6})\s*条(?P<rest>.*)"),
)
_PARAGRAPH: Final = re.compile(r"(?P<n>\d{1,2})\s?[.)．、\-–]\s?(?=\D)(?P<text>.*)")
_HAN_PARAGRAPH: Final = re.compile(r"(?P<n>[一二三四五六七八九十]{1,3})、(?P<text>.*)")
_ITEM: Final = re.compile(
    r"[(（]?(?P<n>[^\W\d_]{1,5}|[㈠-㈩])[)）](?!\w)\s*(?P<text>.*)|(?P<c>[㈠-㈩])(?P<ct>.*)"
)
_NUMBERS: Final = re.compile(r"[\d٠-٩]+")
_PAGE: Final = re.compile(r"[\s\d/.\-\u00ad–—()|]*|(?:page|página|стр\.?)\s*\d+.*", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"(?:\.\s?){4,}|…|\t\d+$")
_RULE: Final = re.compile(r"[_—‾]{5,}")
_NOTE: Final = re.compile(r"(?P<n>\d{1,2}|\*{1,3}|[¹²³⁴⁵⁶⁷⁸⁹])\s*[^\W\d_]")

_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS: Final = (
    _LATIN,
    "abcdefghijklmnñopqrstuvwxyz",
    "абвгдежзиклмнопрстуфхцчшщэюя",
    "абвгдежзийклмнопрстуфхцчшщэюя",
    "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
    "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩",
)
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_WORDS: Final = {
    "en": re.compile(r"\b(?:the|of|and|shall)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:le|la|les|des|est|une)\b", re.IGNORECASE),
    "es": re.compile(r"\b(?:el|los|las|del|una|para)\b", re.IGNORECASE),
    "ru": re.compile(r"[а-яё]{3,}", re.IGNORECASE),
    "ar": re.compile(r"[\u0621-\u064a]{2,}"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
}


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One article as it stands. ``parts``: the words of each place in it, the article's own first."""

    number: int
    title: str
    parts: Mapping[Path, str]

    def under(self, path: Path) -> str:
        """The words at a place, and all that stands below it."""
        found = [(p, text) for p, text in self.parts.items() if p[: len(path)] == path]
        return "\n".join(_marked(p, text) for p, text in found if text or p)


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A text, taken apart. ``language``: BCP 47; ``words``: the whole, for recognising what it is."""

    language: str
    articles: Mapping[int, ArticleText]
    words: str


def take_apart(pages: Sequence[Sequence[str]]) -> OfficialText:
    """Find every article, paragraph and item.

    Args:
        pages: the lines of each page, in the order in which they are read; ``COLUMN`` between its columns.

    Raises:
        BadInput: no article is in it.
    """
    words = joined(_clean(line) for page in pages for line in page)
    lines = [line for page in _bodies(pages) for line in page]
    language = _language(words)
    articles = {a.number: a for a in map(_article, _chosen(lines))}
    if not articles:
        raise BadInput("law.text_without_articles", lines=len(lines))
    return OfficialText(language, dict(sorted(articles.items())), words)


def joined(lines: Iterable[str]) -> str:
    """Lines as running text: a word that was divided at the end of a line is whole again."""
    text = "\n".join(lines)
    text = re.sub(r"\u00ad\s*\n?\s*", "", text)
    text = re.sub(r"(?<=[^\W\d_])[-‐]\n(?=[a-zà-öø-ÿа-яё])", "", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff、，；])\n(?=[\u4e00-\u9fff])", "", text)
    return re.sub(r"\s+", " ", text).strip()


# -- pages ------------------------------------------------------------------------------------------------


def _bodies(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without what runs over all pages, and without notes."""
    clean = [_columns(page) for page in pages]
    seen: Counter[str] = Counter()
    for page in clean:
        edges = (line for column in page for line in (*column[:_EDGE], *column[-_EDGE:]))
        seen.update({_shape(line) for line in edges})
    often = max(2, len(clean) // OFTEN)
    running = {shape for shape, count in seen.items() if count >= often}
    return [_without_notes(_without_edges(column, running)) for page in clean for column in page]


def _columns(page: Sequence[str]) -> list[list[str]]:
    """The lines of a page that hold anything, column by column."""
    columns: list[list[str]] = [[]]
    for line in page:
        if line == COLUMN:
            columns.append([])
        elif clean := _clean(line):
            columns[-1].append(clean)
    return columns


def _clean(line: str) -> str:
    plain = unicodedata.normalize("NFC", line).translate(_DIGITS)
    plain = "".join(" " if unicodedata.category(c) == "Zs" else c for c in plain)
    return "".join(c for c in plain if c in "\t\u00ad" or unicodedata.category(c)[0] != "C").strip()


def _shape(line: str) -> str:
    return _NUMBERS.sub("#", line)


def _without_edges(page: list[str], running: set[str]) -> list[str]:
    inner = range(_EDGE, len(page) - _EDGE)
    return [
        line
        for at, line in enumerate(page)
        if at in inner or not (_PAGE.fullmatch(line) or (_shape(line) in running and _heading(line) is None))
    ]


def _without_notes(page: list[str]) -> list[str]:
    """The page up to its footnotes: from a rule on, or from a number that a word above bears."""
    if len(page) > LONGEST:
        return page
    for at, line in enumerate(page):
        if _RULE.fullmatch(line):
            return page[:at]
        note = _NOTE.match(line)
        if note is None or at == 0:
            continue
        borne = re.compile(rf"[^\W\d_][.,;:)»”]?{re.escape(note['n'])}(?!\d)")
        if any(borne.search(above) for above in page[:at]) and _all_notes(page[at:]):
            return page[:at]
    return page


def _all_notes(lines: list[str]) -> bool:
    """Whether no paragraph, item or article begins among these lines."""
    return not any(_heading(line) or _PARAGRAPH.fullmatch(line) or _ITEM.match(line) for line in lines)


# -- articles ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    number: int
    rest: str
    lines: list[str] = field(default_factory=list)


def _chosen(lines: list[str]) -> list[_Draft]:
    """Each article once: of several headings of one number, that with the most text below it."""
    drafts: list[_Draft] = []
    for line in lines:
        heading = _heading(line)
        if _CONTENTS.search(line) and any(pattern.match(line) for pattern in _HEADINGS):
            continue
        if heading is not None:
            drafts.append(_Draft(*heading))
        elif drafts:
            drafts[-1].lines.append(line)
    best: dict[int, _Draft] = {}
    for draft in drafts:
        known = best.get(draft.number)
        if known is None or sum(map(len, draft.lines)) > sum(map(len, known.lines)):
            best[draft.number] = draft
    return [best[number] for number in sorted(best)]


def _heading(line: str) -> tuple[int, str] | None:
    """The number and the rest of a line that heads an article."""
    if _CONTENTS.search(line):
        return None
    for pattern in _HEADINGS:
        found = pattern.fullmatch(line)
        if found is None:
            continue
        number = _number(found["n"])
        rest = (found["rest"] or "").strip(" .:-–—*　")
        sentence = bool(rest) and (rest[0].islower() or rest[0] in "(,;" or rest[-1] in ",;")
        if number is None or len(rest) > _TITLE or sentence:
            return None
        return number, rest
    return None


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if text.casefold() in {"premier", "primero"}:
        return 1
    total, digit = 0, 0
    for letter in text:
        if letter == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif letter == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif letter in _HAN:
            digit = _HAN[letter]
        else:
            return None
    return total + digit or None


def _article(draft: _Draft) -> ArticleText:
    title, lines = draft.rest, draft.lines
    if not title and lines and _is_title(lines[0]):
        title, lines = lines[0], lines[1:]
        if lines and _is_title(lines[0]) and lines[0][0].islower():
            title, lines = f"{title} {lines[0]}", lines[1:]
    parts: dict[Path, list[str]] = {(): []}
    here: Path = ()
    for whole in lines:
        line = whole
        # A paragraph can open with its first item on the same line, and that with its own.
        while (step := _step(line, here, parts)) is not None:
            here, line = step
            parts[here] = []
        if line:
            parts[here].append(line)
    return ArticleText(draft.number, title, {path: joined(told) for path, told in parts.items()})


def _is_title(line: str) -> bool:
    marked = _PARAGRAPH.fullmatch(line) or _HAN_PARAGRAPH.fullmatch(line) or _ITEM.match(line)
    return len(line) <= _TITLE and line[-1] not in ".;:,。；：，" and not marked


def _step(line: str, here: Path, parts: Mapping[Path, list[str]]) -> tuple[Path, str] | None:
    """Where a line leads, if it begins a paragraph or an item whose turn it is; and what follows its mark."""
    if len(parts) > MOST_PARTS:
        return None
    paragraph = _PARAGRAPH.fullmatch(line) or _HAN_PARAGRAPH.fullmatch(line)
    if paragraph is not None:
        number = _number(paragraph["n"])
        last = max((int(p[0]) for p in parts if len(p) == 1 and p[0].isdigit()), default=0)
        if number == last + 1:
            return (str(number),), paragraph["text"].strip()
    item = _ITEM.match(line)
    if item is None:
        return None
    mark, text = (item["n"] or item["c"]).casefold(), (item["text"] or item["ct"] or "").strip()
    under = here[:1] if here and here[0].isdigit() else ()
    letters = sum(1 for p in parts if len(p) == len(under) + 1 and p[: len(under)] == under and p != under)
    letters -= sum(1 for p in parts if not under and len(p) == 1 and p[0].isdigit())
    if any(letters < len(alphabet) and alphabet[letters] == mark for alphabet in _ALPHABETS):
        return (*under, _LATIN[letters % len(_LATIN)]), text
    if len(here) > len(under):
        letter = here[: len(under) + 1]
        romans = sum(1 for p in parts if len(p) == len(letter) + 1 and p[: len(letter)] == letter)
        if romans < len(_ROMAN) and _ROMAN[romans] == mark:
            return (*letter, mark), text
    return None


def _marked(path: Path, text: str) -> str:
    if not path:
        return text
    mark = f"{path[-1]}." if path[-1].isdigit() else f"({path[-1]})"
    return f"{mark} {text}"


def _language(words: str) -> str:
    counts = {language: len(pattern.findall(words)) for language, pattern in _WORDS.items()}
    return max(counts, key=lambda language: counts[language])
