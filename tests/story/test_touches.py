"""Every touch of an exhibit is in its custody, and before its content is read; what was refused too."""

from dataclasses import replace

import handing as h
import pytest

from comity import store
from comity.app import custody, examine, exhibit, opening, selection
from comity.app.analysis import note_analysis
from comity.app.hand_out import Leave, hand_out_exhibit
from comity.app.node import Reader
from comity.app.selection import Asked
from comity.app.touch import ITSELF
from comity.errors import BadInput, NotPermitted, Unavailable
from comity.evidence import Criteria, Tool

TOOLS = (Tool(name="Autopsy", version="4.21.0"), Tool(name="plaso", version="20260101"))


def last(side, request, id):
    return custody.custody_list(side.node, request.header.case, id)[-1]


def test_an_analysis_names_its_programs_and_what_came_of_it(pair, request_, files):
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    for tools in ((), TOOLS * 9, (Tool(name=" ", version="1"),)):
        with h.fails(BadInput, "evidence_app."):
            note_analysis(side.node, case, id, tools, "Time line.", side["examiner"])
    assert h.actions(side, request_, id) == ["taken_in", "sealed"]
    note_analysis(side.node, case, id, TOOLS, "Time line.", side["examiner"], result="ab" * 32)
    event = last(side, request_, id)
    assert (event.action, event.tools, event.note) == ("analysed", TOOLS, "ab" * 32)
    assert (event.purpose, event.counter) == ("Time line.", 3)
    examine.examine(side.node, case, id, side["examiner"])
    assert {"comity", "python"} <= {tool.name for tool in last(side, request_, id).tools}
    assert exhibit.verify_exhibit(side.node, case, id).events == 5  # opened for it, and examined


def test_what_is_read_is_in_custody_before_it_is_read(pair, request_, files, monkeypatch):
    """A crash while it is read must not hide that it was."""
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")

    def crash(*_, **__):
        raise RuntimeError

    asked = Asked(Criteria(paths=("inbox",), data=(), accounts=(), since=None, until=None))
    deeds = (
        (
            lambda: examine.examine(side.node, case, id, side["examiner"]),
            examine.age,
            "open_range",
            "listing",
        ),
        (
            lambda: selection.select(side.node, case, id, asked, "The order.", side["examiner"]),
            selection,
            "take_in",
            "The order.",
        ),
    )
    for number, (deed, room, name, purpose) in enumerate(deeds, start=1):
        with monkeypatch.context() as patch:
            patch.setattr(room, name, crash)
            with pytest.raises(RuntimeError):
                deed()
        assert h.actions(side, request_, id)[2:] == ["opened"] * number
        assert last(side, request_, id).purpose == purpose


def test_a_check_for_a_person_is_a_touch_and_one_of_the_machine_is_none(pair, request_, files):
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    exhibit.verify_exhibit(side.node, case, id)
    assert h.actions(side, request_, id) == ["taken_in", "sealed"]
    read_by = replace(side.node, reader=Reader(side["examiner"]))
    assert exhibit.verify_exhibit(read_by, case, id).events == 3
    opening.check_file(read_by, case, id, "inbox")
    assert h.actions(side, request_, id)[2:] == ["checked", "checked"]
    assert last(side, request_, id).who != ITSELF


def test_what_was_refused_is_in_custody_and_nothing_was_opened(pair, request_, files, tmp_path):
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    alone = Leave(side["examiner"], side["examiner"], "the court", "for counsel")
    with pytest.raises(NotPermitted):
        hand_out_exhibit(side.node, case, id, alone, tmp_path / "bag")
    assert h.actions(side, request_, id)[2:] == ["refused_access"]
    assert not (tmp_path / "bag").exists()
    both = replace(alone, second=side["approver"])
    # What cannot be opened then is refused before two have said that it was handed out.
    acts = h.count(side, request_)
    (tmp_path / "file").write_bytes(b"")
    for leave, place, error, told in (
        (replace(both, purpose="x" * 301), tmp_path / "bag", BadInput, "evidence_app.not_a_line"),
        (both, tmp_path / "file" / "bag", Unavailable, "evidence.no_place"),
        (both, tmp_path / "file" / "deeper" / "bag", Unavailable, "evidence.no_place"),
        (both, tmp_path / ("b" * 300), Unavailable, "evidence.package_disk"),
    ):
        with h.fails(error, told):
            hand_out_exhibit(side.node, case, id, leave, place)
    assert h.count(side, request_) == acts
    assert h.actions(side, request_, id)[2:] == ["refused_access"]
    act, _ = hand_out_exhibit(side.node, case, id, both, tmp_path / "bag")
    events = custody.custody_list(side.node, case, id)[3:]
    assert [(event.action, event.note) for event in events] == [("opened", act.id), ("exported", act.id)]


def test_what_came_in_is_told_when_it_came_and_not_when_somebody_looked(pair, request_, files):
    id = h.sealed_and_released(pair, request_, files / "mail")
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with pair.gh.node.db.read() as conn:
        (row,) = store.custody_of(conn, request_.header.case, id)
    custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    received, checked = custody.custody_list(pair.gh.node, request_.header.case, id)
    assert (row.counter, received.action, received.who, received.note) == (1, "received", ITSELF, act.id)
    assert (checked.action, checked.who != ITSELF) == ("checked", True)
    assert (received.object, received.case) == (checked.object, checked.case)
