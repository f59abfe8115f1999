"""Persons in a case: arrest and release, the judge before the executive, surrender for good or for a time."""

import builders as b
import pytest
from refused import INSTEAD
from stages import before_court, extradition, national, over, provisional, surrenderable

from comity.cases import ItemStanding, NotInOrder, judge
from comity.cases.persons import custody_of, surrendered

GRANT = b.decision(b.outcome("person"))


def refuses(s, kind, terms, name):
    standing = judge(s.case(), s.draft("PT", kind, terms, about=s.id), b.TABLE)
    assert standing == NotInOrder("state", f"requires.{name}")


def test_arrest_release_and_arrest_again_follow_one_another():
    s = provisional()
    for event in ("arrested", "released", "rearrested", "released"):
        s.say("PT", "arrest", b.arrest(event), about=s.id)
        assert custody_of(s.meet().request(s.id), "person") == event
        refuses(s, "arrest", b.arrest("arrested"), "arrest_follows")


def test_a_person_is_released_also_when_nothing_is_asked_any_more():
    s = extradition()
    s.say("PT", "arrest", b.arrest(), about=s.id)
    over(s)
    s.say("PT", "arrest", b.arrest("released"), about=s.id)
    refuses(s, "arrest", b.arrest("rearrested"), "open_or_release")


@pytest.mark.parametrize("finding", ["consented", "lawful"])
def test_the_executive_grants_after_consent_or_after_a_court(finding):
    s = before_court(finding)
    s.say("PT", "decide", GRANT, about=s.id)
    assert s.meet().request(s.id).item("person").standing is ItemStanding.GRANTED


def test_what_a_court_found_unlawful_is_refused_whatever_it_found_before():
    s = before_court("consented")
    s.say("PT", "court", b.court("not_lawful"), about=s.id)
    refuses(s, "decide", GRANT, "court_first")
    s.say("PT", "decide", b.decision(b.outcome("person", "refuse")), about=s.id)


def test_a_court_of_ours_speaks_with_a_judge():
    s = extradition()
    act = s.draft("PT", "court", b.court(), about=s.id, roles=("author", "approver"))
    assert judge(s.case(), act, b.TABLE, own=True) == NotInOrder("signers", "signers_missing")


def test_who_went_for_a_time_comes_back_and_may_then_go_for_good():
    s = surrenderable()
    for manner in ("temporary", "returned", "full"):
        s.say("PT", "surrender", b.surrender(manner), about=s.id)
        assert surrendered(s.meet().request(s.id), "person") == manner
    refuses(s, "surrender", b.surrender("returned"), "surrender_follows")
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)


def test_a_person_away_for_a_time_keeps_the_request_open():
    s = surrenderable()
    s.say("PT", "surrender", b.surrender("temporary"), about=s.id)
    refuses(s, "close", {"outcome": "answered"}, "ended")


def test_who_is_sent_back_to_serve_comes_back_after_the_closing():
    s = surrenderable()
    s.say("PT", "surrender", b.surrender("to_return"), about=s.id)
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    assert surrendered(s.meet().request(s.id), "person") == "returned"


def test_who_is_refused_is_brought_before_a_court_at_home_once_and_also_after_closing():
    s = national()
    s.say("PT", "close", {"outcome": "refused"}, about=s.id)
    s.say("PT", "prosecute_instead", INSTEAD, about=s.id)
    refuses(s, "prosecute_instead", INSTEAD, "prosecution_owed")


def test_consent_is_sought_for_a_person_who_was_surrendered_alone():
    s = surrenderable()
    seek = {"use": "other_offence", "exhibits": [], "items": ["person"]}
    act = s.draft("GH", "seek_consent", seek, about=s.id)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", "requires.something_given")
    s.say("PT", "surrender", b.surrender(), about=s.id)
    s.say("GH", "seek_consent", seek, about=s.id)
