"""A case as one screen: what it is, what happened, what waits on whom, and what to type next.

Promises: eighty columns, and some forty lines for an ordinary case; what does not fit is counted, never
silently left out; each line is whole in one language. Where that is written from right to left, what is
written from left to right in it (ids, times, keys) is set apart, so that it keeps its order.

Leaves to others: the story (``app.story``), the whole of a case (``case_words``), commands
(``next_command``).
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from comity.cli.next_command import next_command
from comity.cli.saying import SHORT
from comity.cli.session import Framed, Session, visible
from comity.clock import read_instant, write_instant
from comity.errors import Argument
from comity.messages import FALLBACK, catalogue

View = dict[str, Any]

WIDTH: Final = 80
ACTS: Final = 12
"""Lines of what happened: the first, and the last ones."""
LINES: Final = 8
"""Lines of any other part."""
STEPS: Final = 5
_ALIKE: Final = ("kind", "state", "who", "about", "told", "standing", "at_home")
_BRIEF: Final = 8
"""Digits of an id among words."""
_RIGHT_TO_LEFT: Final = frozenset({"ar"})
_APART: Final = ("\u2068", "\u2069")
"""First strong isolate, and its end (Unicode, UAX 9)."""


class _Said(str):
    """A text that was put together here: what is foreign in it is visible already."""

    __slots__ = ()


class _Page:
    """Texts of one language, with what stands in them set apart where the language needs it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = session.clock.now()
        self.turned = session.language in _RIGHT_TO_LEFT
        self.between = "؛ " if self.turned else "; "

    def say(self, id: str, /, **arguments: Argument) -> str:
        """A text of this page."""
        told = {
            name: self._apart(value if isinstance(value, _Said) else visible(str(value)))
            for name, value in arguments.items()
        }
        return _Said(self.session.text(id, **told))

    def word(self, group: str, key: str, otherwise: str | None = None) -> str:
        """The word for a key of the data; the key itself, or another text, where there is none for it."""
        id = f"cli.story.{group}.{key}"
        if id in catalogue(FALLBACK):
            return self.session.text(id)
        return otherwise if otherwise and self.session.language == FALLBACK else key

    def title(self, check: str) -> str:
        """A check's title."""
        id = f"safeguards.{check}.title"
        return self.session.text(id) if id in catalogue(FALLBACK) else check

    def _apart(self, text: str) -> str:
        return f"{_APART[0]}{text}{_APART[1]}" if self.turned else text


def story_words(session: Session, view: View) -> Iterator[str]:
    """The screen, line by line."""
    page, story = _Page(session), view["story"]
    for line in _lines(page, view, story):
        yield Framed(line)


def _lines(page: _Page, view: View, story: View) -> Iterator[str]:
    yield from _head(page, view, story)
    yield ""
    yield page.say("cli.story.happened", state=story["own_state"])
    yield from _happened(page, view, story["timeline"])
    yield ""
    yield page.say("cli.story.waits")
    yield from _some(page, view, [_waiting(page, one) for one in story["pending"]], "cli.story.nothing_waits")
    if story["conditions"]:
        yield ""
        yield page.say("cli.story.conditions")
        yield from _some(page, view, [_condition(page, one) for one in story["conditions"]])
    for one in story["findings"]:
        if one["open"] != [] or one["reopened"]:
            yield ""
            yield from _findings(page, one)
    yield from _troubles(page, view)
    yield ""
    yield page.say("cli.story.next")
    yield from _next(page, view, story)


def _head(page: _Page, view: View, story: View) -> Iterator[str]:
    yield page.say(
        "cli.story.head",
        case=view["case"][:SHORT],
        states=", ".join(view["states"]),
        at=_minute(write_instant(page.now)),
    )
    if not story["requests"]:
        yield page.say("cli.story.no_request")
    for one in story["requests"]:
        yield from _request(page, one)
    who = story["in_charge"]
    if who is not None:
        yield from _wrap(
            page.say("cli.story.in_charge", who=", ".join(filter(None, (who["person"], who["office"]))))
        )
    else:
        yield page.say("cli.story.nobody")
    if story["handed_to"] is not None:
        yield page.say("cli.story.handed_to", who=story["handed_to"])
    yield from _origin(page, story["origin"])
    for one in story["links"]:
        yield page.say("cli.story.linked", case=one["case"][:SHORT], tie=page.word("tie", one["tie"]))


def _request(page: _Page, one: View) -> Iterator[str]:
    first, *more = _wrap(
        page.say(
            "cli.story.preview" if one["draft"] else "cli.story.request",
            request=one["id"][:_BRIEF],
            measure=page.word("measure", one["measure"]),
            requesting=one["requesting"],
            requested=one["requested"],
            stage=page.word("stage", one["stage"]),
        )
    )
    yield first
    yield from (f"  {line}" for line in more)
    if one["bases"]:
        bases = ", ".join(base["provision"] for base in one["bases"])
        yield from _wrap(page.say("cli.story.bases", bases=bases), "  ")
    if one["urgency"] not in {None, "ordinary"}:
        yield "  " + page.say("cli.story.urgency", urgency=page.word("urgency", one["urgency"]))
    if one["wording"] is not None or one["language"]["held"]:
        sent = "-" if one["wording"] is None else ", ".join(_languages(one["wording"]))
        verdict = page.word("language", one["language"]["verdict"])
        wanted = ", ".join(one["language"]["wanted"]) or "-"
        yield from _wrap(page.say("cli.story.language", sent=sent, wanted=wanted, verdict=verdict), "  ")
    if one["wanted_by"] is not None:
        yield "  " + page.say("cli.story.wanted_by", by=_minute(one["wanted_by"]))


def _languages(wording: View) -> list[str]:
    return list(dict.fromkeys([wording["original"], *(one["language"] for one in wording["translations"])]))


def _origin(page: _Page, origin: View) -> Iterator[str]:
    if origin["drill"]:
        yield page.say("cli.story.drill")
    if origin["on_paper"]:
        yield page.say("cli.story.on_paper", count=origin["registered"])
    elif origin["registered"]:
        yield page.say("cli.story.registered", count=origin["registered"])
    if origin["asked_by"]:
        yield from _wrap(page.say("cli.story.asked_by", names=", ".join(origin["asked_by"])))
    if origin["imported"] is not None:
        one = origin["imported"]
        yield from _wrap(
            page.say(
                "cli.story.imported",
                reference=one["reference"] or "-",
                state=one["state"] or "-",
                measure=page.word("measure", one["measure"] or "-"),
                opened=one["opened"] or "-",
                closed=one["closed"] or "-",
                outcome=one["outcome"] or "-",
            )
        )


def _happened(page: _Page, view: View, acts: list[View]) -> Iterator[str]:
    if not acts:
        yield "  " + page.say("cli.story.nothing_happened")
    runs = _runs(acts)
    last = max(0, len(runs) - ACTS)
    for number, (one, count) in enumerate(runs):
        if number == 1 and last:
            hidden = sum(many for _, many in runs[1 : last + 1])
            yield "  " + page.say("cli.story.more", count=hidden, case=view["case"][:SHORT])
        if not 0 < number <= last:
            yield _cut(_act(page, one, count))


def _runs(acts: list[View]) -> list[tuple[View, int]]:
    """Acts, with how many: those that follow one another at home and differ in nothing shown but the hour."""
    found: list[tuple[View, int]] = []
    for one in acts:
        if found and one["at_home"] and all(found[-1][0][name] == one[name] for name in _ALIKE):
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((one, 1))
    return found


def _act(page: _Page, one: View, count: int) -> str:
    what = page.word("act", one["kind"]) + (f" × {count}" if count > 1 else "")
    if one["told"]:
        told = ", ".join(_told(page, said) for said in one["told"])
        what = page.say("cli.story.act_told", what=what, told=told)
    if one["at_home"]:
        what = page.say("cli.story.at_home", what=what)
    elif one["registered"]:
        what = page.say("cli.story.by_registration", what=what)
    if one["fewer_signed"]:
        what = page.say("cli.story.fewer_signed", what=what)
    if one["standing"] not in {None, "in_order"}:
        what = page.say("cli.story.not_in_order", what=what, standing=page.word("fold", one["standing"]))
    return "  " + page.say(
        "cli.story.act",
        at=_local(one),
        state=one["state"],
        what=what,
        who=", ".join(one["who"]) or one["office"].partition(":")[2],
    )


def _told(page: _Page, said: View) -> str:
    word = said["word"]
    group = "measure" if f"cli.story.measure.{word}" in catalogue(FALLBACK) else "said"
    named = page.word(group, word)
    return named if said["count"] in {None, 1} else f"{named} × {said['count']}"


def _waiting(page: _Page, one: View) -> list[str]:
    what = page.word("due", _bare(one["what"]), one["summary"])
    if one["kind"] is not None:
        what = page.say(
            "cli.story.of_act", what=what, kind=page.word("act", one["kind"]), act=one["act"][:_BRIEF]
        )
    elif one["request"] is not None:
        what = page.say("cli.story.of_request", what=what, request=one["request"][:_BRIEF])
    whom = page.word("whom", one["whom"])
    if one["whom"] == "other_state":
        whom = one["state"]
    elif one["names"]:
        whom = ", ".join(name[:SHORT] if len(name) == _KEY else name for name in one["names"])
    if one["at"] is None:
        standing = one["standing"]
        if standing == "awaited":
            return _wrap(page.say("cli.story.line", whom=whom, what=what), "  ")
        told = page.word("standing", standing)
        return _wrap(page.say("cli.story.line_standing", whom=whom, what=what, standing=told), "  ")
    left = _left(page, one["at"])
    if one["standing"] not in {"running", "late"}:
        left = page.word("standing", one["standing"])
    return [
        *_wrap(page.say("cli.story.line_standing", whom=whom, what=what, standing=left), "  "),
        "    " + page.say("cli.story.until", local=_walls(one)),
    ]


_KEY: Final = 64


def _bare(clock: str) -> str:
    """A clock's name without the law or the rule that sets it."""
    return clock.rpartition(".")[2]


def _walls(one: View) -> str:
    """When, on the wall of each State; in UTC where neither is known."""
    if not one["local"]:
        return f"{_minute(one['at'])} UTC"
    return " / ".join(f"{state} {text[:_MINUTE]}" for state, text in one["local"].items())


_MINUTE: Final = len("2026-11-22 18:00")


def _left(page: _Page, at: str) -> str:
    seconds = int((read_instant(at) - page.now).total_seconds())
    minutes = abs(seconds) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    late = "late" if seconds <= 0 else "left"
    if days:
        return page.say(f"cli.story.{late}_days", days=days, hours=hours)
    return page.say(f"cli.story.{late}_hours", hours=hours, minutes=rest)


def _condition(page: _Page, one: View) -> list[str]:
    more = [page.word("purpose", purpose) for purpose in one["purposes"]]
    if one["until"] is not None:
        more.append(page.say("cli.story.by", by=_minute(one["until"])))
    if one["exhibits"]:
        more.append(page.say("cli.story.exhibits", count=len(one["exhibits"])))
    if not one["accepted"]:
        more.append(page.say("cli.story.not_accepted"))
    if one["text"]:
        more.append(_quoted(one["text"]))
    named = page.word("limit", one["kind"])
    name = named if one["id"] is None else page.say("cli.story.named", what=named, name=one["id"])
    line = page.say("cli.story.condition", what=name, more=_Said(page.between.join(more))) if more else name
    return _wrap(line, "  ")[:3]


def _quoted(text: str) -> str:
    return "“" + textwrap.shorten(visible(text), WIDTH, placeholder="…") + "”"


def _findings(page: _Page, one: View) -> Iterator[str]:
    request = one["request"][:_BRIEF]
    if one["assessment"] is None:
        yield page.say("cli.story.not_assessed", request=request)
        return
    if one["open"] is None:
        yield page.say("cli.story.findings_gone", request=request)
        return
    yield page.say("cli.story.findings", request=request, count=len(one["open"]))
    for key in one["open"][:LINES]:
        yield _cut(f"  {page.title(key)}")
    if len(one["open"]) > LINES:
        yield "  " + page.say(
            "cli.story.more_findings", count=len(one["open"]) - LINES, request=one["request"][:SHORT]
        )
    if one["reopened"]:
        yield "  " + page.say("cli.story.reopened", count=one["reopened"])


def _troubles(page: _Page, view: View) -> Iterator[str]:
    for one in view["equivocations"]:
        yield ""
        yield from _wrap(page.say("cli.story.equivocation", state=one["state"], number=one["number"]))


def _next(page: _Page, view: View, story: View) -> Iterator[str]:
    steps = story["next"]
    for one in steps[:STEPS]:
        yield from _command(next_command(one["do"], one["on"], one["by"]))
    more = story["more"] + max(0, len(steps) - STEPS)
    if more:
        yield "  " + page.say("cli.story.more_steps", count=more, case=view["case"][:SHORT])
    elif not steps:
        yield "  " + page.say("cli.story.no_step")
    yield "  " + page.say("cli.story.all", case=view["case"][:SHORT])


def _command(text: str) -> Iterator[str]:
    """A command as a shell takes it, over several lines where it is long."""
    lines = textwrap.wrap(
        visible(text), WIDTH - 4, break_long_words=False, break_on_hyphens=False, subsequent_indent="    "
    )
    for number, line in enumerate(lines, 1):
        yield f"  {line}" + (" \\" if number < len(lines) else "")


def _some(page: _Page, view: View, blocks: list[list[str]], nothing: str | None = None) -> Iterator[str]:
    if not blocks and nothing is not None:
        yield "  " + page.say(nothing)
    counted: dict[tuple[str, ...], int] = {}
    for block in blocks:
        counted[tuple(block)] = counted.get(tuple(block), 0) + 1
    for (first, *more), count in list(counted.items())[:LINES]:
        yield first + (f" × {count}" if count > 1 else "")
        yield from more
    if len(counted) > LINES:
        hidden = sum(list(counted.values())[LINES:])
        yield "  " + page.say("cli.story.more", count=hidden, case=view["case"][:SHORT])


def _local(one: View) -> str:
    return one["local"][:_MINUTE] if one["local"] else f"{_minute(one['at'])}Z"


def _minute(instant: str) -> str:
    """An instant to the minute, a day as it is."""
    return instant.replace("T", " ")[:_MINUTE]


def _cells(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Cf"}
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def _cut(line: str) -> str:
    """A line that fits; where it was longer, it ends in three dots."""
    if _cells(line) <= WIDTH:
        return line
    while _cells(line) > WIDTH - 1:
        line = line[:-1]
    # What was set apart and cut ends with the line (UAX 9, a paragraph ends every isolate).
    return line + "…"


def _wrap(text: str, indent: str = "") -> list[str]:
    """A text over as many lines as it needs; further ones stand in."""
    lines, line = [], indent
    for word in _words(text):
        if line.strip() and _cells(line + word.rstrip()) > WIDTH:
            lines.append(line.rstrip())
            line = f"{indent}  " + word
        else:
            line += word
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    """What a line may be broken after: a space, or where none is written, any wide letter."""
    word = ""
    for letter in text:
        word += letter
        if letter == " " or unicodedata.east_asian_width(letter) == "W":
            yield word
            word = ""
    if word:
        yield word
