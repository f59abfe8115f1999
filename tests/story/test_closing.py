"""Grave findings: two who do not read each other, an office outside before a grant, what reopens them."""

import loopback as l
import pytest

from comity import store
from comity.acts import Fact, Outcome, Provenance, Verdict
from comity.acts import Person as Named
from comity.app import people
from comity.app.assess import answer_finding, assess, findings_now, latest_assessment
from comity.app.decide import Ruling, decide
from comity.app.deeds import deeds_of
from comity.app.export import export_case, gather
from comity.app.node import case_of, home_of
from comity.app.prepare import approve
from comity.app.reopening import reopened_in
from comity.app.reply import matter
from comity.app.search import find_cases
from comity.app.show import show_act, show_case
from comity.app.telling import tell
from comity.dossier import Profile
from comity.errors import BadInput, NotFound, NotPermitted
from comity.safeguards.registry.persecution import INDICATORS

GRAVE = "persecution"
ALSO_GRAVE = "death_penalty"
"""Grave too, and closed by two in every story here, so that one grave finding is looked at alone."""
OUTSIDE = {
    "judge": ("court", "reviewer"),
    "clerk": ("police", "reviewer"),
    "third": ("central-authority", "approver"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    pair = l.make_pair(tmp_path_factory.mktemp("closing"), offices=("court=court", "police=police_unit"))
    pt = pair.pt
    for name, (office, work) in OUTSIDE.items():
        who = Named(name=f"{name.title()} PT", function=name, instrument="Appointment 2")
        by = (pt["officer"], pt["approver"])
        people.add_person(pt.node, name, office=f"pt:{office}", deeds=deeds_of((work,)), person=who, by=by)
        pt.people[name] = pt.node.person(name)
    yield pair
    pair.check_lists()
    pair.close()


@pytest.fixture
def asked_of(world):
    return l.ask(world, "mailbox")


def own(key, *, value=True):
    return Fact(key=key, value=value, provenance=Provenance.OWN_INQUIRY, stated_by="PT", reference="own file")


def assessed(world, request, *facts, but=()):
    """Assess, and let the officer answer all but the grave finding that the story is about."""
    pt = world.pt
    made = assess(pt.node, request.id, pt["officer"], home=facts).act
    for key in latest_assessment(pt.node, matter(pt.node, request.id)).unanswered:
        if key not in {GRAVE, *but}:
            answer_finding(pt.node, made.id, pt["officer"], finding=key, text="Looked at; satisfied.")
        if key == ALSO_GRAVE:
            answer_finding(pt.node, made.id, pt["approver"], finding=key, text="Looked at; satisfied.")
    return made


def says(world, made, person, *, resolved, finding=GRAVE):
    pt = world.pt
    return answer_finding(
        pt.node, made.id, pt[person], finding=finding, text=f"By {person}.", resolved=resolved
    )


def stand(world, request):
    now = latest_assessment(world.pt.node, matter(world.pt.node, request.id))
    return now.unanswered, now.split


def grant(world, request):
    ruling = Ruling(item="mailbox", outcome=Outcome.GRANT, outward="It fits.", inward="It fits.")
    return decide(world.pt.node, request.id, world.pt["officer"], rulings=(ruling,), approver="approver")


def refused(id):
    return pytest.raises(NotPermitted, match=rf"^{id}\b")


# -- two persons, blind ---------------------------------------------------------------------------


def views(world, request):
    """Every view that a person has, as far as a first answer could be told from none."""
    node = world.pt.node
    shown = show_case(node, request.header.case)
    parts = gather(node, request.header.case, letters=False)
    return {
        "acts": [(a["id"], a["number"]) for a in shown["acts"]],
        "at_home": shown["at_home"],
        "reopened": shown["reopened"],
        "list": [{**c, "pending": 0} for c in find_cases(node)["cases"] if c["case"] == request.header.case],
        "place": [c["case"] for c in find_cases(node)["cases"]].index(request.header.case),
        "file": [act.id for act in parts.acts],
        "stand": stand(world, request),
    }


@pytest.mark.parametrize("resolved", [True, False])
def test_until_the_second_has_answered_no_view_tells_that_the_first_has(world, asked_of, resolved):
    """Broken once: the number of acts at home, and the place of the case in the list, each told it."""
    made = assessed(world, asked_of)
    world.later(minutes=5)
    l.ask(world, "mailbox")  # another case moves in between, so that this one would change places
    before = views(world, asked_of)
    assert [number for _, number in before["acts"][1:]] == [None] * (len(before["acts"]) - 1), (
        "a gap would tell"
    )
    world.later(minutes=5)
    first = says(world, made, "officer", resolved=resolved)
    assert views(world, asked_of) == before
    with refused("app.answer_sealed"):
        show_act(world.pt.node, first.id)
    assert first.id.encode() not in export_case(world.pt.node, asked_of.header.case, Profile.COURT)
    second = says(world, made, "approver", resolved=True)
    after = views(world, asked_of)
    answers = [
        a["act"] for one in after["at_home"]["assessments"] for a in one["answers"] if a["finding"] == GRAVE
    ]
    assert answers == [first.id, second.id]
    assert {first.id, second.id} <= set(after["file"])
    assert show_act(world.pt.node, first.id)["fields"]["text"] == "By officer."


def test_one_person_answers_a_grave_finding_once(world, asked_of):
    made = assessed(world, asked_of)
    says(world, made, "officer", resolved=True)
    with refused("app.answered_already"):
        says(world, made, "officer", resolved=True)
    assert stand(world, asked_of) == ((GRAVE,), ())


def test_two_who_agree_close_it_and_two_who_differ_need_a_third(world, asked_of):
    made = assessed(world, asked_of)
    says(world, made, "officer", resolved=True)
    says(world, made, "approver", resolved=False)
    assert stand(world, asked_of) == ((GRAVE,), (GRAVE,))
    with refused("app.findings_unanswered"):
        grant(world, asked_of)
    says(world, made, "third", resolved=True)
    assert stand(world, asked_of) == ((), ())
    with refused("app.office_outside_needed"):
        grant(world, asked_of)  # one of the three was not satisfied
    again = assessed(world, asked_of)
    for person in ("officer", "approver"):
        says(world, again, person, resolved=True)
    assert stand(world, asked_of) == ((), ())


def test_a_new_assessment_does_not_open_what_an_old_one_sealed(world, asked_of):
    first = says(world, assessed(world, asked_of), "officer", resolved=False)
    made = assessed(world, asked_of)
    with refused("app.answer_sealed"):
        show_act(world.pt.node, first.id)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)  # who was not satisfied is not forgotten by assessing anew
    says(world, made, "judge", resolved=True)
    assert grant(world, asked_of).waiting


def test_what_one_person_enters_closes_no_grave_finding(world, asked_of):
    """Broken once: five facts by one officer, and the finding was met, with no second person."""
    heavy = [own(one.fact, value=not one.present) for one in INDICATORS if one.heavy]
    made = assessed(world, asked_of, *heavy)
    assert next(f.verdict for f in made.fields["findings"] if f.check == GRAVE) is Verdict.MET
    assert stand(world, asked_of) == ((GRAVE,), ())
    says(world, made, "officer", resolved=True)
    with refused("app.findings_unanswered"):
        grant(world, asked_of)
    says(world, made, "approver", resolved=True)
    assert grant(world, asked_of).waiting


@pytest.mark.parametrize("text", ["  ", "\u200b", "."])
def test_an_answer_that_says_nothing_and_a_grant_without_inward_reasons_are_refused(world, asked_of, text):
    pt = world.pt
    made = assess(pt.node, asked_of.id, pt["officer"]).act
    with pytest.raises(BadInput, match=r"^app\.answer_without_reasons\b"):
        answer_finding(pt.node, made.id, pt["officer"], finding=GRAVE, text=text)
    for outward, inward, id in ((text, "Why.", "app.no_reasons"), ("Why.", text, "app.no_inward_reasons")):
        made = closed(world, asked_of)
        ruling = Ruling(item="mailbox", outcome=Outcome.GRANT, outward=outward, inward=inward)
        with refused(id):
            decide(pt.node, asked_of.id, pt["officer"], rulings=(ruling,), approver="approver")


# -- an office outside ----------------------------------------------------------------------------


def test_what_is_only_unknown_is_closed_by_the_two(world, asked_of):
    made = assessed(world, asked_of)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    assert grant(world, asked_of).waiting


@pytest.mark.parametrize(
    ("fact", "check"), [("persecution.opinion", GRAVE), ("indicator.ill_treatment", "treatment")]
)
def test_a_grant_in_the_face_of_an_indicator_needs_an_office_outside(world, asked_of, fact, check):
    made = assessed(world, asked_of, own(fact))
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)
    says(world, made, "clerk", resolved=True, finding=check)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)  # another office, and not one of those that stand outside
    says(world, made, "judge", resolved=True, finding=check)
    assert grant(world, asked_of).waiting


@pytest.mark.parametrize("now", [(), (False,)])
def test_a_sign_is_not_undone_by_assessing_anew_without_it(world, asked_of, now):
    """Broken once: the fact left out, or turned round, and two of the same office granted."""
    assessed(world, asked_of, own("persecution.opinion"))
    heavy = [own(one.fact, value=value) for value in now for one in INDICATORS if one.heavy]
    made = assessed(world, asked_of, *heavy)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)
    says(world, made, "judge", resolved=True)
    assert grant(world, asked_of).waiting


def test_an_office_outside_that_is_not_satisfied_bars_the_grant(world, asked_of):
    made = assessed(world, asked_of)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    says(world, made, "judge", resolved=False)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)


def test_it_is_asked_again_when_the_last_of_them_signs(world, asked_of):

    made = assessed(world, asked_of)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    said = grant(world, asked_of)
    says(world, made, "judge", resolved=False)
    with refused("app.office_outside_needed"):
        approve(world.pt.node, said.act.id, world.pt["approver"])


def test_what_was_answered_inside_stays_at_home(world, asked_of):
    """P8: with an office outside or without, the decision that travels has the same shape."""
    shapes = []
    for facts, judge in (((), False), ((own("persecution.asylum"),), True)):
        request = l.ask(world, "mailbox")
        made = assessed(world, request, *facts)
        for person in ("officer", "approver"):
            says(world, made, person, resolved=True)
        if judge:
            says(world, made, "judge", resolved=True)
        act = grant(world, request).act
        shapes.append((sorted(act.fields), [s.role for s in act.header.signers], len(act.header.rests_on)))
    assert shapes[0] == shapes[1]


# -- reopened -------------------------------------------------------------------------------------


def reopened(world, request):
    with world.pt.node.db.read() as conn:
        return reopened_in(world.pt.node, conn, request.header.case)


def closed(world, request):
    made = assessed(world, request)
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    return made


def test_nothing_new_reopens_nothing(world, asked_of):
    closed(world, asked_of)
    assert reopened(world, asked_of) == ()
    assessed(world, asked_of)
    assert reopened(world, asked_of) == (), "the same facts, looked at again, are nothing new"
    with pytest.raises(NotFound, match=r"^app\.nothing_reopened"):
        tell(world.pt.node, asked_of.id, world.pt["officer"], finding=GRAVE, told=(), text="Why?")


def test_a_fact_of_the_own_file_reopens_it_and_a_person_says_whom_to_tell(world, asked_of):
    made = closed(world, asked_of)
    assessed(world, asked_of, own("persecution.asylum"), own("target.privileged"))
    (one,) = reopened(world, asked_of)
    assert (one.assessment, one.finding, one.facts, one.acts) == (made.id, GRAVE, ("persecution.asylum",), ())
    assert (one.told, one.closed_again) == (None, False)
    assert stand(world, asked_of)[0] == (GRAVE,)
    with refused("app.findings_unanswered"):
        grant(world, asked_of)
    tell(world.pt.node, asked_of.id, world.pt["officer"], finding=GRAVE, told=("ES",), text="They had data.")
    (told,) = show_case(world.pt.node, asked_of.header.case)["reopened"]
    assert told["told"] == ["ES"]
    with pytest.raises(NotFound):
        tell(world.pt.node, asked_of.id, world.pt["officer"], finding=GRAVE, told=(), text="Twice.")


def test_that_nobody_is_told_is_said_by_a_person_too(world, asked_of):
    closed(world, asked_of)
    assessed(world, asked_of, own("persecution.opinion"))
    assert reopened(world, asked_of)[0].told is None
    tell(world.pt.node, asked_of.id, world.pt["officer"], finding=GRAVE, told=(), text="None had anything.")
    assert reopened(world, asked_of)[0].told == ()


@pytest.mark.parametrize(
    ("key", "reopens"), [("persecution.opinion", True), ("law.transfer_permitted", False)]
)
def test_a_later_act_reopens_it_where_it_states_what_the_check_reads(world, asked_of, key, reopens):
    from comity.acts import Reply
    from comity.acts.terms import AnswerTerms, AskTerms, QuestionTerm

    pt, gh = world.pt, world.gh
    question = {"id": "q1", "text": "Which?", "fact": None}
    terms = AskTerms(questions=(QuestionTerm(id="q1", about=None),))
    asked = l.said(world, pt, "ask", {"terms": terms, "questions": (question,)}, request=asked_of)
    closed(world, asked_of)
    fact = Fact(key=key, value=True, provenance=Provenance.ASSERTED, stated_by="GH", reference="")
    fields = {
        "terms": AnswerTerms(ask=asked.id, questions=("q1",)),
        "replies": (Reply(id="q1", text="This one."),),
        "facts": (fact,),
    }
    said = l.said(world, gh, "answer", fields, request=asked_of)
    assert [one.acts for one in reopened(world, asked_of)] == ([(said.id,)] if reopens else [])


def test_closed_again_it_still_waits_for_who_is_told(world, asked_of):
    closed(world, asked_of)
    made = assessed(world, asked_of, own("persecution.opinion", value=False))
    for person in ("officer", "approver"):
        says(world, made, person, resolved=True)
    (one,) = reopened(world, asked_of)
    assert (one.closed_again, one.told) == (True, None)


def test_the_fold_keeps_each_persons_answer(world, asked_of):
    closed(world, asked_of)
    with world.pt.node.db.read() as conn:
        case = case_of(world.pt.node, conn, asked_of.header.case)
        home = home_of(world.pt.node, conn, asked_of.header.case, case)
        acts = {a.id for a in store.acts_of_case(conn, asked_of.header.case, "home")}
    given = [a for a in home.latest_assessment(asked_of.id).answers if a.finding == GRAVE]
    assert len({a.by for a in given}) == 2
    assert {a.act for a in given} <= acts


def test_the_office_that_handles_it_is_never_outside_whatever_its_functions(world, asked_of, monkeypatch):
    from comity.law import Bundle

    monkeypatch.setattr(Bundle, "outside_functions", lambda _: frozenset({"central_authority"}))
    made = assessed(world, asked_of, own("persecution.opinion"))
    for person in ("officer", "approver", "third"):
        says(world, made, person, resolved=True)
    with refused("app.office_outside_needed"):
        grant(world, asked_of)


# -- what a case shows of replies -----------------------------------------------------------------


def exchange(world, request, label, *, reply=None):
    """PT asks one question, and GH answers it, or not."""
    from comity.acts import Reply
    from comity.acts.terms import AnswerTerms, AskTerms, QuestionTerm

    question = {"id": label, "text": "Which?", "fact": None}
    terms = AskTerms(questions=(QuestionTerm(id=label, about=None),))
    asked = l.said(world, world.pt, "ask", {"terms": terms, "questions": (question,)}, request=request)
    if reply is None:
        return
    terms = AnswerTerms(ask=asked.id, questions=(label,))
    fields = {"terms": terms, "replies": (Reply(id=label, text=reply),), "facts": ()}
    l.said(world, world.gh, "answer", fields, request=request)


def seen(world, request):
    found = next(f for f in findings_now(world.pt.node, request.id) if f.check == "circumstances")
    return {b.id.rsplit(".", 1)[-1] for b in found.because} & {"seen_no_reply", "seen_same_reply"}


def test_a_question_without_a_reply_and_a_reply_that_repeats_itself_are_seen_in_the_case(world, asked_of):
    assert seen(world, asked_of) == set()
    exchange(world, asked_of, "q1", reply="It is necessary.")
    assert seen(world, asked_of) == set()
    exchange(world, asked_of, "q2", reply="It  is NECESSARY.")
    assert seen(world, asked_of) == {"seen_same_reply"}
    exchange(world, asked_of, "q3")
    assert seen(world, asked_of) == {"seen_no_reply", "seen_same_reply"}
