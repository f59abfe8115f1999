"""Every place that reads what an exhibit holds, or the names of its files, and that it asks the mark.

A deed that opens exhibits is in one of the lists below, or a test fails: whoever adds one says how it asks.
"""

import ast
from functools import cache
from pathlib import Path

import comity

SOURCE = Path(comity.__file__).parent
ROOMS = ("api", "app", "cli", "demo")

KEYS = {"unwrap", "unwrap_by"}
PLAIN = {"decrypt", "open_range", "open_sealed", "opened"}
NAMES = {"read_index"}

BY_THE_NODE = {
    ("app/analysis.py", "note_analysis"),
    ("app/deliver.py", "_content"),
    ("app/examine.py", "examine"),
    ("app/examine.py", "look_inside"),
    ("app/marking.py", "mark"),
    ("app/opening.py", "_held"),
    ("app/selection.py", "select"),
}
"""Who unwraps an exhibit's key with a key of the node: ``unwrap`` refuses what is marked."""

BY_THE_UNIT = {("app/content.py", "unwrap"), ("app/unseal.py", "_opened_by")}
"""Who unwraps it with keys that are handed in: after the mark was asked, or two of the unit have signed."""

READS = {
    ("app/content.py", "unwrap_by"),
    ("app/content.py", "opened"),
    ("app/cutting.py", "cut"),
    ("app/examine.py", "examine"),
    ("app/examine.py", "look_inside"),
    ("app/examine.py", "_opened_pieces"),  # for ``look_inside``
    ("app/marking.py", "mark"),
    ("app/medium.py", "_seal"),
    ("app/opening.py", "_prove_content"),
    ("app/opening.py", "check_file"),
    ("app/opening.py", "write_out"),
    ("app/selection.py", "_streams"),
    ("app/pdf_text.py", "read_here"),  # a PDF that somebody names, no exhibit
    ("app/unseal.py", "_opened_by"),
}
"""Who reads plaintext: with a key that one of the above gave, since there is no other way to one."""

TELLS_NAMES = {
    ("app/certify.py", "_terms"),  # not where a file is named of what is marked
    ("app/deliver.py", "_content"),  # after ``unwrap``
    ("app/examine.py", "examine"),  # likewise
    ("app/export.py", "_exhibits"),  # leaves out the index of what is marked
    ("app/marking.py", "mark"),  # after ``unwrap``
    ("app/opening.py", "hold"),  # of ``_held``, or of the unit's opening
    ("app/selection.py", "select"),  # after ``unwrap``
    ("cli/evidence.py", "evidence_add"),  # not of what it marks
}


@cache
def calls():
    """Each call in the rooms that have deeds: the name that is called, the module, the innermost function."""
    found = set()
    for path in (path for room in ROOMS for path in (SOURCE / room).rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        waiting = [(ast.parse(path.read_text(encoding="utf-8")), "")]
        while waiting:
            node, inside = waiting.pop()
            if isinstance(node, ast.Call):
                found.add((getattr(node.func, "id", getattr(node.func, "attr", "")), where, inside))
            inside = node.name if isinstance(node, ast.FunctionDef) else inside
            waiting += [(inner, inside) for inner in ast.iter_child_nodes(node)]
    return frozenset(found)


def callers(wanted):
    """Where a function of such a name is called: module and function."""
    return {(where, inside) for name, where, inside in calls() if name in wanted}


def test_whoever_has_a_key_of_an_exhibit_has_asked_the_mark():
    assert callers(KEYS) == BY_THE_NODE | BY_THE_UNIT
    assert callers({"refuse_protected"}) >= {
        ("app/content.py", "unwrap"),
        ("app/hand_out.py", "hand_out_exhibit"),
    }


def test_whoever_reads_plaintext_is_listed_with_its_key():
    assert callers(PLAIN) == READS


def test_whoever_tells_names_of_files_is_listed():
    assert callers(NAMES) == TELLS_NAMES


def test_no_other_room_takes_keys_out_of_the_store():
    assert callers({"exhibit_key"}) == {
        ("app/content.py", "unwrap_by"),
        ("app/destroy.py", "destroy"),
        ("app/move.py", "_is_destroyed"),  # asks whether there is one, and takes nothing of it
    }
