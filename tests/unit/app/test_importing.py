"""Lists of old cases: each bad line told by number and column; what is no list is refused."""

from datetime import date

import pytest

from comity.app.importing import COLUMNS, Fault, read_list
from comity.errors import BadInput
from comity.law import packaged_bundle

HEAD = "reference,direction,state,measure,opened,closed,outcome,subject,scan,note"
LINE = "2019/17,incoming,ES,access_stored,2019-02-01,2019-08-01,grant,A mailbox,,"
TODAY = date(2026, 11, 22)


def read(*lines, head=HEAD):
    return read_list("\n".join((head, *lines)).encode(), packaged_bundle(), "PT", TODAY)


def with_cell(column, text):
    cells = dict(zip(HEAD.split(","), LINE.split(","), strict=True))
    return ",".join(f'"{text}"' if name == column else cell for name, cell in cells.items())


def test_a_line_that_holds_is_read_with_all_it_says():
    found = read(LINE)
    (one,) = found.cases
    assert (one.line, one.reference, one.subject, one.note) == (2, "2019/17", "A mailbox", None)
    assert (one.terms.state, one.terms.outcome, one.terms.scan) == ("ES", "grant", None)
    assert found.faults == ()


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("reference", "", "empty"),
        ("reference", "x" * 301, "long"),
        ("subject", "turned \u202e round", "unseen"),
        ("direction", "inward", "direction"),
        ("state", "PT", "state"),
        ("state", "QQ", "state"),
        ("measure", "spy", "measure"),
        ("opened", "1.2.2019", "day"),
        ("opened", "2030-01-01", "day"),
        ("closed", "2019-01-01", "closed_before"),
        ("outcome", "maybe", "outcome"),
        ("scan", "F" * 64, "scan"),
    ],
)
def test_a_bad_cell_is_told_by_line_and_column_and_the_others_are_still_read(column, text, reason):
    found = read(LINE.replace("17", "16"), with_cell(column, text), LINE.replace("17", "18"))
    assert found.faults == (Fault(3, column, f"import.line.{reason}"),)
    assert [one.line for one in found.cases] == [2, 4]


def test_every_fault_of_a_list_is_told_and_a_reference_stands_in_it_once():
    found = read(LINE, LINE, "one,two", with_cell("state", "QQ").replace("grant", "maybe"))
    told = [(one.line, one.column, one.reason.rpartition(".")[2]) for one in found.faults]
    assert told == [
        (3, "reference", "twice"),
        (4, "-", "cells"),
        (5, "state", "state"),
        (5, "outcome", "outcome"),
        (5, "reference", "twice"),
    ]


def test_a_cell_may_hold_commas_and_line_ends_and_lines_are_counted_as_in_the_file():
    found = read(with_cell("note", "one,\ntwo"), LINE.replace("17", "18") + ",too much")
    assert found.cases[0].note == "one,\ntwo"
    assert [one.line for one in found.faults] == [4]


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"\xff\xfe", "import.not_utf8"),
        (b"reference,colour", "import.unknown_column"),
        (b"reference,reference", "import.unknown_column"),
        (b"reference,direction,state,measure", "import.column_missing"),
        (b"", "import.column_missing"),
        (f'{HEAD}\n"open'.encode(), "import.not_csv"),
    ],
)
def test_what_is_no_list_is_refused(data, id):
    with pytest.raises(BadInput, match=rf"^{id}\b"):
        read_list(data, packaged_bundle(), "PT", TODAY)


def test_the_columns_that_the_help_names_are_those_that_are_read():
    assert set(COLUMNS) == set(HEAD.split(","))
