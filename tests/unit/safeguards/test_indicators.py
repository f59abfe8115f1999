"""The twenty indicators: questions with evidence; nothing summed, answered by no machine and not by them."""

from datetime import date
from itertools import product

import pytest
from tests.unit.safeguards.adopted import adopt, rule

from comity import messages
from comity.acts import AskWhom, Provenance, Verdict
from comity.law import SpeechLaw, packaged_bundle
from comity.safeguards import INDICATORS, MEASURES, checks_of, is_heavy, labels_of, needs_outside, questions
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.facts import gather
from comity.safeguards.measures import DATA, INTRUSIVE, PRESERVE
from comity.safeguards.registry import FACTS
from comity.safeguards.registry.persecution import LESSER
from comity.safeguards.request import request_facts
from comity.safeguards.speech import cited

MET, ASK = Verdict.MET, Verdict.NEEDS_HUMAN
ASKING = {  # which check asks which of the catalogue
    "persecution": {1, 3, 4, 5, 7},
    "treatment": {12, 13},
    "circumstances": {2, 6, 8, 11, 15, 17, 19},
    "privileged": {9},
    "breadth": {10},
    "third_persons": {16},
    "onward_transfer": {18},
    "proportionality": {20},
    "research": {14},
}
ALONE = ("persecution", "circumstances", "privileged")
"""Checks that ask indicators and nothing else."""
LAW = packaged_bundle()


def asked(check):
    return [one for one in INDICATORS if int(one.label[3:]) in ASKING[check]]


def reasons(finding):
    return [b.id.rsplit(".", 1)[-1] for b in finding.because]


def test_there_are_twenty_each_asked_by_one_check_and_the_heavy_ones_by_a_heavy_one():
    assert [one.label for one in INDICATORS] == [f"CI-{n:02}" for n in range(1, 21)]
    assert len({one.fact for one in INDICATORS}) == 20
    assert {one.label for one in INDICATORS if one.heavy} == {"CI-01", "CI-03", "CI-04", "CI-05", "CI-07"}
    for check in ASKING:
        for one in asked(check):
            assert one.fact in BY_KEY[check].reads
            assert one.check == check
            assert one.heavy == is_heavy(check)
            # Whether less would do is a matter of the case, which the asking State can argue with papers.
            assert (FACTS[one.fact].ask("requested") is AskWhom.NOBODY) == (one.label != "CI-20")
    assert {check.key for check in BY_KEY.values() if check.outside} == {
        "persecution", "treatment", "death_penalty", "ill_treatment",
    }  # fmt: skip
    assert all(needs_outside(check) for check in ("persecution", "treatment"))


def test_no_fact_of_an_indicator_is_read_by_two_checks_and_each_label_stands_beside_its_findings():
    """Two checks that read one sign, or two signs of one matter, would have a reviewer asked twice."""
    for one in INDICATORS:
        for fact, check in ((one.fact, one.check), *one.also):
            # ``contents`` asks that a measure's form says so; it is the same fact, and asked once.
            assert {c.key for c in BY_KEY.values() if fact in c.reads} - {"contents"} == {check}, fact
            assert one.label in labels_of(check)
    assert labels_of("basis") == ()


@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_each_indicator_is_asked_of_every_measure_that_it_can_concern(measure):
    asked = {label for check in checks_of(measure) for label in labels_of(check.key)}
    left = {f"CI-{n:02}" for n in range(1, 21)} - asked
    assert left <= {"CI-10"}, "only what selects no data can have no wide selection"
    assert ("CI-10" in left) == (measure not in DATA | PRESERVE)


@pytest.mark.parametrize("check", ALONE)
@pytest.mark.parametrize("measure", sorted(MEASURES))
def test_any_yes_and_any_unknown_keeps_it_with_a_person_and_all_no_alone_meets_it(find, check, measure):
    """A count or a weight would let some yes through, or end some combination in no."""
    if measure not in BY_KEY[check].measures:
        return
    facts = [one.fact for one in asked(check)]
    if check == "circumstances" and measure not in INTRUSIVE | PRESERVE:
        facts.append(LESSER)
    if len(facts) <= 5:
        told = list(product((None, True, False), repeat=len(facts)))
    else:  # one that is not no, among all others that are; and all no
        told = [
            tuple(v if at == n else False for at in range(len(facts))) for n in range(9) for v in (None, True)
        ]
    for values in told:
        known = {k: v for k, v in zip(facts, values, strict=True) if v is not None}
        finding = find(BY_KEY[check], known, measure=measure)
        assert finding.verdict is (MET if set(values) == {False} else ASK)


def test_treatment_is_asked_whatever_else_is_raised(find):
    """A sign that was seen is not lost where a check of its own asks more of the same matter."""
    said = {"indicator.unfair_trial": False, "indicator.ill_treatment": False}
    assert find(BY_KEY["treatment"], {}).verdict is ASK
    assert find(BY_KEY["treatment"], said).verdict is MET
    for key in said:
        assert find(BY_KEY["treatment"], said | {key: True}).verdict is ASK


def test_each_that_is_present_is_named_in_words(find):
    for check in set(ASKING) - {"research", "proportionality"}:
        for one in asked(check):
            finding = find(BY_KEY[check], {one.fact: True})
            assert f"indicator_{one.name}" in reasons(finding)
            (said,) = (b for b in finding.because if b.id.endswith(f"indicator_{one.name}"))
            assert messages.say(messages.Message(said.id)).startswith(f"{one.label}, present: ")


def test_nobody_is_asked_and_the_outward_text_names_no_indicator(good_request, law):
    from comity.safeguards import assess

    findings = assess(request_facts(good_request()), law, "requested", date(2026, 11, 21))
    assert {fact for fact, _ in questions(findings)}.isdisjoint(one.fact for one in INDICATORS)
    for check in ("persecution", "treatment", "circumstances", "research"):
        outward = messages.say(messages.Message(f"safeguards.{check}.outward.needs_human"))
        assert outward == "This paragraph leaves it to the requested State."


def test_two_who_say_no_settle_it_where_the_asking_state_alone_does_not(find, law, fact, case):
    from dataclasses import replace

    def verdict(*by):
        said = [
            fact(one.fact, False, by=state, provenance=Provenance.DOCUMENT)
            for one in asked("circumstances")
            for state in by
        ]
        known = replace(case({}), facts=gather("XA", "XB", {}, (), said))
        return run(BY_KEY["circumstances"], Frame(known, law, "requested", date(2026, 11, 21))).verdict

    assert (verdict("XA"), verdict("XB"), verdict("XA", "XB")) == (ASK, MET, MET)


# -- what the bytes show --------------------------------------------------------------------------


def no(check):
    return {one.fact: False for one in asked(check)}


@pytest.mark.parametrize(
    ("check", "shown", "reason"),
    [
        ("circumstances", {"request.conduct_described": False}, "seen_no_conduct"),
        ("circumstances", {"request.targets_identified": False}, "seen_no_account"),
        ("circumstances", {"offence.max_penalty_months": 48}, "seen_at_threshold"),
        ("circumstances", {"case.question_unanswered": True}, "seen_no_reply"),
        ("circumstances", {"case.replies_repeated": True}, "seen_same_reply"),
    ],
)
def test_what_the_request_shows_raises_a_question_and_answers_none(find, check, shown, reason):
    finding = find(BY_KEY[check], shown, instrument="uncc")
    assert reason in reasons(finding)
    (read,) = (f for f in finding.facts if f.key in shown)
    assert read.provenance is Provenance.RECORD
    assert not {m.key for m in finding.missing} & set(shown), "no one is asked for what the bytes show"
    answered = find(BY_KEY[check], {**no(check), **shown}, instrument="uncc")
    assert answered.verdict is MET
    assert reason in reasons(answered), "a person has said no; what was seen still stands beside it"


def test_the_grounds_that_the_requested_states_own_law_adds_are_named_once_adopted(find, content):
    """They raise the question in words, whatever the facts are, and answer none."""
    check = BY_KEY["persecution"]

    def said(law):
        finding = find(check, {}, bundle=law)
        assert finding.verdict is Verdict.NEEDS_HUMAN
        told = [one for one in finding.because if one.id == "safeguards.persecution.own_ground"]
        return [{a.name: a.value for a in one.arguments} for one in told], {one.key for one in finding.law}

    asked = adopt(content, "XB", rule(protected_grounds=("language", "disability")))
    told, read = said(asked)
    assert told == [{"state": "XB", "ground": "language"}, {"state": "XB", "ground": "disability"}]
    assert "xb.protected_ground" in read
    for law in (adopt(content, "XB", rule()), adopt(content, "XA", rule(protected_grounds=("language",)))):
        told, read = said(law)
        assert told == []
        assert "xb.protected_ground" not in read


@pytest.mark.parametrize("months", [47, 49])
def test_a_penalty_beside_the_threshold_or_without_a_threshold_shows_nothing(find, months):
    for facts, instrument in (({"offence.max_penalty_months": months}, "uncc"), ({}, "uncc")):
        assert "seen_at_threshold" not in reasons(find(BY_KEY["circumstances"], facts, instrument=instrument))
    none = find(BY_KEY["circumstances"], {"offence.max_penalty_months": 48}, instrument="budapest")
    assert "seen_at_threshold" not in reasons(none)


def test_silence_and_a_reply_that_says_the_same_twice_are_derived(request_for):
    def shown(**more):
        return {k for k in request_facts(request_for(), **more).facts.stated if k.startswith("case.")}

    assert shown() == set()
    assert shown(unanswered=True) == {"case.question_unanswered"}


# -- provisions that punish speech ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "citation", "hits"),
    [
        ("SA", "Anti-Cyber Crime Law, art. 6", [("sa.cybercrime.6", "provision")]),
        ("SA", "ANTI-CYBER CRIME LAW (Royal Decree M/17), article 6(1)", [("sa.cybercrime.6", "provision")]),
        ("SA", "Anti-Cyber Crime Law, art. ٦", [("sa.cybercrime.6", "provision")]),
        ("SA", "Anti-Cyber Crime Law", [("sa.cybercrime.6", "law")]),
        ("SA", "Anti-Cyber Crime Law, art. 3", []),
        ("SA", "Penal Code, art. 6", []),
        ("EG", "Law No. 175 of 2018, art. 25", [("eg.175.25", "provision")]),
        ("EG", "Law 175/2018", [("eg.175.24", "law"), ("eg.175.25", "law")]),
        ("SY", "Some law, art. 1", [("sy.prestige", "kind")]),
        ("SY", "  ", []),
        ("PT", "Anti-Cyber Crime Law, art. 6", []),
    ],
)
def test_a_citation_is_compared_with_the_provisions_held_of_that_state(state, citation, hits):
    assert [(hit.law.key, hit.how) for hit in cited(LAW, state, citation)] == hits


def test_each_entry_is_sourced_marked_of_a_known_state_and_names_no_person():
    nations = {nation.code for nation in LAW.content.nations}
    for law in LAW.content.speech_laws:
        assert law.state in nations
        assert law.sources == ("S-MENA",)
        assert law.mark == "B"
        assert (law.law is None) == (not law.names) == (not law.articles)


@pytest.fixture
def law_of_xa(law):
    from comity.law import Bundle

    entry = SpeechLaw(
        key="xa.speech",
        state="XA",
        law="Media Law of XA, article 9",
        names=("Media Law",),
        articles=("9",),
        punishes=("insult",),
        mark="B",
        sources=("S-MENA",),
        last_checked="2026-11-21",
        review_by="2027-05-21",
    )
    return Bundle(law.content.model_copy(update={"speech_laws": (entry,)}), b"")


def test_a_hit_raises_the_question_and_never_answers_it(find, law_of_xa):
    def found(citation, facts):
        return find(BY_KEY["persecution"], {**facts, "offence.law_cited": citation}, bundle=law_of_xa)

    hit = found("Media Law of XA, art. 9", {})
    assert "speech_provision" in reasons(hit)
    assert "persecution.speech_provision" in {m.key for m in hit.missing}
    assert {read.value for read in hit.law if read.key == "xa.speech"} == {"provision"}
    answered = found("Media Law of XA, art. 9", no("persecution"))
    assert answered.verdict is MET, "a person has read it, and says that the provision is another one"
    assert "speech_provision" not in reasons(found("Penal Code, art. 9", {}))
    missed = found("Penal Code, art. 9", {})
    assert missed.verdict is ASK, "that the linter is silent says nothing"
