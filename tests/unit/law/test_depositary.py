"""The depositary's list: what is read from it, what is refused, and that nothing is taken from a bad one."""

from contextlib import suppress
from datetime import date

import pytest
import untc
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.law import Bundle, bound, compile_bundle, in_force, packaged_bundle
from comity.law.depositary import events_of, read_participants
from comity.law.difference import difference
from comity.law.roll import Roll, write_roll

AS_OF = "2026-11-20"


def step_of(read, state, kind=None):
    return [(s.kind, s.on, s.withdrawn) for s in read.steps if s.state == state and kind in {None, s.kind}]


@pytest.fixture
def read(law):
    return read_participants(law, untc.listed(extra=untc.DECLARATIONS))


@pytest.fixture
def with_roll(files):
    """The law data with a list taken over."""

    def make(data, as_of=AS_OF):
        law = packaged_bundle()
        found = read_participants(law, data)
        roll = Roll(instrument=found.instrument, as_of=as_of, document=found.document, sources=("S-UNTC",))
        text = write_roll(roll, events_of(law, found, as_of))
        return Bundle.load(compile_bundle({**files, f"rolls/{found.instrument}.toml": text}))

    return make


def test_names_days_letters_brackets_and_footnotes_are_read(read):
    assert read.instrument == "uncc"
    assert step_of(read, "DZ") == [("signature", "2025-10-25", False)]
    assert step_of(read, "AZ") == [("signature", "2025-10-25", False), ("ratification", "2026-03-03", False)]
    assert step_of(read, "EU")[1] == ("approval", "2026-11-10", False)
    assert step_of(read, "CI")[1] == ("acceptance", "2026-02-12", False)
    assert step_of(read, "US") == [("accession", "2026-07-07", False)]
    assert step_of(read, "IR")[1] == ("acceptance", "2026-01-20", True)
    assert step_of(read, "QA")[1:] == [
        ("ratification", "2026-02-01", True),
        ("ratification", "2026-03-05", False),
    ]
    assert {"CZ", "PS"} <= set(read.states)


def test_texts_are_listed_by_state_and_not_read_for_their_effect(read):
    assert read.texts == (("CZ", "objection"), ("DZ", "declaration"), ("QA", "territorial"))


def test_the_other_tables_of_the_collection_are_read_too(law):
    odd = untc.listed(untc.ROWS[:1]).replace(b"<Participants><Table>", b"<specialtables>")
    odd = odd.replace(b"</Table></Participants>", b"</specialtables>")
    odd = odd.replace(b"Row>", b"row>").replace(b"Entry>", b"column>")
    assert read_participants(law, odd).states == ("DZ",)


def test_the_heading_is_no_participant_and_may_be_missing(law):
    assert (
        read_participants(law, untc.listed(header=False)).states
        == read_participants(law, untc.listed()).states
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "law.xml_empty"),
        (b"  \n\t ", "law.xml_empty"),
        (untc.MAINTENANCE, "law.xml_maintenance"),
        (untc.PAGE, "law.xml_is_a_page"),
        (untc.LAUGHS, "law.xml_document_type"),
        (untc.OUTSIDE, "law.xml_document_type"),
        (untc.OUTSIDE_DTD, "law.xml_document_type"),
        (untc.BARE_DOCTYPE, "law.xml_document_type"),
        (b"%PDF-1.7", "law.xml_not_xml"),
        (b'{"a": 1}', "law.xml_not_xml"),
        (b"\xff\xfe\x00", "law.xml_not_xml"),
        (b'<?xml version="1.0" encoding="EBCDIC-XX"?><a/>', "law.xml_not_xml"),
        (b"<MTDSG/>", "law.untc_no_title"),
        (b"<a>" * 100 + b"</a>" * 100, "law.xml_too_deep"),
        (b"<a>" + b"<b/>" * 200_001 + b"</a>", "law.xml_too_deep"),
        (b"<a>" + b" " * (8 * 1024 * 1024) + b"</a>", "law.xml_too_long"),
        (untc.listed(title="x" * 3000), "law.xml_text_too_long"),
        (untc.listed(title="9. Convention against Torture"), "law.untc_unknown_treaty"),
        (
            untc.listed(title="Protocol to the United Nations Convention against Cybercrime"),
            "law.untc_unknown_treaty",
        ),
        (untc.listed(()), "law.untc_no_table"),
        (untc.listed([("Atlantis", "25 Oct 2025", "")]), "law.untc_unknown_state"),
        (untc.listed([("Hong Kong", "25 Oct 2025", "")]), "law.untc_unknown_state"),
        (untc.listed([("Portugal", "25 Oct 2025", ""), ("Portugal", "26 Oct 2025", "")]), "law.untc_twice"),
        (untc.listed([("Portugal", "31 Feb 2026", "")]), "law.untc_step"),
        (untc.listed([("Portugal", "25 oct. 25", "")]), "law.untc_step"),
        (untc.listed([("Portugal", "25 Octobre 2025 x 1", "")]), "law.untc_letter"),
        (untc.listed([("Portugal", "25 Fév 2025", "")]), "law.untc_step"),
        (untc.listed([("Portugal", "", "1 Jan 2026 X")]), "law.untc_letter"),
        (untc.listed([("Portugal", "25 Oct 2025 a", "")]), "law.untc_letter"),
        (untc.listed([("Portugal", "", "[1 Jan 2026 A")], parties=""), "law.untc_step"),
        (untc.listed([("", "25 Oct 2025", "")]), "law.untc_row"),
        (untc.listed(signatories=9), "law.untc_count"),
        (untc.listed(parties="many"), "law.untc_count"),
        (
            untc.listed().replace(b"<Entry>Signature</Entry>", b"<Entry>Ratification</Entry>"),
            "law.untc_columns",
        ),
    ],
)
def test_what_is_not_the_list_is_refused_and_told(law, data, error):
    with pytest.raises(BadInput) as caught:
        read_participants(law, data)
    assert caught.value.id == error


def test_a_list_cut_anywhere_is_refused(law):
    whole = untc.listed()
    end = whole.rindex(b"</MTDSG>")
    for at in range(1, end, 97):
        with pytest.raises(BadInput):
            read_participants(law, whole[:at])


def test_a_list_that_lost_a_row_is_found_by_its_own_count(law):
    signed = sum(bool(r[1].strip()) for r in untc.ROWS)
    with pytest.raises(BadInput) as caught:
        read_participants(law, untc.listed(untc.ROWS[1:], signatories=signed))
    assert caught.value.id == "law.untc_count"


def test_the_list_of_another_treaty_is_refused_where_one_was_asked_for(law):
    other = untc.listed(title="12. United Nations Convention against Transnational Organized Crime")
    assert read_participants(law, other).instrument == "untoc"
    with pytest.raises(BadInput) as caught:
        read_participants(law, other, "uncc")
    assert caught.value.id == "law.untc_other_treaty"


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(BadInput):
        read_participants(packaged_bundle(), data)


@given(st.text("<>&;/aAbB[]0123456789 \t\n\"'!DOCTYPEROWentry", max_size=80))
def test_no_cell_does_more_than_be_refused_or_read(cell):
    rows = [("Portugal", "25 Oct 2025", cell)]
    with suppress(BadInput):
        read = read_participants(packaged_bundle(), untc.listed(rows, parties=""))
        assert all(s.withdrawn for s in read.steps if s.kind != "signature"), "no Party was counted"


def test_the_difference_names_what_is_new_dated_gone_and_otherwise(law, read):
    changes = {(c.state, c.sort): c.kind for c in difference(law, "uncc", events_of(law, read, AS_OF))}
    assert changes["US", "joining"] == "new"
    assert changes["AZ", "joining"] == "dated"
    assert changes["VN", "joining"] == "gone"
    assert changes["GH", "signature"] == "gone"
    assert changes["QA", "joining"] == "dated"
    assert changes["CA", "signature"] == "gone", "a shorter list takes away, and says so"
    assert ("DZ", "signature") not in changes, "nothing changes there"


def test_a_list_taken_over_is_no_difference_any_more(with_roll, read):
    law = with_roll(untc.listed(extra=untc.DECLARATIONS))
    assert difference(law, "uncc", events_of(law, read, AS_OF)) == ()


def test_with_the_whole_list_silence_is_a_no_and_a_day_makes_a_yes(with_roll):
    law = with_roll(untc.listed())
    on = date(2026, 11, 21)
    assert law.instrument("uncc").complete
    assert law.instrument("uncc").status_as_of == AS_OF
    assert bound(law, "VN", "uncc", on).answer == "no"
    assert bound(law, "VN", "uncc", on).mark == "A"
    assert bound(law, "AZ", "uncc", on).answer == "yes"
    assert bound(law, "IR", "uncc", on).answer == "unknown", (
        "in brackets: withdrawn on a day that is not held"
    )
    general = in_force(law, "uncc", on)
    assert general.answer == "no"
    # AZ, CI, QA and US; not the union, not the one in brackets.
    assert dict(general.reasons[0].arguments)["reported"] == 4


def test_forty_states_of_the_list_bring_it_into_force_and_the_union_is_not_one(with_roll):
    names = [n.un_name or n.name for n in packaged_bundle().content.nations if n.kind == "state"][:40]
    rows = [(name.replace("'", "&apos;"), "", "1 Jul 2026") for name in names]
    law = with_roll(untc.listed([*rows[:39], ("European Union", "", "1 Jul 2026 c")]))
    assert in_force(law, "uncc", date(2026, 10, 30)).answer == "no"
    law = with_roll(untc.listed(rows))
    assert in_force(law, "uncc", date(2026, 9, 28)).answer == "no"
    assert in_force(law, "uncc", date(2026, 9, 29)).answer == "yes"


def test_denunciations_of_other_sources_outlast_a_list(files):
    law = packaged_bundle()
    left = (
        '\n[[status]]\nstate = "AZ"\ninstrument = "uncc"\nevent = "denunciation"\n'
        'on = "2026-04-01"\nmark = "A"\nsources = ["S-UNTC"]\n'
    )
    found = read_participants(law, untc.listed())
    roll = Roll(instrument="uncc", as_of=AS_OF, document=found.document, sources=("S-UNTC",))
    copy = {**files, "rolls/uncc.toml": write_roll(roll, events_of(law, found, AS_OF))}
    copy["states/AZ.toml"] += left.encode()
    after = Bundle.load(compile_bundle(copy))
    assert {e.event for e in after.status("AZ", "uncc")} == {"signature", "ratification", "denunciation"}


def test_a_roll_of_one_instrument_in_the_file_of_another_is_refused(files):
    law = packaged_bundle()
    found = read_participants(law, untc.listed())
    roll = Roll(instrument="uncc", as_of=AS_OF, document=found.document, sources=("S-UNTC",))
    text = write_roll(roll, events_of(law, found, AS_OF))
    for name, data in (("untoc", text), ("uncc", text.replace(b'"uncc"', b'"untoc"', 1))):
        with pytest.raises(BadInput):
            compile_bundle({**files, f"rolls/{name}.toml": data})


def test_the_same_list_makes_the_same_roll(law, read):
    roll = Roll(instrument="uncc", as_of=AS_OF, document=read.document, sources=("S-UNTC",))
    assert write_roll(roll, events_of(law, read, AS_OF)) == write_roll(roll, events_of(law, read, AS_OF))


SAID = (
    "<Declarations><Declaration><Participant>Algeria</Participant>"
    '<Text type="title">Upon signature:</Text>'
    '<Text type="para">First<superscript>4</superscript> example.</Text>'
    '<Text type="para">' + "Second example. " * 400 + "</Text></Declaration>"
    '<Declaration><Participant>Qatar</Participant><Text type="para">Third example.</Text></Declaration>'
    "<Declaration><Participant>Algeria</Participant><Text>Fourth example.</Text></Declaration></Declarations>"
    "<Objections><Objection><Participant>Czech Republic</Participant></Objection></Objections>"
)


def test_what_states_declared_is_given_whole_and_under_their_names(law):
    read = read_participants(law, untc.listed(extra=SAID))
    told = [(one.state, one.kind, one.paragraphs) for one in read.said]
    assert told == [
        ("DZ", "declaration", ("Upon signature:", "First example.", ("Second example. " * 400).strip())),
        ("QA", "declaration", ("Third example.",)),
        ("DZ", "declaration", ("Fourth example.",)),
        ("CZ", "objection", ()),
    ]
    assert read.texts == (("CZ", "objection"), ("DZ", "declaration"), ("QA", "declaration"))


def test_a_declaration_of_somebody_unknown_or_beyond_all_measure_is_refused(law):
    for extra, id in (
        (SAID.replace("Qatar", "Atlantis"), "law.untc_unknown_state"),
        (SAID.replace("Third", "x" * 100_001), "law.xml_text_too_long"),
    ):
        with pytest.raises(BadInput) as caught:
            read_participants(law, untc.listed(extra=extra))
        assert caught.value.id == id
