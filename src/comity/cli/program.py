"""The program ``comity``: its first page, its commands by name, and how a mistake is told.

Promises: the first page lists every command in the order of a request's life and imports none; a mistake
is told in two lines, what is wrong and what to do, or as a problem document (RFC 9457) with ``--json``,
on the error stream, and never as a traceback. A fault of the program itself is not hidden.

Leaves to others: the commands (``contents`` says where), the words (``locale``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, Never

import click
from click.exceptions import NoArgsIsHelpError

from comity.cli.command import Worded, common_options
from comity.cli.contents import MODULES, SECTIONS
from comity.cli.session import Session, session_of, visible
from comity.errors import BadInput, ComityError
from comity.messages import explain, render

INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""

BROKEN_PIPE: Final = 141

WALK: Final = 8
"""Steps of the walk at the end of the first page: ``cli.walk.1`` and so on; a step may take several lines."""


class Program(Worded, click.Group):
    """All commands, each found in its module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's shape
        """Every command, in order."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; its module is imported now."""
        if cmd_name not in MODULES:
            return None
        found: click.Command = getattr(
            import_module(f"comity.cli.{MODULES[cmd_name]}"), f"{cmd_name}_command"
        )
        return found

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What the program is."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(render("cli.program", session_of(ctx).language))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section first, since they are what a reader comes for."""
        language = session_of(ctx).language
        width = max(map(len, MODULES))
        for section, commands in SECTIONS:
            with formatter.section(render(f"cli.section.{section}", language)):
                formatter.write_dl(
                    [(name.ljust(width), render(f"cli.command.{name}", language)) for name, _ in commands]
                )
        click.Command.format_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The walk: one request from founding to proof, in eight steps."""
        language = session_of(ctx).language
        with formatter.section(render("cli.walk", language)):
            for number in range(1, WALK + 1):
                first, *more = render(f"cli.walk.{number}", language).splitlines()
                formatter.write(f"  {number}  {first}\n")
                for line in more:
                    formatter.write(f"     {line}\n")

    def main(  # type: ignore[override]  # click has overloads by a mode that this program never leaves
        self, args: Sequence[str] | None = None, prog_name: str | None = "comity", **extra: Any
    ) -> Never:
        """Run, and end the process with an exit status."""
        extra["standalone_mode"] = False
        extra.setdefault("obj", Session())
        session: Session = extra["obj"]
        told = list(sys.argv[1:] if args is None else args)
        # Read before all else, so that a mistake in the command itself is told in the form asked for.
        session.json = session.json or "--json" in told
        try:
            status = super().main(args=told, prog_name=prog_name, **extra)
            sys.stdout.flush()
        except ComityError as error:
            _tell(session, error)
            sys.exit(error.exit_code)
        except NoArgsIsHelpError as error:
            click.echo(error.format_message())
            sys.exit(BadInput.exit_code)
        except click.UsageError as error:
            name = error.ctx.command_path if error.ctx is not None else "comity"
            wrong = BadInput("cli.usage", what=error.format_message().rstrip("."), command=name)
            _tell(session, wrong)
            sys.exit(wrong.exit_code)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read the output has enough; what is left must not fail again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(BROKEN_PIPE)
        sys.exit(status if isinstance(status, int) else 0)


def _tell(session: Session, error: ComityError) -> None:
    wrong, remedy = explain(error, session.language)
    if not session.json:
        click.echo(visible(wrong), err=True)
        click.echo(visible(remedy), err=True)
        return
    import json

    problem = {
        "type": error.problem_type,
        "title": wrong,
        "detail": remedy,
        "status": error.status,
        "id": error.id,
        "arguments": error.arguments,
    }
    click.echo(json.dumps(problem, ensure_ascii=False), err=True)


program = Program("comity", no_args_is_help=True)
program.params.extend(common_options())


def main() -> None:
    """The entry point of the installed command."""
    program.main()
