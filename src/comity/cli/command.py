"""A command whose words come from the catalogue: its help, its options, its place in the tree.

Promises: whoever writes a command writes no sentence. Its text is ``cli.command.PATH``, an option's
``cli.option.NAME`` (or of that command alone: ``cli.option.PATH.NAME``); each command takes ``--data``,
``--json`` and ``--language``, before it or after it.

Leaves to others: what a command does (a module a subject), the first page (``program``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from comity.cli.session import session_of
from comity.errors import BadInput
from comity.messages import FALLBACK, catalogue, render

F = TypeVar("F", bound=Callable[..., Any])

IDS = frozenset({"REQUEST", "ACT", "CASE", "ASK", "DELIVERY", "CASE_OR_ACT"})
"""Names of arguments that are ids: the first digits are enough, and the help says so."""

FORMS: Final = {
    "SHA256": (re.compile("[0-9a-f]{64}"), "cli.not_a_sha256"),
    "EXHIBIT": (re.compile("[A-Z0-9][A-Z0-9-]{0,59}"), "cli.not_an_exhibit"),
}
"""How an option's value has to be written, by the name it is shown with, and what is said if it is not."""


class Option(click.Option):
    """An option whose help is a text of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its text, in the reader's language."""
        path = ".".join(ctx.command_path.replace("-", "_").split()[1:])
        own = f"cli.option.{path}.{self.name}"
        language = session_of(ctx).language
        if own in catalogue(FALLBACK):
            self.help = render(own, language)
        else:
            self.help = render(f"cli.option.{self.name}", language)
        return super().get_help_record(ctx)


class Worded(click.Command):
    """A command with the id of its text."""

    text: str = ""

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 - click's shape; ours are short
        """The command in one line."""
        language = session_of(click.get_current_context()).language
        return render(f"cli.command.{self.text}", language)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, in words of the catalogue."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = render("cli.option.help", session_of(ctx).language)
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's line, and more where there is more to say."""
        language = session_of(ctx).language
        paragraphs = [render(f"cli.command.{self.text}", language)]
        more = f"cli.more.{self.text}"
        if more in catalogue(FALLBACK):
            paragraphs.append(render(more, language))
        for paragraph in paragraphs:
            formatter.write_paragraph()
            with formatter.indentation():
                for line in paragraph.splitlines():
                    formatter.write_text(line)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How ids are written, where the command takes one."""
        names = {parameter.make_metavar(ctx).strip("[].") for parameter in self.get_params(ctx)}
        if names & IDS:
            formatter.write_paragraph()
            formatter.write_text(render("cli.ids", session_of(ctx).language))


class Command(Worded):
    """One command."""


class Group(Worded, click.Group):
    """Commands of one subject, listed in the order in which they are written."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        """The commands in their own order."""
        return list(self.commands)


def command(path: str, group: click.Group | None = None) -> Callable[[F], click.Command]:
    """Make a command of a function. ``path``: as it is typed after ``comity``."""

    def make(function: F) -> click.Command:
        made = click.command(path.rpartition(" ")[2], cls=Command)(function)
        made.text = path.replace(" ", ".").replace("-", "_")
        made.params.extend(common_options())
        if group is not None:
            group.add_command(made)
        return made

    return make


def group(path: str) -> Group:
    """A group of commands; alone it prints its help."""
    made = Group(path.rpartition(" ")[2], no_args_is_help=True)
    made.text = path.replace(" ", ".")
    made.params.extend(common_options())
    return made


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """An option; see ``Option``. A value that has one of ``FORMS`` is looked at first."""
    if settings.get("metavar") in FORMS:
        settings.setdefault("callback", _formed)
    return click.option(*names, cls=Option, **settings)


def _formed(_: click.Context, parameter: click.Parameter, value: Any) -> Any:
    form, error = FORMS[str(parameter.metavar)]
    for one in value if isinstance(value, tuple) else (value,):
        if one is not None and not form.fullmatch(one):
            raise BadInput(error, option=parameter.opts[0], count=len(one))
    return value


def argument(name: str, **settings: Any) -> Callable[[F], F]:
    """An argument, shown in capitals."""
    return click.argument(name, **settings)


def as_person(function: F) -> F:
    """``--as NAME``: who signs; and for whom the case is opened."""
    return as_someone(required=True)(function)


def as_someone(*, required: bool = False, reason: bool = True) -> Callable[[F], F]:
    """``--as NAME`` of a command that may sign; and ``--reason``, where it has no other of that name."""

    def add(function: F) -> F:
        if reason:
            function = _why(function)
        return option("--as", "who", required=required, metavar="NAME", callback=_set_reader)(function)

    return add


def by_two(function: F) -> F:
    """``--as``, ``--second``, ``--to``, ``--purpose``: who lets something out, to whom, and for what."""
    for name in ("--purpose", "--to"):
        function = option(name, required=True, metavar="TEXT")(function)
    return as_person(option("--second", required=True, metavar="NAME")(function))


def as_reader(function: F) -> F:
    """``--as NAME --reason TEXT``: who reads, and why, where the case is another's."""
    named = option("--as", "reader", metavar="NAME", callback=_set_reader, expose_value=False)
    return named(_why(function))


def _why(function: F) -> F:
    return option("--reason", "why", metavar="TEXT", callback=_set_reason, expose_value=False)(function)


def _set_reader(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        session_of(ctx).reader = value
    return value


def _set_reason(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(ctx).reason = value


def _set_data(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(ctx).data = value


def _set_json(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's shape
    if value:
        session_of(ctx).json = True


def _set_language(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        session_of(ctx).speak(value)


def common_options() -> list[click.Parameter]:
    """What every command takes, and the program itself."""
    return [
        Option(["--data"], metavar="DIR", callback=_set_data, expose_value=False, is_eager=True),
        Option(["--json"], is_flag=True, callback=_set_json, expose_value=False, is_eager=True),
        Option(["--language"], metavar="TAG", callback=_set_language, expose_value=False, is_eager=True),
    ]
