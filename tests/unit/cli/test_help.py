"""The first page and every command's help: all there, in order, in words of the catalogue."""

import re
import sys

import click
import pytest
from click.testing import CliRunner

from comity.cli import program
from comity.cli.command import Option
from comity.cli.contents import MODULES, SECTIONS
from comity.cli.session import table
from comity.messages import catalogue


def commands(found=program, path=()):
    """Every command with the words that call it."""
    ctx = click.Context(found)
    if not isinstance(found, click.Group):
        return [(path, found)]
    inner = [(path, found)] if path else []
    for name in found.list_commands(ctx):
        inner += commands(found.get_command(ctx, name), (*path, name))
    return inner


ALL = commands()


def help_of(*path):
    result = CliRunner().invoke(program, [*path, "--help"])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_first_page_lists_every_command_in_the_order_of_a_requests_life():
    page = help_of()
    at = [page.index(f"\n  {name} ") for name in MODULES]
    assert at == sorted(at)
    titles = [page.index(title) for title in ("Set up", "Ask", "Answer", "Evidence", "Prove", "Look after")]
    assert titles == sorted(titles)
    assert all(f"\n  {n}  comity " in page for n in range(1, 9))
    walk = page[page.index("A walk") :]
    assert walk.index("init") < walk.index("send") < walk.index("decide") < walk.index("verify")


def test_the_first_page_imports_no_room(tmp_path):
    """Rooms below the command line are slow to load; a page of help needs none."""
    import subprocess

    code = (
        "import sys; from comity.cli import program\n"
        "try: program.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'sqlalchemy', 'cryptography', 'rich', 'uvicorn', 'fastapi', 'structlog'}\n"
        "print([m for m in sys.modules if m.split('.')[0] in heavy], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_every_section_is_of_commands_that_exist():
    listed = [name for _, inner in SECTIONS for name, _ in inner]
    assert len(listed) == len(set(listed))
    assert {path[0] for path, _ in ALL} == set(listed)


@pytest.mark.parametrize("path", [path for path, _ in ALL], ids=" ".join)
def test_every_command_and_each_of_its_options_has_a_text(path):
    page = help_of(*path)
    text = catalogue("en")["cli.command." + ".".join(path).replace("-", "_")]
    assert text.split()[0] in page
    assert "--json" in page
    command = dict(ALL)[path]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert isinstance(parameter, Option), parameter.name
            assert parameter.opts[-1] in page


@pytest.mark.parametrize(("path", "found"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_no_two_options_of_a_command_are_kept_under_one_name(path, found):
    """Of two, each would also take what was said to the other: ``--language`` and ``--in-language``."""
    names = [parameter.name for parameter in found.params]
    assert sorted(set(names)) == sorted(names), path


def test_every_text_of_a_command_or_an_option_is_somebodys():
    paths = {".".join(path).replace("-", "_") for path, _ in ALL}
    own = {"help", *(p.name for _, c in ALL for p in c.params)}
    full = {f"{'.'.join(path)}.{p.name}".replace("-", "_") for path, c in ALL for p in c.params}
    for id in catalogue("en"):
        for start in ("cli.command.", "cli.more."):
            if id.startswith(start):
                assert id.removeprefix(start) in paths, id
        if id.startswith("cli.option."):
            assert id.removeprefix("cli.option.") in own | full, id


def test_a_command_that_any_text_names_exists():
    """What a person is told to do can be done."""
    known = {" ".join(path) for path, _ in ALL}
    groups = {path[0] for path, found in ALL if isinstance(found, click.Group)}
    for id, text in catalogue("en").items():
        for name, inner in re.findall(r"[“`\n]comity ([a-z]+)(?: ([a-z-]+))?", text):
            assert name in known, (id, name)
            if name in groups and inner:
                assert f"{name} {inner}" in known, (id, name, inner)


def test_a_terminal_gets_frames(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert "─" in "\n".join(table([("one", "[bold]two")], ("A", "B")))
    assert "[bold]two" in "\n".join(table([("one", "[bold]two")], ("A", "B")))


def test_ids_are_explained_where_they_are_asked_for():
    assert "first digits" in help_of("accept")
    assert "first digits" not in help_of("backup")


def test_a_group_alone_shows_its_commands():
    result = CliRunner().invoke(program, ["evidence"])
    assert "review" in result.output
    assert result.exit_code == 2
