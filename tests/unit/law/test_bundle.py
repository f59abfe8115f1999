"""What the shipped law data holds, and how it is asked."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import dsse
from comity.calendar import add_days, local_day
from comity.errors import NotFound, ProofFailed
from comity.law import Bundle, compile_bundle, sources
from comity.law.sources import compiled_of

TODAY = date(2026, 11, 21)


def test_preservation_is_at_least_sixty_days_from_effected_under_both(law):
    for instrument in ("budapest", "uncc"):
        (clock,) = [one for one in law.clocks(instrument, "preserve") if one.starts == "effected"]
        length = law.length(clock.key, TODAY)
        assert (length.value, length.unit, length.bound) == (60, "days", "minimum")
        assert (clock.starts, clock.then) == ("effected", "held_until_decision")


def test_a_value_does_not_stand_before_its_first_day(law):
    with pytest.raises(NotFound) as caught:
        law.value("uncc.preservation.min_period", "period", date(2024, 12, 23))
    assert caught.value.id == "law.no_value"


def test_a_later_value_replaces_an_earlier_one_from_its_day(changed):
    later = (
        '\n[[provision.values]]\nname = "period"\nvalue = 90\nunit = "days"\nbound = "minimum"\n'
        'since = "2030-01-01"\nmark = "A"\nsources = ["S-UNTC"]\n'
    )
    old = 'mark = "C+"\nsources = ["S-BUDNL", "S-BUD29", "S-MEM"]\n'
    law = changed("instruments/uncc/chapter_5.toml", old, old + later)
    assert law.value("uncc.preservation.min_period", "period", date(2029, 12, 31)).value == 60
    assert law.value("uncc.preservation.min_period", "period", date(2030, 1, 1)).value == 90


def test_articles_that_nobody_checked_against_the_official_text_are_to_be_verified(law):
    read = {"uncc.final.signature", "uncc.final.entry"}
    unchecked = [p for p in law.provisions_of("uncc") if p.article > 15 and p.key not in read]
    assert len(unchecked) > 60
    assert all(p.verify for p in unchecked)
    assert all(p.mark_number not in {"A", "B"} for p in unchecked)
    assert all(law.doubt(p.key, TODAY) == "weak" for p in unchecked if p.mark_content.startswith("C"))


def test_what_was_read_is_firm_until_it_is_time_to_look_again(law):
    assert law.doubt("uncc.terms.serious_crime", TODAY) is None
    assert law.doubt("uncc.terms.serious_crime", date(2027, 5, 21)) is None
    assert law.doubt("uncc.terms.serious_crime", date(2027, 5, 22)) == "expired"
    assert not law.provision("budapest.preservation.min_period").verify


def test_a_weak_number_makes_a_firm_paragraph_doubtful(changed):
    value = 'bound = "minimum"\nsince = "2001-11-23"\nmark = '
    law = changed("instruments/budapest/chapter_3.toml", f'{value}"A"', f'{value}"C"')
    assert law.doubt("budapest.preservation.min_period", TODAY) == "weak"


@pytest.mark.parametrize(
    ("key", "pointer"),
    [
        ("uncc.terms.serious_crime", "art. 2(h)"),
        ("uncc.mla.refusal_own_case_bar", "art. 40(21)(c)"),
        ("uncc.mla.consult_before_refusal", "art. 40(28)"),
        ("uncc.interception.endeavour", "art. 46"),
        ("uncc.prevention.research", "art. 53(3)(e)"),
    ],
)
def test_a_pointer_cites_as_lawyers_do(law, key, pointer):
    assert law.provision(key).pointer == pointer


def test_illegal_access_is_article_7_and_there_is_no_article_beyond_68(law):
    assert law.provision("uncc.offence.illegal_access").article == 7
    assert max(p.article for p in law.provisions_of("uncc")) <= 68


def test_every_paragraph_of_article_40_on_refusal_has_its_ground(law):
    notions = {g.notion for g in law.grounds("uncc", "access_stored")}
    assert notions >= {
        "not_in_conformity", "essential_interests", "own_case_bar", "legal_system", "dual_criminality",
        "discrimination", "de_minimis", "data_protection",
    }  # fmt: skip


def test_consultation_comes_first_where_the_words_reach_and_is_advised_where_they_do_not(law):
    by_notion = {g.notion: g for g in law.grounds("uncc", "access_stored")}
    assert all(
        by_notion[n].consult_first for n in ("not_in_conformity", "essential_interests", "legal_system")
    )
    assert not by_notion["dual_criminality"].consult_first
    assert by_notion["dual_criminality"].consult == "advised"
    assert all(g.consult_first for g in law.grounds("budapest", "access_stored"))


def test_fiscal_matters_and_bank_secrecy_are_no_grounds(law):
    forbidden = {g.notion for g in law.grounds("uncc", "access_stored", allowed=False)}
    assert forbidden == {"fiscal", "bank_secrecy"}
    assert not forbidden & {g.notion for g in law.grounds("uncc", "access_stored")}


def test_preservation_is_refused_for_lack_of_dual_criminality_by_reservation_alone(law):
    for instrument, measure in (("uncc", "preserve"), ("budapest", "preserve")):
        (ground,) = [g for g in law.grounds(instrument, measure) if g.notion == "dual_criminality"]
        assert ground.needs_reservation is not None
        assert "convention" not in ground.offence_classes


def test_preservation_has_no_other_grounds_than_those_listed(law):
    budapest = {g.notion for g in law.grounds("budapest", "preserve")}
    uncc = {g.notion for g in law.grounds("uncc", "preserve")}
    assert budapest == {"political_offence", "essential_interests", "dual_criminality"}
    assert uncc == {"essential_interests", "own_case_bar", "discrimination", "dual_criminality"}


def test_every_ground_of_every_instrument_is_for_a_measure_that_may_rest_on_it(law):
    for ground in law.content.grounds:
        for measure in ground.measures:
            assert ground.instrument in {b.instrument for b in law.measure(measure).bases}


def test_an_offence_of_the_instrument_a_serious_one_another_and_an_unknown(law):
    def of(concept, months, instrument="uncc"):
        return law.offence_class(instrument, concept, months, TODAY)

    assert of("illegal_access", None) == "convention"
    assert of("smuggling", 48) == "serious"
    assert of("smuggling", 47) == "other"
    assert of("smuggling", None) is None
    assert of("smuggling", None, "budapest") == "other"


def test_intrusive_measures_need_two_persons_and_a_night_preservation_is_ratified(law):
    for measure in law.content.measures:
        for act in ("request", "decide"):
            for signing in measure.signed_by(act):
                if len(signing.roles) == 1:
                    # In an emergency one may ask, and grant, alone what is intrusive; another ratifies.
                    assert not measure.intrusive or measure.capacities == ("emergency",)
                    assert signing.ratify_within_hours is not None


def test_nobody_intercepts_without_a_judge_on_either_side(law):
    intercept = law.measure("intercept_content")
    for act in ("request", "decide"):
        assert intercept.signed_by(act)
        assert all("judge" in signing.roles for signing in intercept.signed_by(act))


def test_what_chapter_five_lets_be_asked_is_all_there_and_says_where_a_request_says_it(law):
    assert {m.key for m in law.content.measures} == {
        "preserve", "disclose_traffic", "access_stored", "collect_traffic", "intercept_content",
        "take_statement", "serve_document", "search_seize", "examine_site", "provide_document",
        "trace_asset", "video_hearing", "transfer_detained", "desk_assistance", "emergency_data",
        "provisional_arrest", "extradite", "transit", "transfer_sentenced", "transfer_proceedings",
        "police_cooperation", "joint_investigation", "freeze", "confiscate", "return_asset", "inform",
    }  # fmt: skip
    for measure in law.content.measures:
        keys = [content.key for content in measure.contents]
        assert len(set(keys)) == len(keys), measure.key
        assert all(content.said_in for content in measure.contents), measure.key
        assert all(content.practice or content.provisions for content in measure.contents), measure.key
        assert len({basis.instrument for basis in measure.bases}) == len(measure.bases), measure.key


def test_a_basis_is_no_surer_than_what_it_cites(law):
    for measure in law.content.measures:
        for basis in measure.bases:
            cited = {law.provision(key).instrument for key in basis.provisions}
            assert cited == {basis.instrument}, measure.key
            if basis.instrument != "budapest":
                assert basis.mark in law.weak_marks, measure.key


def test_a_person_goes_over_for_the_conventions_own_offences_alone(law):
    for key in ("provisional_arrest", "extradite", "transit", "transfer_sentenced"):
        classes = {b.instrument: b.offence_classes for b in law.measure(key).bases}
        assert classes["uncc"] == ("convention",)
    for key in ("provisional_arrest", "extradite"):
        assert {b.dual_criminality for b in law.measure(key).bases} == {"required"}


def test_portugal_has_a_regime_of_december_2025_and_ghana_is_unknown(law):
    assert law.regimes("PT", date(2025, 11, 30)) == ()
    (regime,) = law.regimes("PT", date(2025, 12, 15))
    assert (regime.effect, regime.mark) == ("not_punishable", "B")
    assert law.regimes("GH", TODAY) == ()
    assert "research_regime" in law.nation("GH").not_held
    assert "research_regime" not in law.nation("PT").not_held


def test_seventeen_criteria_and_nine_hooks(law):
    assert len(law.content.criteria) == 17
    keys = [h.key for h in law.content.hooks]
    assert keys == [*(f"treaty.h{i}" for i in range(1, 10)), "treaty.h9.preservation"]
    assert law.criterion("safeguards.gf-17").label == "GF-17"


def test_national_law_that_is_not_held_is_unknown(law):
    assert law.national_offence("GH", "illegal_access") is None
    held = law.national_offence("PT", "illegal_access")
    assert held is not None
    assert (held.max_months, held.mark) == (12, "B")


def test_portugals_summer_time_is_in_the_bundle(law):
    lisbon = law.zone("PT")
    summer, winter = datetime(2026, 7, 1, 23, 30, tzinfo=UTC), datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert local_day(lisbon, summer) == date(2026, 7, 2)
    assert local_day(lisbon, winter) == TODAY
    assert add_days(winter, 60, lisbon) == datetime(2027, 1, 21, tzinfo=UTC)
    assert law.zone("PT", "Atlantic/Azores").name == "Atlantic/Azores"
    with pytest.raises(NotFound):
        law.zone("PT", "Africa/Accra")


def test_a_table_is_found_by_its_digest_and_by_its_name(law):
    story = law.table_named("story")
    assert law.table(story.digest) is story
    with pytest.raises(NotFound):
        law.table("0" * 64)


@pytest.mark.parametrize(
    "ask",
    [
        lambda law: law.provision("uncc.nothing"),
        lambda law: law.instrument("hague"),
        lambda law: law.measure("teleport"),
        lambda law: law.ground("uncc.ground.whim"),
        lambda law: law.clock("uncc.clock.sand"),
        lambda law: law.criterion("safeguards.gf-99"),
        lambda law: law.table_named("saga"),
        lambda law: law.nation("XX"),
    ],
)
def test_what_is_not_held_is_not_found(law, ask):
    with pytest.raises(NotFound):
        ask(law)


def test_a_signed_bundle_opens_with_its_key_and_no_other(law):
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    envelope = law.sign(dsse.key_id("ed25519", public), key.sign)
    assert Bundle.load_signed(envelope, public).digest == law.digest
    with pytest.raises(ProofFailed):
        Bundle.load_signed(envelope, other.public_key().public_bytes_raw())


def test_another_statement_of_the_same_key_is_no_bundle(law):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    other = dsse.write(dsse.sign("application/x", law.data, dsse.key_id("ed25519", public), key.sign))
    with pytest.raises(ProofFailed):
        Bundle.load_signed(other, public)


# -- the compiled bundle ----------------------------------------------------------------------------------


def test_what_ships_compiled_was_made_of_the_files_that_ship(files, law):
    """After a change of the law data: ``make law``."""
    held = compiled_of(files, sources._compiled())
    assert held is not None, "run `make law`"
    assert held.data == compile_bundle(files)
    assert held.digest == law.digest


def test_after_a_change_of_any_file_the_compiled_bundle_is_not_taken(files):
    compiled = sources._compiled()
    one = "states/PT.toml"
    assert compiled_of({**files, one: files[one] + b"\n"}, compiled) is None
    assert compiled_of({**files, "states/XA.toml": b""}, compiled) is None
    assert compiled_of({name: data for name, data in files.items() if name != one}, compiled) is None
    assert compiled_of(files, {}) is None
    assert compiled_of(files, {**compiled, sources.MADE_OF: b""}) is None


def test_a_compiled_bundle_with_another_byte_is_refused(files):
    compiled = sources._compiled()
    changed = compiled[sources.COMPILED].replace(b'"value":60', b'"value":61', 1)
    assert changed != compiled[sources.COMPILED]
    with pytest.raises(ProofFailed) as caught:
        compiled_of(files, {**compiled, sources.COMPILED: changed})
    assert caught.value.id == "law.bundle_changed"


def test_known_bytes_that_are_no_bundle_are_refused():
    from comity import wire
    from comity.errors import BadInput

    with pytest.raises(BadInput) as caught:
        Bundle.load_known(b"{}", wire.digest(b"{}"))
    assert caught.value.id == "law.bundle_not_read"


NEW = ("gives", "demands", "reserved_by", "who_reserves", "checks", "no_check", "settled")


def test_a_bundle_of_before_provisions_said_what_they_give_still_loads_with_its_digest(law):
    """Acts name it for ever: what came into the format later may be absent."""
    from comity import wire

    told = wire.dump(law.content)
    for provision in told["provisions"]:
        for name in NEW:
            del provision[name]
    for name in ("articles", "pointers", "described", "applied"):
        del told[name]
    for instrument in told["instruments"]:
        del instrument["articles"], instrument["titles"]
    told["provisions"] = [p for p in told["provisions"] if not p["key"].startswith("untoc.")]
    old = Bundle.load(wire.encode(told))
    assert old.digest == wire.digest(wire.encode(told))
    assert old.table_named("story").digest == law.table_named("story").digest
    assert old.provision("uncc.mla.reasons").settled is None
