"""The rules of the house that no linter knows: sizes, names, docstrings, and texts for every error."""

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

import comity
from comity import errors, messages

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "comity"
LOCALE = SOURCE / "locale"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MAX_LINES = 500
NO_IDEA = {
    "util",
    "utils",
    "helper",
    "helpers",
    "service",
    "services",
    "manager",
    "managers",
    "common",
    "misc",
}
ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)
}
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
FILE_NAMES = (
    ".html",
    ".txt",
    ".toml",
    ".json",
    ".pdf",
    ".zip",
    ".typ",
    ".jinja",
    ".md",
    ".css",
    ".js",
    ".db",
)


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


WIDE = {"src/comity/worker.py"}
"""Where any exception is caught, each with its reason beside it: one job's fault must not end all work."""


def place(path, node=None):
    where = path.relative_to(ROOT).as_posix()
    return where if node is None else f"{where}:{node.lineno}"


def calls(path):
    """Each call by the last part of the called name: ``errors.BadInput(...)`` is a call of ``BadInput``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield name, node


def literals(node):
    """The texts an expression can be, where they stand in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def raised():
    """(place, id, names of arguments or None where they come from a mapping) of each error made in src."""
    for path in MODULES:
        for name, node in calls(path):
            if name in ERRORS and node.args:
                names = {keyword.arg for keyword in node.keywords}
                for id in literals(node.args[0]):
                    yield place(path, node), id, None if None in names else names


def said():
    """The same for each message made or rendered by a literal id."""
    for path in MODULES:
        for name, node in calls(path):
            if name in {"message", "Message", "render"} and node.args:
                names = {keyword.arg for keyword in node.keywords}
                mapped = None in names or (name == "Message" and len(node.args) > 1)
                for id in literals(node.args[0]):
                    if ID.fullmatch(id) and not id.endswith(FILE_NAMES):
                        yield place(path, node), id, None if mapped else names - {"language"}


def catalogues():
    return [
        (file, tomllib.loads(file.read_text(encoding="utf-8"))) for file in sorted(LOCALE.rglob("*.toml"))
    ]


def test_there_is_something_to_hold():
    assert len(MODULES) > 5
    assert Path(comity.__file__).parent == SOURCE


@pytest.mark.parametrize("path", MODULES + TESTS, ids=place)
def test_a_module_is_one_idea_of_one_size_that_says_what_it_is(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{place(path)} has {lines} lines; {MAX_LINES} are the most"
    parts = {part.removesuffix(".py").strip("_") for part in path.relative_to(ROOT).parts}
    assert not parts & NO_IDEA, f"{place(path)} is named by no noun of the field"
    if lines:
        assert ast.get_docstring(tree(path)), f"{place(path)} does not say what it is"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_a_module_says_what_it_promises_and_leaves_to_others(path):
    said = ast.get_docstring(tree(path)) or ""
    if path.name != "__init__.py":
        assert re.search(r"\bpromise", said, re.IGNORECASE), place(path)
        assert re.search(r"\bleaves\b", said, re.IGNORECASE), place(path)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_exception_is_caught_that_was_not_meant(path):
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        assert node.type is not None, f"{place(path, node)}: bare except"
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = {getattr(kind, "id", getattr(kind, "attr", "")) for kind in kinds}
        assert "Exception" not in names or place(path) in WIDE, f"{place(path, node)}: except Exception"
        if "BaseException" in names:  # to clean up and go on raising, or to hand it to who waits for it
            again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            inner = [part for line in node.body for part in ast.walk(line)]
            handed = node.name in {part.id for part in inner if isinstance(part, ast.Name)}
            assert again or handed, f"{place(path, node)}: BaseException is swallowed"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_no_exception_is_suppressed_that_was_not_meant(path):
    for name, node in calls(path):
        if name == "suppress":
            kinds = {getattr(kind, "id", getattr(kind, "attr", "")) for kind in node.args}
            assert not kinds & {"Exception", "BaseException"}, place(path, node)


@pytest.mark.parametrize("path", [m for m in MODULES if m.name == "__init__.py"], ids=place)
def test_a_room_hands_on_only_its_own(path):
    """import-linter's contracts on pure rooms look at the modules inside a room, and rely on this."""
    room = ".".join(path.parent.relative_to(SOURCE.parent).parts)
    for node in tree(path).body:
        if isinstance(node, ast.Import):
            taken = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            taken = [node.module or ""]
        else:
            continue
        for module in taken:
            own = module == room or module.startswith(f"{room}.")
            assert own or module == "__future__", f"{place(path, node)}: {module}"


def test_every_error_has_its_two_texts_and_their_arguments():
    texts = messages.catalogue("en")
    faults = []
    for where, id, names in raised():
        for key in (id, f"{id}.do"):
            if key not in texts:
                faults.append(f"{where}: {key} has no text")
            elif names is not None and (missing := placeholders(texts[key]) - names):
                faults.append(f"{where}: {key} asks for {', '.join(sorted(missing))}")
    assert not faults, "\n".join(faults)


def test_every_message_has_its_text_and_its_arguments():
    texts = messages.catalogue("en")
    faults = []
    for where, id, names in said():
        if id not in texts:
            faults.append(f"{where}: {id} has no text")
        elif names is not None and (missing := placeholders(texts[id]) - names):
            faults.append(f"{where}: {id} asks for {', '.join(sorted(missing))}")
    assert not faults, "\n".join(faults)


def test_every_text_is_used():
    """By its literal id in src (code, templates, data), or by an f-string that can make it."""
    used = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(SOURCE.rglob("*"))
        if path.is_file() and LOCALE not in path.parents and path.suffix not in {".pyc", ".so"}
    )
    words = {match[0] for match in ID.finditer(used)}
    patterns = []
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if re.match(r"[a-z][a-z0-9_]*\.", start):
                    parts = [
                        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_.]+"
                        for part in node.values
                    ]
                    patterns.append(re.compile("".join(parts)))
    idle = [
        id
        for id in messages.catalogue("en")
        if id.removesuffix(".do") not in words
        and id not in words
        and not any(pattern.fullmatch(id) for pattern in patterns)
    ]
    assert not idle, f"no one says: {', '.join(idle)}"


@pytest.mark.parametrize(("file", "texts"), catalogues(), ids=[file.name for file, _ in catalogues()])
def test_a_catalogue_is_flat_and_its_texts_can_be_filled(file, texts):
    for id, text in texts.items():
        assert ID.fullmatch(id), f"{place(file)}: {id}"
        assert isinstance(text, str), f"{place(file)}: {id} is no text"
        assert text.strip(), f"{place(file)}: {id} is empty"
        for _, name, form, conversion in string.Formatter().parse(text):
            if name is not None:
                assert name.isidentifier(), f"{place(file)}: {id}: {{{name}}}"
                assert not form, f"{place(file)}: {id}: how a value is written is not the text's to say"
                assert not conversion, f"{place(file)}: {id}"
        if id.endswith(".do"):
            assert id.removesuffix(".do") in texts, f"{place(file)}: {id} has nothing to be done about"


def test_other_languages_say_the_same():
    english = messages.catalogue("en")
    for language in messages.languages():
        for id, text in messages.catalogue(language).items():
            assert id in english, f"{language}: {id}"
            assert placeholders(text) == placeholders(english[id]), f"{language}: {id}"


def test_the_table_of_bad_input_names_tests_that_are_there():
    table = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z/_]+\.py)`", table))
    assert len(named) > 20
    assert [
        name for name in sorted(named) if not any((ROOT / top / name).is_file() for top in ("tests", "."))
    ] == []


LOGGED = {
    "act", "acts", "address", "cases", "delivery", "error", "fault", "first", "job", "key", "kind",
    "not_taken", "outcome", "pieces", "request", "second", "size", "state", "status", "step", "times",
    "tries", "what",
}  # fmt: skip
"""What a line of the service log may tell: ids of one thing, ids of errors, numbers. Never which case."""


def test_the_service_log_names_no_case_and_ties_nothing_to_one():
    told = {
        (path.name, word.arg)
        for path in MODULES
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "_log"
        for word in call.keywords
        if word.arg is not None
    }
    assert ("scrub.py", "address") in told
    assert {one for one in told if one[1] not in LOGGED} == set()
