"""``comity law forecast``: what is supposed is named, and a vote is counted by the rule that is held."""

import json

import pytest
from click.testing import CliRunner

from comity.cli import program
from comity.cli.session import Session


def run(*args, ok=True):
    result = CliRunner().invoke(program, ["law", "forecast", *args], obj=Session(environment={}))
    assert (result.exit_code == 0) is ok, result.output
    return result.output


ON = ("--on", "2026-11-21")


def test_ninety_eight_present_need_sixty_six():
    told = json.loads(run("united states", "--present", "98", "--json", *ON))
    assert told["vote"]["needed"] == 66
    assert told["vote"]["sources"]
    assert "entry" not in told
    assert "66 votes needed of 98" in run("US", "--present", "98", *ON)


def test_a_count_says_what_is_still_needed():
    told = run("USA", "--yes", "60", "--no", "30", "--undecided", "8", *ON)
    assert "66 votes needed of 98" in told
    assert "6 more of the undecided are needed" in told


def test_deposits_are_supposed_by_name_and_by_number():
    told = json.loads(run("--deposits", "36=2027-03-01", "--deposit", "Portugal=2027-03-02", "--json", *ON))
    assert told["entry"]["enters"] == "2027-05-31"
    assert told["entry"]["bound"] == {"PT": "2027-05-31"}
    words = run("--deposits", "36=2027-03-01", "--deposit", "EU=2027-03-02", *ON)
    assert "1 more would be needed" in words
    assert "never one more" in words


@pytest.mark.parametrize(
    "args",
    [
        ("--present", "98"),
        ("PT", "--present", "98"),
        ("US", "--present", "101"),
        ("US", "--present", "0"),
        ("US", "--present", "90", "--yes", "91"),
        ("--deposit", "Portugal"),
        ("--deposit", "Portugal=soon"),
        ("--deposit", "Atlantis=2027-01-01"),
        ("--deposits", "many=2027-01-01"),
        ("--deposits", "0=2027-01-01"),
        ("--deposits", "99999999999=2027-01-01"),
        ("--deposits", "5=2020-01-01"),
        ("--instrument", "budapest"),
        ("--instrument", "hague"),
    ],
)
def test_what_cannot_be_is_told_and_what_to_do(args):
    assert len(run(*args, *ON, ok=False).strip().splitlines()) >= 2
