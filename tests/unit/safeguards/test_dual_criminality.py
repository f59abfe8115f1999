"""Dual criminality by conduct: by elements, by adopted law only, and never by the names of offences."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.safeguards.adopted import adopt, both, offence, rule

from comity.acts import ACTS, Fact, Provenance, Verdict
from comity.law import Bundle, packaged_bundle
from comity.safeguards import all_, any_, known, request_facts
from comity.safeguards import verdict as verdict_of
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.facts import gather
from comity.safeguards.registry import FACTS, Nature
from comity.safeguards.registry.conduct import ELEMENT_FACTS
from comity.safeguards.request import RequestFacts

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
DUAL = BY_KEY["dual_criminality"]
TOLD = {"request.conduct_described": True, "request.made_on": "2026-11-20", "conduct.began": "2026-10-01",
        "conduct.ended": "2026-10-02"}  # fmt: skip
PLAIN = (offence("illegal_access", "access", "without_right"), rule())
STRICT = (
    offence(
        "illegal_access", "access", "without_right", "security_measure", "dishonest_intent|intent_to_gain",
        unless=["authorised_testing"],
    ),
    rule(),
)  # fmt: skip


def elements(**told):
    """Facts of the conduct, by element."""
    return {ELEMENT_FACTS[name]: value for name, value in told.items() if value is not None}


@pytest.fixture
def dual(content, case):
    """The verdict on a request of which these facts are known, where these have adopted this."""

    def _dual(facts, xb=STRICT, xa=PLAIN):
        law = content
        for state, parts in (("XA", xa), ("XB", xb)):
            law = adopt(law, state, *parts).content if parts else law
        frame = Frame(case({**TOLD, **facts}), Bundle(law, b""), "requested", ON)
        return run(DUAL, frame)

    return _dual


def reasons(finding, name):
    ids = [b for b in finding.because if b.id == f"safeguards.{finding.check}.{name}"]
    return [{a.name: a.value for a in b.arguments} for b in ids]


# -- element by element ---------------------------------------------------------------------------


def test_every_element_present_absent_or_not_stated(content, case):
    """All 729 of them, against a second telling of what the two laws ask."""
    law = both(content, PLAIN, STRICT)
    names = (
        "access", "without_right", "security_measure", "dishonest_intent", "intent_to_gain",
        "authorised_testing",
    )  # fmt: skip
    seen = set()
    for values in product((None, True, False), repeat=len(names)):
        told = dict(zip(names, values, strict=True))
        truth = {name: known(value) for name, value in told.items()}
        expected = all_(
            truth["access"],
            truth["without_right"],
            truth["security_measure"],
            any_(truth["dishonest_intent"], truth["intent_to_gain"]),
            known(None if told["authorised_testing"] is None else not told["authorised_testing"]),
        )
        facts = {**TOLD, **elements(**told)}
        finding = run(DUAL, Frame(case(facts), law, "requested", ON))
        assert finding.verdict is verdict_of(expected), told
        seen.add(finding.verdict)
        failing = {r["element"] for r in reasons(finding, "element_fails") if r["state"] == "XB"}
        if finding.verdict is NOT_MET and told["access"]:
            absent = {n for n in names[1:3] if told[n] is False}
            absent |= (
                {"dishonest_intent / intent_to_gain"}
                if not (told[names[3]] or told[names[4]])
                and (told[names[3]] is False and told[names[4]] is False)
                else set()
            )
            assert failing == absent, told
    assert seen == {MET, NOT_MET, ASK}


CONCEPTS = sorted({c for word in packaged_bundle().content.elements for c in word.acts_of})


@pytest.mark.parametrize("concept", CONCEPTS)
def test_each_concept_is_told_by_its_acts_and_fails_by_what_its_law_asks_for(dual, content, concept):
    acts = [w.key for w in content.elements if concept in w.acts_of]
    law = (offence(concept, "intentional"), rule())  # what is done follows from the concept
    alone = (offence(concept, *(["|".join(acts)]), "intentional"), rule())
    for act in acts:
        others = dict.fromkeys(set(ACTS) - {act}, False)
        for xb in (law, alone):
            assert dual(elements(**others, **{act: True}, intentional=True), xb, xb).verdict is MET
            assert dual(elements(**others, **{act: True}, intentional=False), xb, xb).verdict is NOT_MET
            assert dual(elements(**others, **{act: True}), xb, xb).verdict is ASK
    assert dual(elements(**dict.fromkeys(ACTS, False), intentional=True), law, law).verdict is NOT_MET


def test_conduct_is_held_against_every_offence_of_the_other_state_not_its_namesake(dual):
    """Broken once: looking up the concept that the asking State named."""
    changed = elements(data_changed=True, without_right=True, access=False)
    xb = (offence("illegal_access", "access"), offence("data_interference", "data_changed"), rule())
    for label in ("illegal_access", "fraud", "no_such_concept"):
        facts = {**changed, "offence.concept": label}
        finding = dual(facts, xb, (offence("data_interference", "data_changed"), rule()))
        assert finding.verdict is MET
        assert [r["provision"] for r in reasons(finding, "fits")] == ["Code, s. data_interference"] * 2


LABELS = st.fixed_dictionaries(
    {
        "title": st.text("abcdefg ", min_size=1, max_size=12),
        "law": st.text("abcdefg ", min_size=1, max_size=12),
        "max_penalty_months": st.none() | st.integers(0, 400),
        "offence_class": st.none() | st.sampled_from([*CONCEPTS, "other_name"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(
    labels=st.tuples(LABELS, LABELS),
    told=st.dictionaries(st.sampled_from(sorted(ELEMENT_FACTS)), st.booleans(), max_size=12),
)
def test_renaming_the_offence_changes_no_verdict(adopted_by_both, make_request, labels, told):
    law = adopted_by_both
    stated = [Fact(key=k, value=v, provenance=Provenance.DOCUMENT, stated_by="XA", reference="Charge")
              for k, v in elements(**told).items()]  # fmt: skip
    verdicts = set()
    for label in labels:
        facts = request_facts(make_request(offence=label, facts=stated))
        frame = Frame(facts, law, "requested", ON)
        verdicts.add((run(DUAL, frame).verdict, run(BY_KEY["intent"], frame).verdict))
    assert len(verdicts) == 1


@pytest.fixture(scope="session")
def in_part_only(session_content):
    return both(session_content, (PLAIN[0], rule(complete=False)), (STRICT[0], rule(complete=False)))


@pytest.fixture(scope="session")
def adopted_by_both(session_content):
    return both(session_content, PLAIN, STRICT)


@pytest.fixture(scope="session")
def session_content():
    from tests.unit.safeguards.conftest import law_with

    return law_with().content


@pytest.fixture(scope="session")
def make_request():
    from tests.unit.safeguards.conftest import request_act

    return request_act


# -- who may say no -------------------------------------------------------------------------------

ANY_FACT = st.dictionaries(
    st.sampled_from(sorted(k for k in DUAL.reads if FACTS[k].type is bool)), st.booleans(), max_size=20
)


@settings(max_examples=150, deadline=None)
@given(
    told=ANY_FACT,
    sides=st.sampled_from([("GH", "PT"), ("PT", "GH")]),
    sure=st.booleans(),
    what=st.tuples(st.sampled_from(["access_stored", "preserve"]), st.sampled_from([None, *CONCEPTS])),
)
def test_without_adopted_law_nothing_is_not_met(session_content, told, sides, sure, what):
    """Also where every mark is the best: read by us is not adopted by them."""
    packaged = packaged_bundle().content
    content = packaged.model_copy(
        update={"provisions": session_content.provisions, "measures": session_content.measures}
    )
    law = Bundle(content if sure else packaged, b"")
    measure, concept = what
    asks, asked = sides
    speaks = {"requesting": asks, "requested": asked, None: asked}
    said = [
        Fact(key=k, value=v, provenance=Provenance.DOCUMENT, reference="x",
             stated_by=speaks[FACTS[k].known_to] if FACTS[k].nature is Nature.OWN_LAW else asks)
        for k, v in told.items() if FACTS[k].nature is not Nature.DERIVED
    ]  # fmt: skip
    derived = {k: v for k, v in told.items() if FACTS[k].nature is Nature.DERIVED}
    derived |= {} if concept is None else {"offence.concept": concept}
    facts = RequestFacts("0" * 64, measure, asks, asked, (), (), gather(asks, asked, derived, (), said))
    for check in (DUAL, BY_KEY["intent"]):
        if measure in check.measures:
            assert run(check, Frame(facts, law, "requested", ON)).verdict is not NOT_MET


@settings(max_examples=100, deadline=None)
@given(told=st.dictionaries(st.sampled_from(sorted(ELEMENT_FACTS)), st.booleans(), max_size=20))
def test_only_who_says_that_its_list_is_whole_can_say_no(in_part_only, session_case, told):
    law = in_part_only
    frame = Frame(session_case({**TOLD, **elements(**told)}), law, "requested", ON)
    assert run(DUAL, frame).verdict is not NOT_MET
    assert run(BY_KEY["intent"], frame).verdict is not NOT_MET


def test_where_the_list_is_not_whole_it_is_said(dual):
    part = rule(complete=False)
    finding = dual(elements(access=True, without_right=False), (STRICT[0], part), (PLAIN[0], part))
    assert finding.verdict is ASK
    assert [r["element"] for r in reasons(finding, "element_fails") if r["state"] == "XB"] == [
        "without_right"
    ]
    finding = dual(
        elements(access=False), (STRICT[0], rule(complete=False)), (PLAIN[0], rule(complete=False))
    )
    assert {r["state"] for r in reasons(finding, "not_complete")} == {"XA", "XB"}


FITS = elements(
    access=True, without_right=True, security_measure=True, dishonest_intent=True, authorised_testing=False
)


@pytest.mark.parametrize("element", [k for k, v in FITS.items() if v])
@pytest.mark.parametrize("provenance", [p for p in Provenance if p is not Provenance.DOCUMENT])
def test_what_the_asking_state_only_asserts_never_settles(content, element, provenance):
    law = both(content, PLAIN, STRICT)

    def verdict(how, paper):
        said = [
            Fact(key=k, value=v, stated_by="XA", provenance=how if k == element else Provenance.DOCUMENT,
                 reference="Charge", document=paper if k == element else "1" * 64)
            for k, v in FITS.items()
        ]  # fmt: skip
        facts = gather("XA", "XB", TOLD, [("XA", fact) for fact in said], ())
        return run(DUAL, Frame(RequestFacts("0" * 64, "access_stored", "XA", "XB", (), (), facts), law,
                               "requested", ON)).verdict  # fmt: skip

    assert verdict(Provenance.DOCUMENT, "1" * 64) is MET
    assert verdict(provenance, "1" * 64) is ASK
    assert verdict(Provenance.DOCUMENT, None) is ASK, "a paper not bound by its digest is a word alone"


def test_adopted_law_that_is_overdue_or_weak_settles_nothing(dual, content, case):
    absent = elements(access=True, without_right=False)
    assert dual(absent).verdict is NOT_MET
    law = both(content, PLAIN, STRICT)
    for change in ({"review_by": "2026-11-20"}, {"mark": "C"}, {"settled": None}):
        nations = tuple(
            n.model_copy(update={"offences": tuple(o.model_copy(update=change) for o in n.offences)})
            for n in law.content.nations
        )
        weak = Bundle(law.content.model_copy(update={"nations": nations}), b"")
        for facts in (absent, FITS):
            finding = run(DUAL, Frame(case({**TOLD, **facts}), weak, "requested", ON))
            assert finding.verdict is ASK, change


def test_a_packaged_row_decides_once_its_state_has_adopted_it():
    """``adopt`` of an offence as it stands: its words are elements, but what raises the penalty is none."""
    packaged = packaged_bundle()
    text = '\n[[adopt]]\nwhat = "offence"\nkey = "{}"\nsource = "Read"\n'
    law = adopt(packaged.content, "PT", text.format("illegal_access"))
    said = {"conduct.access": True, "conduct.without_right": True}
    facts = gather("GH", "PT", {**TOLD, "offence.concept": "illegal_access"}, [], [
        Fact(key=k, value=v, provenance=Provenance.OWN_INQUIRY, stated_by="PT", reference="")
        for k, v in said.items()
    ])  # fmt: skip
    request = RequestFacts("0" * 64, "access_stored", "GH", "PT", (), (), facts)
    for bundle, fits in ((packaged, False), (law, True)):
        finding = run(DUAL, Frame(request, bundle, "requested", ON))
        assert finding.verdict is ASK
        assert bool(reasons(finding, "fits")) is fits
        assert bool(reasons(finding, "law_to_compare")) is not fits


# -- the day --------------------------------------------------------------------------------------

TWO_LAWS = (
    offence("illegal_access", "access", until="2026-05-31", provision="Old code, s. 1"),
    offence("illegal_access", "access", "security_measure", since="2026-06-01", provision="New code, s. 1"),
)
OLD, NEW = "2026-03-01", "2026-10-01"


@pytest.mark.parametrize(
    ("at", "days", "verdict"),
    [
        ("conduct", (OLD, OLD, NEW), MET),
        ("conduct", (NEW, NEW, NEW), NOT_MET),
        ("conduct", (OLD, NEW, NEW), ASK),
        ("conduct", (OLD, None, NEW), ASK),
        ("conduct", (NEW, None, OLD), NOT_MET),
        ("conduct", (None, None, NEW), ASK),
        ("conduct", ("2026-05-31", "2026-05-31", NEW), MET),
        ("conduct", ("2026-05-31", "2026-06-01", NEW), ASK),
        ("request", (OLD, OLD, NEW), NOT_MET),
        ("request", (NEW, NEW, OLD), MET),
        ("request", (OLD, OLD, None), ASK),
        ("decision", (OLD, OLD, OLD), NOT_MET),
        ("conduct_and_request", (OLD, OLD, NEW), NOT_MET),
        ("conduct_and_request", (OLD, OLD, OLD), MET),
        (None, (OLD, OLD, OLD), MET),
        (None, (NEW, NEW, NEW), NOT_MET),
        (None, (OLD, OLD, NEW), ASK),
    ],
)
def test_the_day_that_the_states_law_looks_to_decides(content, case, at, days, verdict):
    rules = rule() if at is None else rule(assessed_at=at)
    law = both(content, (offence("illegal_access", "access"), rule()), (*TWO_LAWS, rules))
    named = zip(("conduct.began", "conduct.ended", "request.made_on"), days, strict=True)
    facts = elements(access=True, security_measure=False) | {k: v for k, v in named if v}
    facts["request.conduct_described"] = True
    finding = run(DUAL, Frame(case(facts), law, "requested", ON))
    assert finding.verdict is verdict
    assert bool(reasons(finding, "day_matters")) is (verdict is ASK)


def test_law_of_before_what_is_held_is_not_known(dual):
    since = (offence("illegal_access", "access", since="2026-10-02"), rule(assessed_at="conduct"))
    facts = elements(access=True, without_right=True)
    assert dual(facts, since).verdict is ASK, "it began the day before"
    assert dual({**facts, "conduct.began": "2026-10-02"}, since).verdict is MET


# -- roles, jurisdiction, what prosecution waits for ----------------------------------------------


def test_the_role_that_the_state_adopted_decides_whether_it_is_asked_for(dual):
    absent = elements(access=True, without_right=False)
    for role, verdict in (("none", MET), ("option", NOT_MET), ("condition", NOT_MET)):
        adopted = rule(roles=[{"measure": "access_stored", "role": role}])
        finding = dual(absent, (STRICT[0], adopted))
        assert finding.verdict is verdict
        assert reasons(finding, f"adopted_role_{role}") == [{"state": "XB"}]
    assert dual(absent, (STRICT[0], rule(roles=[{"measure": "preserve", "role": "none"}]))).verdict is NOT_MET


def test_a_complaint_is_no_element_unless_the_state_says_so(dual):
    facts = elements(access=True, without_right=True)
    asked = offence("illegal_access", "access", preconditions=["complaint_of_victim"])
    assert dual(facts, (asked, rule())).verdict is MET
    assert dual(facts, (asked, rule(complaint_counts=False))).verdict is MET
    counted = (asked, rule(complaint_counts=True))
    assert dual(facts, counted).verdict is ASK
    assert dual(facts | elements(complaint_of_victim=True), counted).verdict is MET
    assert dual(facts | elements(complaint_of_victim=False), counted).verdict is NOT_MET


def test_a_word_that_only_a_person_can_read_stays_open(dual):
    facts = elements(access=True, without_right=True, security_measure=True)
    xb = (offence("illegal_access", "access", "security_measure_alternative"), rule())
    finding = dual(facts, xb)
    assert finding.verdict is ASK
    assert [r["element"] for r in reasons(finding, "element_open")] == ["security_measure_alternative"]


@pytest.mark.parametrize(
    ("bases", "facts", "verdict"),
    [
        (["victim_national"], {"conduct.elsewhere": False}, MET),
        (["victim_national"], {"conduct.elsewhere": True, "conduct.victim_national": True}, MET),
        (["victim_national"], {"conduct.elsewhere": True, "conduct.victim_national": False}, NOT_MET),
        (["victim_national"], {"conduct.elsewhere": True, "conduct.offender_national": True}, ASK),
        (["victim_national", "effect"], {"conduct.elsewhere": True, "conduct.effect_at_home": True}, MET),
        (["any"], {"conduct.elsewhere": True}, MET),
        (["victim_national"], {}, ASK),
        (["victim_national"], {"conduct.victim_national": True}, MET),
    ],
)
def test_conduct_done_elsewhere_is_tried_in_like_circumstances(dual, bases, facts, verdict):
    fits = elements(access=True, without_right=True)
    for measure, asked in ((["access_stored"], True), (["preserve"], False)):
        adopted = (PLAIN[0], rule(jurisdiction={"measures": measure, "bases": bases}))
        finding = dual({**fits, **facts}, adopted)
        assert finding.verdict is (verdict if asked else MET)


def test_preservation_needs_none_unless_it_was_reserved(dual, content):
    absent = elements(access=True, without_right=False)
    nations = tuple(n.model_copy(update={"not_held": ()}) for n in content.nations)
    free = content.model_copy(update={"nations": nations})
    law = both(free, PLAIN, STRICT)
    from tests.unit.safeguards.conftest import case_with

    frame = Frame(case_with({**TOLD, **absent}, "preserve"), law, "requested", ON)
    assert run(DUAL, frame).verdict is MET


def test_an_element_that_fails_is_named_with_its_provision_and_the_fact_is_in_the_finding(dual):
    finding = dual(elements(access=True, without_right=True, security_measure=False))
    assert finding.verdict is NOT_MET
    (failed,) = reasons(finding, "element_fails")
    assert failed == {"state": "XB", "provision": "Code, s. illegal_access", "element": "security_measure"}
    assert "conduct.security_measure_defeated" in {reading.key for reading in finding.facts}
    assert "xb.offence.illegal_access" in {read.key for read in finding.law}


def test_what_is_missing_is_what_the_nearest_offence_still_needs(dual):
    xb = (*STRICT[:1], offence("fraud", "property_loss_caused", "intent_to_gain"), rule())
    finding = dual(elements(access=True, without_right=True, authorised_testing=False), xb)
    assert finding.verdict is ASK
    assert [m.key for m in finding.missing] == [
        "conduct.intent_to_gain", "conduct.security_measure_defeated", "intent.dishonest_shown",
    ]  # fmt: skip
