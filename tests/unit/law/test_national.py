"""National law as data: dated, marked, stale rows apart; and what the Convention demands beside it."""

import csv
from collections import Counter
from datetime import date

import pytest

from comity.errors import BadInput, NotFound
from comity.law.comparison import compare

TODAY = date(2026, 11, 21)
ARTICLES = {
    "7": "illegal_access", "8": "illegal_interception", "9": "data_interference", "10": "system_interference",
    "11": "misuse_of_devices", "12": "forgery", "13": "fraud", "14": "child_abuse_material", "15": "grooming",
    "16": "intimate_images", "17": "laundering",
}  # fmt: skip


def rows(law):
    return [(n.code, o) for n in law.content.nations for o in n.offences]


def candidates(law):
    return [(n.code, o) for n in law.content.nations for o in n.candidates]


def test_the_196_rows_are_there_each_with_its_day_its_mark_and_its_source(law):
    every = rows(law) + candidates(law)
    assert len(every) == 196
    assert len({code for code, _ in every}) == 51
    titles = {s.key for s in law.content.sources}
    for _, row in every:
        assert row.mark in {"A", "B"}
        assert set(row.sources) <= titles
        assert row.review_by > row.last_checked
        assert (row.max_months is not None) == (row.penalty == "term")


def test_stale_rows_are_candidates_and_no_check_can_read_them(law):
    assert {(code, o.concept) for code, o in candidates(law)} == {
        ("BE", "illegal_access"), ("ID", "illegal_access"), ("ID", "illegal_interception"),
        ("SK", "illegal_access"), ("UA", "illegal_access"),
    }  # fmt: skip
    for code, row in candidates(law):
        assert law.national_offence(code, row.concept) is None
        assert "national_offences" in law.nation(code).not_held
        assert row.note


def test_the_figures_are_those_of_the_notes(law, shared):
    """The table that these rows were taken from, where it is on this machine."""
    path = shared / "reference" / "national_law.csv"
    if not path.is_file():
        pytest.skip("the notes (../shared/reference) are not on this machine")
    with path.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    by_iso3 = {n.iso3: n.code for n in law.content.nations}
    wanted = Counter((by_iso3[r["iso3"]], ARTICLES[r["uncc_article"]]) for r in told)
    assert Counter((code, o.concept) for code, o in rows(law) + candidates(law)) == wanted
    held = {(code, o.concept, o.provision): o for code, o in rows(law) + candidates(law) if code != "PT"}
    for r in told:
        if r["iso3"] == "PRT":
            continue
        provision = f"{r['national_instrument']}, {r['provision']}"
        row = held[by_iso3[r["iso3"]], ARTICLES[r["uncc_article"]], provision]
        for text, months in (
            (r["max_years_basic"], row.max_months), (r["max_years_aggravated"], row.max_months_aggravated),
        ):  # fmt: skip
            if text.replace(".", "").isdecimal():
                # 540 days are written as 1.48 years.
                assert months == (17 if text == "1.48" else float(text) * 12)
            else:
                assert months is None
        assert r["confidence"] == "A" or row.mark == "B", "no row is surer here than in the notes"


@pytest.mark.parametrize(
    ("state", "concept", "months", "penalty"),
    [
        ("AT", "illegal_access", 24, "term"),
        ("AR", "illegal_access", 6, "term"),
        ("BR", "illegal_access", 48, "term"),
        ("CL", "illegal_access", 17, "term"),
        ("ZA", "fraud", None, "court_discretion"),
        ("EE", "illegal_interception", None, "fine_only"),
        ("FR", "misuse_of_devices", None, "as_prepared_offence"),
        ("NO", "laundering", None, "not_held"),
    ],
)
def test_maxima_that_are_no_number_say_what_they_are(law, state, concept, months, penalty):
    row = law.national_offence(state, concept)
    assert (row.max_months, row.penalty) == (months, penalty)


def test_where_the_statute_excepts_research(law):
    statute = {(code, o.concept) for code, o in rows(law) if o.research == "statute"}
    assert statute == {
        ("FR", "misuse_of_devices"), ("PL", "misuse_of_devices"), ("PT", "illegal_access"),
        ("PE", "illegal_access"), ("PE", "data_interference"), ("PE", "system_interference"),
        ("PE", "misuse_of_devices"),
    }  # fmt: skip
    assert law.national_offence("US", "illegal_access").research == "policy"
    assert law.national_offence("DE", "illegal_access").research == "draft"
    assert law.national_offence("GB", "illegal_access").research == "draft"


def test_eleven_demands_by_article_and_the_two_without_room(law):
    demands = law.demands("uncc")
    assert [d.article for d in demands] == list(range(7, 18))
    assert [d.concept for d in demands] == list(ARTICLES.values())
    assert {d.article for d in demands if not d.options} >= {10, 13}
    assert [d.mark for d in demands] == ["A"] * 9 + ["C", "C+"]
    testing = [d.article for d in demands if any(e.key == "testing" for e in d.carve_outs)]
    assert testing == [11], "authorised testing is a carve-out of that article alone"


def test_a_demand_of_weak_mark_never_makes_an_offence_one_of_the_conventions(law):
    assert law.offence_class("uncc", "grooming", None, TODAY) == "convention"
    assert law.offence_class("uncc", "intimate_images", 120, TODAY) is None
    assert law.offence_class("uncc", "laundering", 120, TODAY) is None


def test_a_comparison_shows_named_narrowed_and_unknown(law):
    german = {c.demand.concept: c for c in compare(law, "DE", "uncc", TODAY).offences}
    (access,) = german["illegal_access"].rows
    assert "without_right" in access.named
    assert [e.key for e in access.narrowed] == ["security_measure"]
    assert access.serious is False
    assert german["fraud"].rows[0].serious is True
    chinese = {c.demand.concept: c for c in compare(law, "CN", "uncc", TODAY).offences}
    assert len(chinese["illegal_access"].rows) == 2
    assert chinese["grooming"].unknown


def test_a_row_that_is_overdue_says_so(law):
    assert not compare(law, "DE", "uncc", date(2027, 5, 21)).offences[0].rows[0].overdue
    assert compare(law, "DE", "uncc", date(2027, 5, 22)).offences[0].rows[0].overdue


def test_of_a_state_of_which_nothing_is_held_everything_is_unknown_and_candidates_stay_apart(law):
    assert compare(law, "GH", "uncc", TODAY).unknown == tuple(ARTICLES.values())
    belgian = compare(law, "BE", "uncc", TODAY)
    assert "illegal_access" in belgian.unknown
    assert len(belgian.offences[0].candidates) == 1


def test_before_the_convention_no_threshold_is_said(law):
    assert compare(law, "DE", "uncc", date(2020, 1, 1)).offences[0].rows[0].serious is None


def test_the_checklist_has_every_entry_and_the_unions_own_only_for_it(law):
    wanted = [
        *(f"n{i}" for i in range(1, 11)),
        *(f"r{i}" for i in range(1, 6)),
        *(f"d{i}" for i in range(1, 5)),
    ]
    assert sorted(f.key for f in law.formalities("uncc")) == sorted(wanted)
    assert "n10" not in {f.key for f in compare(law, "PT", "uncc", TODAY).formalities}
    assert "n10" in {f.key for f in compare(law, "EU", "uncc", TODAY).formalities}
    assert {f.key for f in law.formalities("uncc") if f.mark == "A"} == {"r1"}


def test_an_unknown_instrument_is_refused(law):
    with pytest.raises(NotFound):
        compare(law, "PT", "hague", TODAY)


def test_a_demand_of_a_concept_that_there_is_not_is_refused(changed):
    with pytest.raises(BadInput) as caught:
        changed("instruments/uncc/demands.toml", 'concept = "grooming"', 'concept = "wooing"')
    assert caught.value.id == "law.leads_nowhere"
