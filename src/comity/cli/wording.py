"""``--written-in`` and ``--translation``: in which language a decision or a delivery goes out.

Promises: a translation is named by its file, of which only the digest leaves; both commands take the same.

Leaves to others: what it comes to (``cases.wording``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from comity.cli.command import option
from comity.cli.saying import SHORT
from comity.cli.session import Session, read_file
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.acts.wording import Wording

F = TypeVar("F", bound=Callable[..., Any])

MADE = ("machine", "plain", "certified")


def in_language(function: F) -> F:
    """The two options."""
    kinds = (str, click.Choice(MADE), click.Path(path_type=Path))
    function = option("--translation", "translations", type=kinds, multiple=True, metavar="TAG MADE FILE")(
        function
    )
    return option("--written-in", metavar="TAG")(function)


def read_wording(written_in: str | None, translations: tuple[tuple[str, str, Path], ...]) -> Wording | None:
    """What was typed, as the act says it; none, where nothing was.

    Raises:
        BadInput: a translation without the language of the original, or one twice; no tag of a language.
            Others: as ``read_file``.
    """
    from pydantic import ValidationError

    from comity.acts.wording import Wording
    from comity.wire import digest, encode

    if written_in is None:
        if translations:
            raise BadInput("cli.written_in_missing")
        return None
    told = [
        {"language": tag, "how": made, "digest": digest(read_file(path))} for tag, made, path in translations
    ]
    try:
        return Wording.model_validate_json(encode({"original": written_in, "translations": told}))
    except ValidationError as error:
        raise BadInput("cli.wording_not_right", count=len(told)) from error


def language_words(session: Session, view: dict[str, Any]) -> Iterator[str]:
    """In which languages a request, its decisions and deliveries were sent, and whether that will do."""
    say = session.text
    if view["wording"] is not None:
        yield say("cli.case.wording", languages=_languages(session, view["wording"]))
    told = view["language"]
    if view["wording"] is not None or told["held"]:
        wanted = ", ".join(told["wanted"]) or "-"
        yield say(f"cli.case.language.{told['why']}", wanted=wanted, state=view["requested"])
    for one in told["held"]:
        doubt = one["doubt"] or "-"
        yield say("cli.case.language.held", told=one["told"], mark=one["mark"], doubt=doubt)
    for one in view["decisions"]:
        if one["wording"] is not None:
            languages = _languages(session, one["wording"])
            yield say("cli.case.decision_wording", act=one["id"][:SHORT], languages=languages)
    given = {one["delivery"]: one["wording"] for one in view["exhibits"] if one["wording"] is not None}
    for act, wording in given.items():
        languages = _languages(session, wording)
        yield say("cli.case.delivery_wording", act=act[:SHORT], languages=languages)


def _languages(session: Session, view: dict[str, Any]) -> str:
    """In which languages something was sent, in one line."""
    made = [
        session.text(f"cli.wording.{one['how']}", language=one["language"]) for one in view["translations"]
    ]
    return ", ".join([view["original"], *made])
