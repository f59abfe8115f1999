"""What a State says of itself on its node is in the relation: authority, language, channel, basis."""

import json

import pytest
from desk import found

from comity.app.draft import Draft
from comity.app.node import open_node
from comity.app.send import check_draft
from comity.errors import NotFound

OVERLAY = """
[overlay]
state = "XA"
name = "Fictional Union XA, an example"
version = 1
on = "2026-11-21"
review_by = "2027-11-21"

[[source]]
key = "S-XAGAZETTE"
title = "Gazette of XA, an example"

[nation]
name = "Fictional Union XA"
kind = "union"

[[nation.territories]]
code = "XP"
name = "Public Prosecutor's Office of XA"
kind = "office"

[[nation.territories]]
code = "XR"
name = "Special Region of XA"
kind = "special_region"

[[nation.notices]]
topic = "central_authority"
value = "Ministry of Justice of XA"
since = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]

[[nation.notices]]
topic = "central_authority"
territory = "XP"
value = "The Office itself, seat in XA-City"
since = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]

[[nation.notices]]
topic = "languages"
value = "English"
since = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]

[[nation.notices]]
topic = "languages"
towards = ["PT"]
value = "Portuguese"
since = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]

[[nation.notices]]
topic = "urgent_channel"
instrument = "budapest"
value = "By telephone, confirmed in writing"
since = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]

[[described]]
key = "xa.treaty.gh"
state = "XA"
other = "GH"
kind = "bilateral_treaty"
name = "Treaty of XA and Ghana, an example"
since = "2026-01-01"
measures = ["access_stored"]
offence_classes = ["convention", "serious", "other"]
dual_criminality = "not_required"
channel = "Between the ministries"
languages = ["en"]
conditions = "A translation"
mark = "A"
sources = ["S-XAGAZETTE"]
last_checked = "2026-11-21"
review_by = "2027-11-21"

[[status]]
state = "XA"
instrument = "budapest"
event = "party"
on = "2026-01-01"
organisation = true
mark = "A"
sources = ["S-XAGAZETTE"]

[[status]]
state = "XA"
instrument = "budapest"
event = "territorial"
territory = "XP"
extends = true
organisation = true
on = "2026-01-01"
mark = "A"
sources = ["S-XAGAZETTE"]
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """The node of a fictional union whose adviser has adopted what it says of itself."""
    folder = tmp_path_factory.mktemp("told")
    made = found(folder / "xa", "XA")
    made(
        "person", "add", "efua", "--office", "xa:central-authority", "--work", "adviser", "--shown-name",
        "Officer 9", "--function", "adviser", "--instrument", "Appointment 9", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    file = folder / "own.toml"
    file.write_text(OVERLAY)
    act = made.act("law", "adopt", file, "--as", "efua", "--approver", "kofi", "--text", "Read.")
    made("approve", act, "--as", "kofi")
    return made


def told_of(desk, one, other, *more):
    value = desk.json("law", "relation", one, other, "--on", "2026-11-21", *more)
    return value, {(n["state"], n["topic"]): [h["value"] for h in n["held"]] for n in value["notices"]}


def test_authority_language_and_channel_are_those_that_the_state_told_of(desk):
    told = told_of(desk, "XA", "GH")[1]
    assert told["XA", "central_authority"] == ["Ministry of Justice of XA"]
    assert told["XA", "languages"] == ["English"]
    assert told["XA", "urgent_channel"] == ["By telephone, confirmed in writing"]
    assert told["XA", "channel"] == []
    assert told["GH", "central_authority"] == []
    words = desk("law", "relation", "XA", "GH", "--on", "2026-11-21").stdout
    assert "XA, central authority: Ministry of Justice of XA (since 2026-01-01, mark A)" in words
    assert "confirmed in writing (since 2026-01-01, mark A), under Budapest Convention" in words
    assert "GH, central authority: not held" in words
    assert "GH, channel in urgent cases" not in words


def test_what_it_told_one_state_alone_is_not_told_to_another(desk):
    assert told_of(desk, "XA", "PT")[1]["XA", "languages"] == ["English", "Portuguese"]
    assert told_of(desk, "XA", "GH")[1]["XA", "languages"] == ["English"]


def test_a_unions_office_and_a_region_have_their_own_competence_and_the_rest_of_their_union(desk):
    office, told = told_of(desk, "Public Prosecutor's Office of XA", "GH")
    assert told["XP", "central_authority"] == ["The Office itself, seat in XA-City"]
    assert told["XP", "languages"] == ["English"]
    assert {b["instrument"]: b["in_force"] for b in office["bindings"]}["budapest"] == "yes"
    region, told = told_of(desk, "XR", "GH")
    assert told["XR", "central_authority"] == ["Ministry of Justice of XA"]
    assert {b["instrument"]: b["in_force"] for b in region["bindings"]}["budapest"] == "unknown"
    desk.refused("law", "relation", "XP", "XA", status=2)


def test_what_is_told_is_not_held_to_be_missing_any_more(desk):
    missing = desk.json("law", "status", "XA")["not_held"]
    assert "central_authority" not in missing


def test_the_treaty_that_it_describes_is_shown_offered_and_put_into_a_fresh_request(desk):
    value, _ = told_of(desk, "XA", "GH", "--measure", "access_stored")
    (one,) = value["described"]
    assert (one["by"], one["since"], one["stands"], one["to_be_confirmed"]) == (
        "XA",
        "2026-01-01",
        "yes",
        False,
    )
    assert value["offers"][0]["provisions"] == ["xa.treaty.gh"]
    words = desk("law", "relation", "GH", "XA", "--on", "2026-11-21", "--measure", "access_stored").stdout
    assert "described by XA, since 2026-01-01" in words
    assert "conditions: A translation" in words
    fresh = desk("request", "new", "--from", "xa:central-authority", "--to", "gh:central-authority").stdout
    assert 'instrument = "described"\nprovision = "xa.treaty.gh"' in fresh


def test_a_request_may_rest_on_it_and_not_on_what_nobody_describes(desk):
    node = open_node(desk.folder, {})
    draft = {
        "kind": "request", "from": "xa:central-authority", "to": "gh:central-authority",
        "measure": "access_stored", "subject": "s", "purpose": "p", "conduct": "c",
        "offence": {"title": "t", "law": "l"},
        "proceeding": {"number": "1", "authority": "a", "stage": "investigation"},
        "bases": [{"instrument": "described", "provision": "xa.treaty.gh"}],
        "items": [{"id": "i", "data": "content", "description": "d"}],
    }  # fmt: skip
    with node.db:
        check_draft(node, Draft.model_validate_json(json.dumps(draft)))
        draft["bases"][0]["provision"] = "xa.treaty.pt"
        with pytest.raises(NotFound) as caught:
            check_draft(node, Draft.model_validate_json(json.dumps(draft)))
    assert caught.value.id == "app.basis_not_described"
