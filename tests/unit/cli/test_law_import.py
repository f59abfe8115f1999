"""``comity law import-untc`` and ``status``: nothing is written unasked, and what is written says where."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import found

from comity.app.node import open_node
from comity.cli import program
from comity.cli.session import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "law"))
import untc


def run(*args, data=None, ok=True):
    environment = {} if data is None else {"COMITY_DATA": str(data)}
    result = CliRunner().invoke(program, [str(a) for a in args], obj=Session(environment=environment))
    assert (result.exit_code == 0) is ok, result.output
    return result.output


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "list.xml"
    path.write_bytes(untc.listed(extra=untc.DECLARATIONS))
    return path


def test_a_list_is_only_compared_unless_told_otherwise(listed, tmp_path):
    told = json.loads(run("law", "import-untc", listed, "--json", data=tmp_path / "no-node"))
    assert told["applied"] is None
    assert {c["state"] for c in told["changes"]} >= {"AZ", "US", "VN"}
    words = run("law", "import-untc", listed)
    assert "Nothing was changed" in words
    assert "AZ Azerbaijan, now dated" in words
    assert not (tmp_path / "no-node").exists()


def test_taking_over_needs_a_day_and_a_node(listed, tmp_path):
    assert "--as-of" in run("law", "import-untc", listed, "--apply", ok=False)
    assert "not come yet" in run("law", "import-untc", listed, "--as-of", "2999-01-01", ok=False)
    run("law", "import-untc", listed, "--apply", "--as-of", "2026-11-20", ok=False)


def test_a_list_taken_over_lies_in_the_data_folder_and_is_what_the_node_goes_by(listed, tmp_path):
    folder = tmp_path / "gh"
    found(folder, "GH")
    before = json.loads(run("law", "relation", "GH", "AZ", "--json", data=folder))["bundle"]
    told = json.loads(
        run("law", "import-untc", listed, "--apply", "--as-of", "2026-11-20", "--json", data=folder)
    )
    assert Path(told["applied"]["file"]) == folder / "law" / "rolls" / "uncc.toml"
    assert told["applied"]["before"] == before
    after = json.loads(run("law", "relation", "GH", "AZ", "--json", data=folder))["bundle"]
    assert after == told["applied"]["after"] != before
    # Acts name the law data by its digest; whoever verifies them later needs its bytes.
    with open_node(folder, {}).db as db, db.read() as conn:
        from comity.store import get_bundle

        assert get_bundle(conn, after)
    assert json.loads(run("law", "import-untc", listed, "--json", data=folder))["changes"] == []
    assert "depositary's list of 2026-11-20" in run("law", "status", "Viet Nam", data=folder)
    assert "older" in run("law", "import-untc", listed, "--as-of", "2026-11-19", data=folder, ok=False)
    assert json.loads(run("law", "relation", "GH", "AZ", "--json"))["bundle"] == before, "not the program's"


def test_a_roll_that_was_damaged_is_told_by_its_name(tmp_path):
    found(tmp_path / "gh", "GH")
    folder = tmp_path / "gh" / "law" / "rolls"
    folder.mkdir(parents=True)
    (folder / "uncc.toml").write_text("[roll]\n", encoding="utf-8")
    assert "rolls/uncc.toml" in run("law", "status", "GH", data=tmp_path / "gh", ok=False)


def test_a_page_instead_of_the_list_is_told(tmp_path):
    path = tmp_path / "list.xml"
    path.write_bytes(untc.MAINTENANCE)
    assert "maintenance" in run("law", "import-untc", path, ok=False)


def test_a_state_by_any_name_and_what_is_not_held():
    told = json.loads(run("law", "status", "ivory coast", "--instrument", "budapest", "--json"))
    assert told["state"] == "CI"
    (budapest,) = told["instruments"]
    assert [(s["step"], s["on"], s["mark"]) for s in budapest["steps"]] == [("accession", "2024-07-29", "A")]
    assert budapest["steps"][0]["sources"]
    assert budapest["steps"][0]["as_of"] == "2026-11-21"
    assert "reservations" in told["not_held"]
    words = run("law", "status", "Hong Kong")
    assert "CN answers for it" in words
    assert "no step held" in words


def test_an_instrument_with_every_state_held():
    (uncc,) = json.loads(run("law", "status", "--instrument", "uncc", "--json"))
    assert (uncc["in_force"], uncc["missing"], uncc["signed_held"]) == ("no", 37, 74)
    assert len(uncc["states"]) == 74
    assert "37 more" in run("law", "status", "--instrument", "uncc")


def test_a_near_miss_is_offered():
    assert "Did you mean Portugal (PT)?" in run("law", "status", "Portugl", ok=False)


def test_a_relation_by_names_with_an_offence_says_what_is_not_held():
    words = run("law", "relation", "Ghana", "PRT", "--on", "2026-11-21", "--offence", "illegal_access")
    assert "37 more ratifications" in words
    assert "GH, central authority: not held" in words
    assert "illegal_access under uncc" in words
    assert "before the oldest" in run("law", "relation", "GH", "PT", "--on", "1999-01-01", ok=False)
