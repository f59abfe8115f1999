"""Names across scripts and spellings; accounts, hashes, numbers: what a case is found by beside its words.

Promises: a name that is written in Latin, Cyrillic, Greek, Arabic or Han gives the same key as far as its
consonants are the same; a function of the text alone. It finds too much rather than too little: whoever reads
what was found says whether it is the one that was meant. Nobody is judged by it.

Leaves to others: which texts are read (``index``), who may see what is found (``search``, ``deconflict``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256
from ipaddress import ip_address
from itertools import pairwise
from typing import Final

from anyascii import anyascii

MOST: Final = 5000
"""Keys of one case that are kept."""

_LONGEST: Final = 40
_SHORT: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+")
_APOSTROPHES: Final = re.compile("['`\u2018\u2019\u02b9\u02bc]")
_SYLLABLES: Final = re.compile("[A-Z][a-z]*")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_ARTICLE: Final = "\u0627\u0644"
_ARTICLES: Final = frozenset({"al", "el"})
# One letter for what different spellings write for one sound, the longest first.
_SOUNDS: Final = (
    *(("tsch", "c"), ("shch", "s"), ("tch", "c"), ("dzh", "j"), ("sch", "s"), ("dj", "j"), ("zh", "j")),
    *(("ch", "c"), ("cz", "c"), ("sh", "s"), ("sz", "s"), ("kh", "h"), ("gh", "g"), ("ph", "f"), ("th", "t")),
    *(("dh", "d"), ("ts", "z"), ("tz", "z"), ("ck", "k"), ("q", "k"), ("x", "ks")),
)
_SOUND: Final = re.compile("|".join(spelled for spelled, _ in _SOUNDS) + "|c")
_SAID: Final = dict(_SOUNDS)
_VOWELS: Final = re.compile("[aeiouy]")
_DOUBLE: Final = re.compile(r"(.)\1+")
_HEX: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
_DOMAIN: Final = re.compile(r"([a-z0-9-]+\.)+[a-z][a-z0-9-]+")
_PHONE: Final = re.compile(r"\+?\d[\d ().-]{6,18}\d")
_DATE: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_IBAN: Final = re.compile(r"[a-z]{2}\d{2}[a-z0-9]{11,30}")


def keys_of(texts: Iterable[str]) -> frozenset[str]:
    """The keys by which some texts are found: of the names, accounts, domains, hashes and numbers in them."""
    found = {key for text in texts for key in (*_names(text), *map(_key, traces(text)))}
    return frozenset(sorted(found)[:MOST])


def name_asked(name: str) -> frozenset[str]:
    """The keys that a case must have, all of them, to be found by a name. None: it has no letter."""
    found = set()
    for word in _WORD.findall(_plain(name)):
        if _HAN.search(word):
            first, *rest = _SYLLABLES.findall(anyascii(word)) or [""]
            asked = [first, "".join(rest)]
        else:
            asked = [_latin(word.removeprefix(_ARTICLE) if _ARABIC.search(word) else word)]
        found |= {_name_key(one, _said(one, arabic=bool(_ARABIC.search(word)))) for one in asked if one}
    articles = {_name_key(one, _said(one)) for one in _ARTICLES}
    return frozenset(found - articles or found)


def trace_asked(term: str) -> frozenset[str]:
    """The key of an account, domain, hash, address or number. None: it is none of them."""
    text = _plain(term).strip().casefold()
    return frozenset(_key(one) for one in traces(text) if _is_whole(one, text))


def traces(text: str) -> Iterator[str]:
    """Accounts, domains, hashes, addresses and numbers that stand in a text, each written in one way."""
    plain = _plain(text).casefold()
    for token in re.split(r"[\s,;<>\"()\[\]{}]+", plain):
        yield from _trace(token.strip(".:!?'"))
    for number in _PHONE.findall(_DATE.sub(" ", plain)):
        digits = re.sub(r"\D", "", number)
        yield digits.removeprefix("00")


def _trace(token: str) -> Iterator[str]:
    token = token.removeprefix("mailto:")
    host = re.sub(r"[/:?#].*$", "", token.partition("://")[2]) if "://" in token else ""
    if "@" in token[:-1] or _HEX.fullmatch(token) or _IBAN.fullmatch(token):
        yield token
    elif _DOMAIN.fullmatch(host or token):
        yield (host or token).removeprefix("www.")
    else:
        try:
            yield ip_address(host or token).compressed
        except ValueError:
            return


def _is_whole(trace: str, text: str) -> bool:
    """Whether a term is this trace, and not words with one among them."""
    return trace == re.sub(r"\D", "", text).removeprefix("00") or not re.search(r"\s", text)


def _names(text: str) -> Iterator[str]:
    """The keys of each word that may be of a name: with a capital where there are any, or an account's."""
    plain = _plain(text)
    account = "@" in plain and not re.search(r"\s", plain.strip())
    for word in _WORD.findall(plain):
        if _HAN.search(word):
            syllables = _SYLLABLES.findall(anyascii(word))
            pairs = (a + b for a, b in pairwise(syllables))
            for one in (*syllables, *pairs):
                yield from _both(one)
        elif account or word[0].isupper() or not word[0].islower():
            yield from _both(_latin(word))
            if word.startswith(_ARTICLE):
                yield from _both(_latin(word.removeprefix(_ARTICLE)))


def _both(word: str) -> Iterator[str]:
    """Its keys with each way to read a w: a consonant, or (of Arabic) a vowel."""
    if word:
        yield _name_key(word, _said(word))
        yield _name_key(word, _said(word.lower().replace("w", "")))


def _said(word: str, *, arabic: bool = False) -> str:
    """What is left of a word when all is gone that spellings differ in."""
    low = word.lower()
    if arabic:  # within a word it is a vowel
        low = low[:1] + low[1:].replace("w", "")
    low = _SOUND.sub(lambda found: _sound(found, low), low).replace("w", "v")
    return _DOUBLE.sub(r"\1", _VOWELS.sub("", _DOUBLE.sub(r"\1", low)).rstrip("h"))


def _sound(found: re.Match[str], word: str) -> str:
    if found.group() == "c":
        return "s" if word[found.end() : found.end() + 1] in {"e", "i", "y"} else "k"
    return _SAID[found.group()]


def _latin(word: str) -> str:
    return re.sub("[^A-Za-z]", "", anyascii(word))


def _plain(text: str) -> str:
    return _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text))


# Keys stand among words, none of which begins with two underlines; one at the end: none begins another.
def _name_key(word: str, said: str) -> str:
    return f"__s{said[:_LONGEST]}_" if len(said) >= _SHORT else f"__w{word.lower()[:_LONGEST]}_"


def _key(trace: str) -> str:
    return f"__t{sha256(trace.encode()).hexdigest()[:32]}_"
