"""Wrong inputs to the commands on the law: each is refused in two lines, which name what would be right."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import program

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import laid_out

FILE = "FILE"


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("relation", "GH", "PT", "--measure", "teleport"), 3, "access_stored"),
        (("relation", "GH", "PT", "--offence", "arson"), 3, "illegal_access"),
        (("relation", "CN", "HK"), 2, "of one State (CN)"),
        (("relation", "GH", "GH"), 2, "named twice"),
        (("status", "GH", "--instrument", "hague"), 3, "budapest"),
        (("map", "-o", f"{FILE}.svg", "--on", "2024-12-23"), 2, "adopted on 2024-12-24"),
        (("timeline", "-o", f"{FILE}.svg", "--on", "1990-01-01"), 2, "adopted on 2024-12-24"),
    ],
)
def test_a_wrong_input_is_told_with_what_is_right(tmp_path, args, status, said):
    result = CliRunner().invoke(program, ["law", *(a.replace(FILE, str(tmp_path / "x")) for a in args)])
    assert result.exit_code == status, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 2
    assert said in result.stderr
    assert not list(tmp_path.iterdir()), "nothing half done"


def test_an_article_that_the_text_has_not_is_named(tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(laid_out.plain("en", articles={40, 41}), encoding="utf-8")
    result = CliRunner().invoke(program, ["law", "confirm", str(file), "--article", "42"])
    assert result.exit_code == 3
    assert "article 42" in result.stderr


def test_the_day_of_adoption_itself_has_a_picture(tmp_path):
    file = tmp_path / "x.svg"
    assert CliRunner().invoke(program, ["law", "map", "-o", str(file), "--on", "2024-12-24"]).exit_code == 0
    assert file.exists()


def test_the_state_whose_map_it_is_is_not_counted(tmp_path):
    file = tmp_path / "x.svg"
    assert CliRunner().invoke(program, ["law", "map", "GH", "-o", str(file)]).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert ">Ghana</text>" in text
    assert "comity law relation" in text, "how sure it is, is said elsewhere"
