"""Pictures: every State is drawn, what is drawn says what it is, and foreign text is never markup."""

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest

from comity.law import packaged_bundle
from comity.letters.picture import COLOURS, Class, Line, as_png, drawn, timeline, world_map

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert(1)</script> & "x"'
ONE = (Class("bound", "strong", {"PT": "Portugal: bound", "MT": "Malta: bound"}), Class("rest", "none", {}))


def filled(svg, colour):
    return [e for e in ET.fromstring(svg).iter() if e.get("fill") == colour and e.tag != f"{SVG}rect"]


def test_every_state_and_territory_of_the_law_data_has_a_shape_or_a_dot():
    nations = packaged_bundle().content.nations
    codes = {n.code for n in nations if n.kind == "state"} | {t.code for n in nations for t in n.territories}
    assert codes <= drawn()


def test_a_state_bears_its_colour_and_says_why_large_or_small():
    svg = world_map("T", ("note",), ONE)
    titles = sorted(e.find(f"{SVG}title").text for e in filled(svg, COLOURS["strong"]))
    assert titles == ["Malta: bound", "Portugal: bound"]
    assert {e.tag for e in filled(svg, COLOURS["strong"])} == {f"{SVG}path", f"{SVG}circle"}


def test_the_whole_is_told_in_words_for_who_cannot_see_it():
    root = ET.fromstring(world_map("The title", ("No position on boundaries.",), ONE))
    assert root.find(f"{SVG}title").text == "The title"
    told = root.find(f"{SVG}desc").text
    assert "bound: 2" in told
    assert "No position on boundaries." in told
    assert root.get("role") == "img"


def test_foreign_text_is_no_markup():
    svg = world_map(HOSTILE, (HOSTILE,), (Class(HOSTILE, "strong", {"PT": HOSTILE}),))
    lines = timeline(HOSTILE, (HOSTILE,), (Line(HOSTILE, "light", ((date(2026, 1, 1), 1),)),), (2, HOSTILE))
    for picture in (svg, lines):
        assert not [e for e in ET.fromstring(picture).iter() if "script" in e.tag]


def test_no_two_colours_are_one():
    assert len(set(COLOURS.values())) == len(COLOURS)


@pytest.mark.parametrize(
    "points", [(), ((date(2026, 1, 1), 0),), ((date(2026, 1, 1), 3), (date(2026, 2, 1), 5))]
)
def test_a_line_of_time_of_none_one_and_many(points):
    root = ET.fromstring(timeline("T", (), (Line("signed", "light", points),), None))
    assert len([e for e in root.iter(f"{SVG}path") if e.get("fill") == "none"]) == bool(points)


def test_the_same_values_give_the_same_picture():
    assert world_map("T", (), ONE) == world_map("T", (), ONE)


def test_a_png_is_a_png():
    assert as_png(world_map("T", (), ONE)).startswith(b"\x89PNG")


def test_levels_of_a_timeline_are_round_and_reach_the_highest_count():
    for most, levels in (
        (74, "0 20 40 60 80"),
        (3, "0 1 2 3"),
        (40, "0 10 20 30 40"),
        (193, "0 50 100 150 200"),
    ):
        line = Line("x", "light", ((date(2025, 10, 25), 1), (date(2026, 11, 22), most)))
        told = re.findall(
            r'<text x="40"[^>]*font-size="24"[^>]*>(\d+)</text>', timeline("t", (), (line,), None)
        )
        assert " ".join(told) == levels
