"""What is due, as a calendar file (iCalendar, RFC 5545) that any calendar reads.

Promises: an event says a kind, the first digits of a case's reference, and when; no name, no measure, no text
of a case: calendars are shared, and kept by others. The same thing due has the same identifier in every file,
so that a calendar that reads a newer one moves it and does not double it.

Leaves to others: what is due (``due``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from comity.clock import read_instant
from comity.wire import Json, digest, encode

LINE: Final = 75
"""Octets of a line at most, without its end."""

SHORT: Final = 8
_UTC_ZONE: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
_PRODUCT: Final = "-//Comity//due//EN"


def agenda(lines: Iterable[Json], now: datetime) -> bytes:
    """The calendar file of what is due; what has no date is not in it.

    Args:
        lines: as ``due`` gives them.
        now: when it is written.
    """
    written = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        *_UTC_ZONE,  # a calendar needs one component at least, and may have nothing to say
        *(row for line in lines if line["at"] is not None for row in _event(line, now)),
        "END:VCALENDAR",
    ]
    return b"".join(piece for row in written for piece in _folded(row))


def _event(line: Json, now: datetime) -> Iterator[str]:
    name = {key: line[key] for key in ("case", "clock", "act", "label")}
    at = _utc(read_instant(line["at"]))
    yield "BEGIN:VEVENT"
    yield f"UID:{digest(encode(name))[:32]}@comity.invalid"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{at}"
    yield f"SUMMARY:{_escaped(line['clock'])} {line['case'][:SHORT]} ({line['state']})"
    yield f"CATEGORIES:{_escaped(line['standing'])}"
    yield "CLASS:CONFIDENTIAL"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(row: str) -> Iterator[bytes]:
    """A content line, folded by octets: RFC 5545, section 3.1. What stands here is ASCII."""
    data = row.encode("ascii")
    yield data[:LINE] + b"\r\n"
    for first in range(LINE, len(data), LINE - 1):
        yield b" " + data[first : first + LINE - 1] + b"\r\n"
