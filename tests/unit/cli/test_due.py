"""``comity due``: what it tells, and what it refuses."""

import json

import pytest


def test_where_nothing_is_due_it_says_so(lone, tmp_path):
    assert lone.json("due") == {"due": [], "next": None}
    assert "Nothing is due" in lone("due", "--within", "8h").stdout
    assert lone.json("due", "--mine", "--as", "ama")["due"] == []
    assert lone.json("due", "--urgent-first") == {"due": [], "next": None}
    file = tmp_path / "due.ics"
    assert "0" in lone("due", "--ics", str(file)).stdout
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("due", "--within", "soon"), "is no period"),
        (("due", "--within", "-3d"), "is no period"),
        (("due", "--within", "99999w"), "is no period"),
        (("due", "--within", ""), "is no period"),
        (("due", "--case", "ffff"), "ffff"),
        (("due", "--mine", "--as", "nobody"), "nobody"),
        (("due", "--mine"), "whose"),
        (("due", "--case", "ffff", "--mine"), "not both"),
        (("due", "--case", "ffff", "--urgent-first"), "listed whole"),
        (("due", "--after", "1.2.3", "--urgent-first"), "listed whole"),
    ],
)
def test_wrong_input_is_told_with_what_to_do(lone, args, told):
    done = lone.run(*args)
    assert done.exit_code not in {0, 1}
    assert told in done.stderr
    problem = json.loads(lone.run(*args, "--json").stderr)
    assert problem["title"]
    assert problem["detail"]
