"""A request file: what a fresh one says, and what is said of one that is wrong."""

import tomllib
from datetime import UTC, datetime

import pytest

from comity.acts.terms import Basis
from comity.app.contents import builds_on
from comity.app.draft import read_additions, read_draft, speak
from comity.app.form import new_file
from comity.errors import BadInput
from comity.law import packaged_bundle

NOW = datetime(2026, 11, 21, tzinfo=UTC)
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
    .replace('did = ""', 'did = "Somebody entered."')
)


def fault(text):
    with pytest.raises(BadInput) as caught:
        read_draft(text.encode() if isinstance(text, str) else text, "request.toml")
    return caught.value


def test_a_fresh_file_is_toml_and_says_all_that_is_missing_at_once():
    tomllib.loads(FRESH)
    told = fault(FRESH)
    assert told.id == "draft.member_missing"
    for member in ("subject", "purpose", "conduct.did", "offence.title", "proceeding.number"):
        assert member in str(told.arguments["where"])


def test_a_filled_file_reads_without_what_stands_behind_a_hash():
    draft = read_draft(FILLED.encode(), "request.toml")
    assert draft.offence.max_penalty_months is None
    assert draft.conduct.did == "Somebody entered."
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


STATED = FILLED.replace(
    "# [[conduct.documents]]\n"
    '# id = "charge"\n'
    '# kind = "charge"\n'
    '# reference = "Charge of 3 November, count 1, annex 1"\n'
    '# digest = "(sha256sum of the file: 64 digits)"',
    '[[conduct.documents]]\nid = "charge"\nkind = "charge"\nreference = "Charge, count 1"\n'
    f'digest = "{"1" * 64}"',
).replace(
    '# [[conduct.elements]]\n# element = "without_right"\n# present = true\n# cites = ["charge"]',
    '[[conduct.elements]]\nelement = "without_right"\npresent = true\ncites = ["charge"]',
)


def test_the_table_of_conduct_becomes_a_statement_and_text_of_before_stays_text():
    told = speak(read_draft(STATED.encode(), "request.toml"), NOW)
    conduct = told.fields["conduct"]
    assert (conduct.did, conduct.who, conduct.stated) == ("Somebody entered.", None, ("did",))
    assert [(e.element, e.present, e.cites) for e in conduct.elements] == [
        ("without_right", True, ("charge",))
    ]
    assert conduct.sources(conduct.elements[0])[0].digest == "1" * 64
    head, _, rest = FILLED.partition("[conduct]")
    before = f'{head}conduct = "Somebody entered."\n[offence]{rest.partition("[offence]")[2]}'
    told = speak(read_draft(before.encode(), "request.toml"), NOW)
    assert told.fields["conduct"] == "Somebody entered."


@pytest.mark.parametrize(
    ("before", "after", "id", "told"),
    [
        ('did = "Somebody entered."', 'done = "x"', "draft.member_missing", "conduct.did"),
        ('who = ""', 'whom = "x"', "draft.member_unknown", "conduct.whom"),
        (
            'element = "without_right"',
            'element = "theft"',
            "draft.member_choice",
            "conduct.elements.0.element",
        ),
        ("present = true", 'present = "yes"', "draft.not_valid", "conduct.elements.0.present"),
        ("[conduct]", "[conduct]\nbegan = 2026-10-01", "draft.bare_date", "2026-10-01"),
        ('cites = ["charge"]', 'cites = ["order"]', "draft.conduct_not_whole", "not listed"),
        (
            "[conduct]",
            '[conduct]\nbegan = "2026-10-02"\nended = "2026-10-01"',
            "draft.conduct_not_whole",
            "ends",
        ),
        ("# max_penalty_months = 60", 'penalty = "death"', "draft.member_choice", "life"),
    ],
)
def test_what_is_wrong_with_a_statement_is_named_by_its_member(before, after, id, told):
    assert before in STATED

    def said():
        return speak(read_draft(STATED.replace(before, after, 1).encode(), "request.toml"), NOW)

    with pytest.raises(BadInput) as caught:
        said()
    assert caught.value.id == id
    assert told in str(caught.value.arguments)


def test_two_maxima_are_refused_before_anything_is_said():
    text = STATED.replace("# max_penalty_months = 60", 'max_penalty_months = 60\npenalty = "life"')
    assert fault(text).id == "draft.not_valid"


@pytest.mark.parametrize(
    ("measure", "earlier", "builds"),
    [
        ("access_stored", "preserve", True),
        ("access_stored", "emergency_data", True),
        ("access_stored", "police_cooperation", True),
        ("preserve", "emergency_data", False),
        ("police_cooperation", "emergency_data", False),
        ("access_stored", "take_statement", False),
    ],
)
def test_what_was_no_evidence_is_built_on_by_what_gives_evidence_alone(measure, earlier, builds):
    assert builds_on(packaged_bundle(), measure, earlier) is builds
