"""What was said of a request beside its course, in words: letters, persons, and what comes after a grant.

Promises: every kind that is noted has a line; instants, items and exhibits stand in it as they were said.

Leaves to others: the case around it (``case_words``), the acts' own texts (``request show ACT``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.cli.saying import SHORT
from comity.cli.session import Session

View = dict[str, Any]


def noted_words(session: Session, view: View) -> Iterator[str]:
    """A line for each thing noted of a request, in order."""
    for one in view["noted"]:
        # A term of the name that the speaker has in every text gets one of its own.
        terms = {"until" if name == "by" else name: value for name, value in one["terms"].items()}
        told = {name: _plain(value) for name, value in terms.items()}
        yield "  " + session.text(_text(one), **{**told, "act": one["id"][:SHORT], "by": one["by"]})


def duty_words(session: Session, view: View) -> Iterator[str]:
    """The duties that are open in a case: to prosecute who was not surrendered because of nationality."""
    evidence = [one["case"][:SHORT] for one in view["links"] if one["tie"] == "evidence"]
    for one in view["next"]:
        if one["kind"] == "prosecute_instead":
            told = {"state": one["state"], "request": one["about"][:SHORT]}
            yield session.text("cli.noted.owed", **told)
            if evidence:
                yield session.text("cli.noted.owed_evidence", cases=", ".join(evidence))


def _text(one: View) -> str:
    """The text of what was said; what leaves one part open has a text of its own."""
    kind, terms = one["kind"], one["terms"]
    if kind == "status":
        dated = "" if terms.get("by") is None else "_by"
        return f"cli.noted.status.{'asked' if terms['asked'] is None else 'told'}{dated}"
    if kind == "arrest":
        return f"cli.noted.arrest.{terms['event']}{'_on_bail' if terms.get('on_bail') else ''}"
    if kind == "ask_instead":
        return f"cli.noted.ask_instead.{terms['instead']}"
    if kind == "enforce_instead":
        return f"cli.noted.enforce_instead.{'taken' if terms['taken_over'] else 'declined'}"
    if kind == "speciality":
        return f"cli.noted.speciality.{'offence' if terms['to'] is None else 'again'}"
    if kind == "prosecute_instead":
        return f"cli.noted.prosecute_instead.{'alone' if terms['evidence'] is None else 'evidence'}"
    if kind == "ratified":
        return f"cli.noted.ratified.{'stands' if terms['ratified'] else 'falls'}"
    if kind == "answer_costs":
        return f"cli.noted.answer_costs.{'whole' if terms['share'] is None else 'share'}"
    if kind == "breach":
        persons = "person" if terms.get("items") else "condition"
        return f"cli.noted.breach.{'limit' if terms['condition'] is None else persons}"
    if kind == "sentence":
        return f"cli.noted.sentence.{'breaks' if terms['broken'] else terms['stage']}"
    if kind == "remedy":
        return f"cli.noted.remedy.{'suspends' if terms['suspends'] else 'leaves'}"
    return f"cli.noted.{kind}"


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value) or "-"
    text = "-" if value is None else str(value)
    return text[:SHORT] if len(text) == _DIGEST else text


_DIGEST = 64
