"""A case as one screen: one golden of words, and what must hold of any: nothing hidden, nothing too wide."""

import copy
import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import click
import pytest

from comity import messages
from comity.acts import KINDS
from comity.app.story import story
from comity.cli.next_command import COMMANDS, next_command
from comity.cli.program import program
from comity.cli.session import Session
from comity.cli.story_words import WIDTH, story_words
from comity.clock import FixedClock
from comity.law import packaged_bundle

CASE, ASKED, DECIDED, ASSESSED = "ca" * 16, "a1" * 32, "d2" * 32, "b3" * 32
WALLS = {"GH": "2026-07-03 15:30 Africa/Accra", "PT": "2026-07-03 16:30 Europe/Lisbon"}
NOW = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)


def act(id, kind, sender, to, at, **more):
    line = {
        "id": id, "kind": kind, "from": sender, "to": to, "about": ASKED, "at": at, "registered": False,
        "fewer_signed": None, "standing": {"standing": "in_order"},
        "signers": [{"name": more.pop("name", None)}],
    }  # fmt: skip
    return line | more


def due(clock, whom, state, at=None, **more):
    line = {
        "clock": clock, "whom": whom, "state": state, "what": "Summary of the law data.", "act": DECIDED,
        "request": ASKED, "standing": "running" if at else "awaited", "at": at,
        "local": WALLS if at else {},
    }  # fmt: skip
    return line | more


def request(**more):
    items = [{"id": "mailbox", "standing": "conditional"}]
    decision = {"id": DECIDED, "conditions": ["court-only"], "accepted": []}
    return {
        "id": ASKED, "draft": False, "measure": "access_stored", "requesting": "GH", "requested": "PT",
        "stage": "decided", "urgency": "emergency", "wanted_by": None, "follows": None,
        "at": "2026-07-01T23:30:00Z", "bases": [{"instrument": "budapest", "provision": "budapest.stored"}],
        "items": items, "limits": [], "assurances": [], "decisions": [decision], "questions": [],
        "exhibits": [], "noted": [], "wording": None,
        "language": {"verdict": "needs_human", "wanted": [], "held": []},
    } | more  # fmt: skip


def view(**more):
    """PT granted GH's request of the evening before, on a condition that GH has still to accept."""
    return {
        "case": CASE, "states": ["GH", "PT"], "own_state": "PT", "drill": False,
        "requests": [request()],
        "acts": [
            act(ASKED, "request", "gh:office", "pt:office", "2026-07-01T23:30:00Z"),
            act(ASSESSED, "assess", "pt:office", None, "2026-07-02T08:00:00Z", name="ama"),
            act("e4" * 32, "look", "pt:office", None, "2026-07-02T08:10:00Z", name="esi"),
            act(DECIDED, "decide", "pt:office", "gh:office", "2026-07-02T09:00:00Z", name="ama"),
        ],
        "due": [
            due("house.conditions", "other_state", "GH", "2026-07-03T15:30:00Z"),
            due("house.execution", "own_office", "PT"),
            due("house.consultation", "other_state", "GH", "2026-07-01T15:30:00Z", standing="passed"),
        ],
        "next": [
            {"state": "PT", "kind": "close", "about": ASKED, "by": ["ama"]},
            {"state": "PT", "kind": "recall", "about": ASKED, "by": ["ama"]},
            {"state": "GH", "kind": "accept", "about": ASKED, "by": []},
        ],
        "at_home": {
            "assignments": [{"person": "ama", "office": "pt:office"}], "handed_to": None, "ratifications": [],
        },
        "desk": {"on_paper": False, "registers": [], "to_dispatch": [], "origins": [], "imported": None},
        "links": [], "unafforded": [], "reopened": [], "unreceipted": [], "missing": [], "equivocations": [],
        "pending": [{"id": "f5" * 32, "kind": "correspond", "waiting": [{"key": "0" * 64, "name": "kofi"}]}],
        "findings": [{"request": ASKED, "assessment": ASSESSED, "open": ["two_persons"]}],
    } | more  # fmt: skip


TERMS = {
    ASKED: SimpleNamespace(measure="access_stored"),
    ASSESSED: SimpleNamespace(),
    DECIDED: SimpleNamespace(
        items=[SimpleNamespace(outcome="grant_on_conditions")],
        limits=[SimpleNamespace(id="court-only", kind="use_limit", purposes=["court"], until=None)],
    ),
}


LEFT_OUT = re.compile(r"\{[a-z_]+\}")
SAME_WORD = {"cli.story.measure.extradite", "cli.story.due.ratification", "cli.story.tie.extradition"}
"""Texts that may be the same word in English and in another language."""


def told(shown, terms=TERMS, language="en"):
    shown = copy.deepcopy(shown)
    zones = packaged_bundle().zones(shown["states"])
    shown["story"] = story(shown, terms, zones, ["ama"])
    json.dumps(shown["story"])
    session = Session(opening={"clock": FixedClock(NOW)})
    session.language = language
    return [str(line) for line in story_words(session, shown)]


def test_the_language_is_told_once_something_is_said_or_held_of_it():
    held = {"verdict": "not_met", "wanted": ["pt"], "held": [{"told": "Portuguese"}]}
    sent = {"original": "en", "translations": [{"language": "fr"}, {"language": "fr"}]}
    for more, line in (
        ({}, None),
        ({"language": held}, "  sent in: -; asked for: pt (not met)"),
        ({"wording": sent}, "  sent in: en, fr; asked for: - (a person has to see)"),
    ):
        lines = [one for one in told(view(requests=[request(**more)])) if "sent in" in one]
        assert lines == ([] if line is None else [line])


GOLDEN = """\
Case cacacacacaca: GH, PT; as of 2026-07-02 12:00 UTC
Request a1a1a1a1: access to stored data; GH asks PT; decided
  based on budapest.stored
  urgency: EMERGENCY
In charge: ama, pt:office

WHAT HAPPENED (local time of PT)
  2026-07-02 00:30  GH  Request: access to stored data · office
  2026-07-02 09:00  PT  Assessment (stays here) · ama
  2026-07-02 10:00  PT  Decision: granted on conditions · ama

WHAT WAITS, ON WHOM
  kofi: to sign: Letter f5f5f5f5
  GH: accepting the conditions (a1a1a1a1) — 1 d 3 h left
    until GH 2026-07-03 15:30 / PT 2026-07-03 16:30
  we: execution and delivery (a1a1a1a1)

CONDITIONS
  Use limit (court-only): in court; not accepted yet

OPEN FINDINGS (a1a1a1a1): 1
  {finding}

WHAT CAN BE DONE NEXT
  comity approve f5f5f5f5f5f5 --as kofi
  comity assess a1a1a1a1a1a1 --as ama
  comity close a1a1a1a1a1a1 --as ama --outcome \\
      answered|refused|withdrawn|lapsed
  … and 1 more: comity case next cacacacacaca
  Everything: comity case show cacacacacaca --all
"""


def test_the_screen_of_a_granted_request_word_for_word():
    title = messages.render("safeguards.two_persons.title")
    assert told(view()) == GOLDEN.format(finding=title).splitlines()


def test_an_empty_case_says_so_in_each_part():
    empty = view(
        requests=[], acts=[], due=[], next=[], pending=[], findings=[],
        at_home={"assignments": [], "handed_to": None, "ratifications": []},
    )  # fmt: skip
    words = told(empty)
    for text in (
        "No request is in this case.",
        "  Nothing yet.",
        "  Nothing waits.",
        "  Nothing, on this side.",
    ):
        assert text in words


def test_what_does_not_fit_is_counted_to_the_last_act_and_what_is_alike_stands_once():
    many = [act(f"{n:064x}", "ask", "gh:office", "pt:office", "2026-07-02T09:00:00Z") for n in range(40)]
    words = told(view(acts=many), {one["id"]: SimpleNamespace() for one in many})
    shown = sum("Questions" in line for line in words)
    hidden = next(line for line in words if "more: comity case show" in line)
    assert f"{40 - shown} more" in hidden
    assert len(words) < 45
    alike = [
        act(f"{n:064x}", "answer_finding", "pt:office", None, "2026-07-02T09:00:00Z", name="ama")
        for n in range(40)
    ]
    words = told(view(acts=alike), {one["id"]: SimpleNamespace() for one in alike})
    assert sum("Answer to a finding × 40" in line for line in words) == 1


@pytest.mark.parametrize("language", messages.languages())
def test_every_line_fits_and_keeps_foreign_text_harmless(language):
    long = "Office " * 30 + "\x1b[2J\u202e"
    words = told(
        view(
            at_home={
                "assignments": [{"person": None, "office": long}],
                "handed_to": None,
                "ratifications": [],
            },
        ),
        language=language,
    )
    assert all(len(line.replace("\u2068", "").replace("\u2069", "")) <= WIDTH for line in words)
    assert not any("\x1b" in line or "\u202e" in line for line in words)


@pytest.mark.parametrize("language", sorted(set(messages.languages()) - {messages.FALLBACK}))
def test_no_text_of_the_screen_falls_back_to_another_language(language):
    english, own = messages.catalogue(messages.FALLBACK), messages.catalogue(language)
    texts = {id for id in english if id.startswith("cli.story.")}
    assert len(texts) > 200
    assert sorted(texts - set(own)) == []
    same = {
        id for id in texts if own[id] == english[id] and any(c.isalpha() for c in LEFT_OUT.sub("", own[id]))
    }
    assert same <= SAME_WORD


def test_a_case_on_paper_and_an_imported_one_are_never_shown_as_the_others_word():
    paper = [act(ASKED, "request", "gh:office", "pt:office", "2026-07-01T23:30:00Z", registered=True)]
    desk = view()["desk"] | {"on_paper": True, "to_dispatch": [{"act": DECIDED, "kind": "decide"}]}
    words = told(view(acts=paper, desk=desk))
    assert any("(from our register)" in line for line in words)
    assert any("to be sent on paper: Decision d2d2d2d2" in line for line in words)
    assert any(line.startswith("  comity register dispatch d2d2d2d2d2d2") for line in words)


def test_what_was_destroyed_or_never_assessed_is_said():
    gone = view(findings=[{"request": ASKED, "assessment": ASSESSED, "open": None}])
    assert any("they were destroyed" in line for line in told(gone))
    none = view(findings=[], requests=[request(items=[{"id": "mailbox", "standing": "open"}])])
    assert any("not assessed yet" in line for line in told(none))


def test_every_step_is_a_command_that_the_program_takes():
    for do, path in COMMANDS.items():
        written = next_command(do, "ab" * 32, ["ama"])
        assert written.startswith(" ".join(["comity", *path, ""]))
        assert "ama" in written or do == "decide"
        found = program
        for name in path:
            found = found.get_command(click.Context(program), name)
        for parameter in found.params:
            if isinstance(parameter, click.Option) and parameter.required:
                assert set(parameter.opts) & set(written.split()), (do, parameter.opts)


def test_every_kind_clock_and_measure_has_its_word():
    texts = messages.catalogue("en")
    of_the_register = {
        "adopt_law",
        "confirm_law",
        "confirm_unit_key",
        "contact",
        "enrol",
        "roster",
        "unit_key",
    }
    kinds = set(KINDS) - {"look", *of_the_register}
    content = packaged_bundle().content
    wanted = [f"act.{kind}" for kind in kinds]
    wanted += [f"due.{clock.key.rpartition('.')[2]}" for clock in content.clocks]
    wanted += [f"measure.{measure.key}" for measure in content.measures]
    assert [id for id in wanted if f"cli.story.{id}" not in texts] == []
