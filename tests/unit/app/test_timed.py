"""A clock that a row keeps is the clock that was written."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime

from comity.app.timed import read_clock, told_clock
from comity.cases import ClockValue, Pause
from comity.errors import NotFound
from comity.wire import encode

AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


def clock():
    return ClockValue(
        clock="house.question",
        request="a" * 64,
        act="b" * 64,
        label="q1",
        by="GH",
        person=True,
        office="gh:desk",
        where="PT",
        started=AT,
        ends=AT.replace(year=2027),
        length_from="law",
        adopted="f" * 64,
        bound="minimum",
        then="rests",
        counting="days",
        provision="uncc.preserve",
        law="c" * 64,
        mark="C+",
        doubt="weak",
        asked_until=AT.replace(month=12),
        extended_until=AT.replace(year=2028),
        extended_by="d" * 64,
        held_for=("e" * 64,),
        pauses=(Pause("question", "f" * 64, AT, None), Pause("remedy", "f" * 64, AT, AT.replace(day=22))),
        stopped=False,
    )


def test_what_was_written_is_read_back_as_it_was():
    one = clock()
    assert all(
        getattr(one, field.name) is not None for field in fields(ClockValue) if field.name != "unknown"
    )
    assert read_clock(json.loads(encode(told_clock(one)))) == one
    bare = replace(
        one, **{f.name: None for f in fields(one) if f.name in {"ends", "mark", "label", "extended_until"}}
    )
    assert read_clock(json.loads(encode(told_clock(bare)))) == bare


def test_why_its_end_is_not_known_is_told_in_the_same_words():
    told = read_clock(told_clock(replace(clock(), ends=None, unknown=NotFound("law.no_zone", state="XA"))))
    assert (told.unknown.id, told.unknown.arguments) == ("law.no_zone", {"state": "XA"})
