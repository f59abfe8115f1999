"""A request file: what a fresh one says, and what is said of one that is wrong."""

import tomllib

import pytest

from comity.acts.terms import Basis
from comity.app.draft import read_additions, read_draft
from comity.app.form import new_file
from comity.errors import BadInput
from comity.law import packaged_bundle

FRESH = new_file(
    "request",
    own="gh:central-authority",
    to="pt:central-authority",
    measure=packaged_bundle().measure("access_stored"),
    bases=(Basis(instrument="budapest", provision="budapest.stored.request"),),
)
FILLED = (
    FRESH.replace('subject = ""', 'subject = "One line"')
    .replace('purpose = ""', 'purpose = "To see"')
    .replace('title = ""', 'title = "Access"')
    .replace('law = ""', 'law = "Act"')
    .replace('number = ""', 'number = "1"')
    .replace('authority = ""', 'authority = "Police"')
    .replace('description = ""', 'description = "Who"')
    .replace('conduct = """', 'conduct = """Somebody entered.')
)


def fault(text):
    with pytest.raises(BadInput) as caught:
        read_draft(text.encode() if isinstance(text, str) else text, "request.toml")
    return caught.value


def test_a_fresh_file_is_toml_and_says_all_that_is_missing_at_once():
    tomllib.loads(FRESH)
    told = fault(FRESH)
    assert told.id == "draft.member_missing"
    for member in ("subject", "purpose", "conduct", "offence.title", "proceeding.number"):
        assert member in str(told.arguments["where"])


def test_a_filled_file_reads_without_what_stands_behind_a_hash():
    draft = read_draft(FILLED.encode(), "request.toml")
    assert draft.offence.max_penalty_months is None
    assert draft.conduct.strip() == "Somebody entered."
    assert draft.follows is None


@pytest.mark.parametrize(
    ("before", "after", "id", "told"),
    [
        ('data = "subscriber"', 'data = "everything"', "draft.member_choice", "traffic"),
        ('urgency = "ordinary"', 'urgency = "very"', "draft.member_choice", "emergency"),
        ("confidential = true", "confidental = true", "draft.member_unknown", "confidental"),
        ("confidential = true", 'confidential = "yes"', "draft.not_valid", "confidential"),
        ('# since = "2026-10-01T00:00:00Z"', "since = 2026-10-01", "draft.bare_date", "2026-10-01"),
        ('# since = "2026-10-01T00:00:00Z"', 'since = "October"', "draft.not_valid", "since"),
        ("# max_penalty_months = 60", "max_penalty_months = 0.5", "draft.fraction", "0.5"),
        ("# max_penalty_months = 60", "max_penalty_months = -1", "draft.not_valid", "max_penalty"),
        ('id = "item-1"', 'id = "Item 1"', "draft.not_valid", "items.0.id"),
        ("[offence]", "[offence", "draft.not_toml", "request.toml"),
    ],
)
def test_what_is_wrong_is_named_in_plain_words(before, after, id, told):
    assert before in FILLED
    error = fault(FILLED.replace(before, after, 1))
    assert error.id == id
    assert told in str(error.arguments)


def test_an_instant_may_stand_without_quotation_marks():
    text = FILLED.replace('# since = "2026-10-01T00:00:00Z"', "since = 2026-10-01T02:00:00+02:00")
    assert read_draft(text.encode(), "request.toml").items[0].since == "2026-10-01T00:00:00Z"


def test_bytes_that_are_no_text_are_said_to_be_none():
    assert fault(b"\xff\xfe").id == "draft.not_utf8"


def test_additions_are_items_and_facts_alone():
    text = '[[items]]\nid = "holder"\ndata = "subscriber"\ndescription = "Who"\n'
    ((item, selector),), facts = read_additions(text.encode(), "more.toml")
    assert (item.id, selector.item, facts) == ("holder", "holder", ())
    with pytest.raises(BadInput):
        read_additions(b'purpose = "else"', "more.toml")
