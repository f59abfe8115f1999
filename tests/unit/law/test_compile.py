"""From TOML to one bundle: what is refused, and that the bytes are always the same."""

import random

import pytest

from comity.errors import BadInput
from comity.law import Bundle, compile_bundle

PT = "states/PT.toml"
UNCC = "instruments/uncc/chapter_5.toml"


def test_two_compilations_give_the_same_bytes_in_whatever_order_the_files_come(files):
    names = list(files)
    random.Random(7).shuffle(names)
    shuffled = {name: files[name] for name in names}
    assert compile_bundle(files) == compile_bundle(shuffled)


def test_records_may_stand_in_any_file_of_their_folder(files):
    moved = dict(files)
    one = moved.pop("instruments/uncc/chapter_6.toml")
    moved["instruments/uncc/another_name.toml"] = one
    assert compile_bundle(moved) == compile_bundle(files)


def test_what_is_loaded_is_what_was_compiled(files):
    data = compile_bundle(files)
    assert Bundle.load(data).data == data


def test_a_changed_number_changes_the_digest(law, changed):
    other = changed(UNCC, "value = 60", "value = 61")
    assert other.digest != law.digest


def test_one_changed_byte_is_not_passed_over(law):
    with pytest.raises(BadInput):
        Bundle.load(law.data.replace(b'"v":1', b'"v":2'))
    with pytest.raises(BadInput):
        Bundle.load(law.data + b"\n")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (UNCC, 'kind = "duty"', 'kind = "duty"\nsumary = "misspelt"'),
        (UNCC, 'mark_content = "C"', 'mark_content = "D"'),
        (UNCC, 'key = "uncc.cooperation.offences"', 'key = "UNCC offences"'),
        (UNCC, "value = 60", "value = 60.0"),
        (UNCC, "value = 60", 'value = "60"'),
        (UNCC, 'review_by = "2027-05-21"', 'review_by = "2027-02-30"'),
        (UNCC, 'review_by = "2027-05-21"', 'review_by = "2027-05-21"\nchecked_by = "nobody"'),
        (PT, 'since = "2025-12"', 'since = "2025-13"'),
        (PT, 'effect = "not_punishable"', 'effect = "lawful"'),
        (PT, "[[nation.offences]]", "[[nation.crimes]]"),
        ("tables/story.toml", "[[table.rows]]", "[[table.row]]"),
    ],
)
def test_a_file_of_another_shape_is_refused_by_its_name(changed, name, old, new):
    with pytest.raises(BadInput) as caught:
        changed(name, old, new)
    assert caught.value.id == "law.file_not_right"
    assert caught.value.arguments["file"] == name


def test_a_file_that_is_no_toml_is_refused_by_its_name(changed):
    with pytest.raises(BadInput) as caught:
        changed(PT, "[nation]", "[nation")
    assert (caught.value.id, caught.value.arguments["file"]) == ("law.file_not_toml", PT)


@pytest.mark.parametrize("name", ["notes.toml", "states/PT.json", "treaties/x.toml"])
def test_a_file_where_none_belongs_is_refused(files, name):
    with pytest.raises(BadInput) as caught:
        compile_bundle({**files, name: b""})
    assert caught.value.id == "law.file_out_of_place"


def test_a_state_stands_in_the_file_of_its_code(files):
    swapped = {**files, "states/XA.toml": files["states/GH.toml"].replace(b'code = "GH"', b'code = "XB"')}
    with pytest.raises(BadInput) as caught:
        compile_bundle(swapped)
    assert caught.value.id == "law.file_out_of_place"


def test_the_head_may_not_be_missing(files):
    rest = {name: data for name, data in files.items() if name != "bundle.toml"}
    with pytest.raises(BadInput) as caught:
        compile_bundle(rest)
    assert caught.value.id == "law.file_missing"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (UNCC, 'sources = ["S-MEM"]', 'sources = ["S-NOBODY"]'),
        ("states/GH.toml", 'sources = ["S-COE"]', 'sources = ["S-NOBODY"]'),
        ("measures/preserve.toml", '"desk_24_7"', '"night_watch"'),
        ("measures/preserve.toml", '"budapest.preservation.request"', '"budapest.preservation.demand"'),
        ("measures/preserve.toml", '"approver"', '"friend"'),
        ("instruments/uncc/grounds.toml", '"uncc.mla.de_minimis"', '"uncc.mla.trifles"'),
        (
            "instruments/uncc/grounds.toml",
            'key = "uncc.ground.de_minimis"',
            'key = "budapest.ground.de_minimis"',
        ),
        ("instruments/uncc/grounds.toml", 'value = "period"', 'value = "length"'),
        (PT, '"safeguards.gf-02"', '"safeguards.gf-99"'),
        (PT, 'concept = "illegal_access"', 'concept = "hacking"'),
        ("research/hooks.toml", '"uncc.prevention.research"', '"uncc.prevention.nothing"'),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(changed, name, old, new):
    with pytest.raises(BadInput) as caught:
        changed(name, old, new)
    assert caught.value.id == "law.leads_nowhere"


@pytest.mark.parametrize(
    ("requires", "signers", "kind"),
    [("[]", '[["stranger"]]', "role"), ('["moon_is_full"]', '[["author"]]', "predicate")],
)
def test_a_row_names_roles_and_predicates_that_there_are(changed, requires, signers, kind):
    row = (
        '\n[[table.rows]]\nkind = "use"\nby = "either"\nabout = "none"\nsummary = "x"\n'
        f"requires = {requires}\nsigners = {signers}\n"
    )
    with pytest.raises(BadInput) as caught:
        changed(**{"tables/story.toml": row})
    assert (caught.value.id, caught.value.arguments["kind"]) == ("law.leads_nowhere", kind)


def test_a_key_borne_twice_is_refused(changed):
    with pytest.raises(BadInput) as caught:
        changed(UNCC, "uncc.cooperation.evidence_tools", "uncc.cooperation.evidence")
    assert caught.value.id == "law.named_twice"


def test_a_step_without_any_day_is_refused(changed):
    with pytest.raises(BadInput) as caught:
        changed("states/GH.toml", 'reported = "2024-11-01"\n', "")
    assert caught.value.id == "law.status_without_day"


def test_a_kind_said_twice_at_once_cannot_prevail_over_itself(changed):
    pair = '\n[[table.pairs]]\nfirst = "use"\nsecond = "use"\noutcome = "first"\nsummary = "x"\n'
    with pytest.raises(BadInput) as caught:
        changed(**{"tables/story.toml": pair})
    assert caught.value.id == "law.pair_not_symmetric"
