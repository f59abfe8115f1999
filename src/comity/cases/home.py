"""A State's own half of a case: the acts that stay at home, folded on top of the shared case.

Promises: the same as ``folding``: a function of the set of home acts and of the shared case, in whatever
order they come. Home acts are numbered from 1 without a gap; what names something that is not there,
or ratifies one's own act, is not in order and moves nothing.

Leaves to others: who may sign (``keys``, ``app``), the content of findings (``safeguards``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from comity.acts import Act
from comity.acts import duty_terms as d
from comity.acts import home_terms as h
from comity.acts import knowing_terms as n
from comity.acts import work_terms as w
from comity.acts.delivery_terms import Protected
from comity.acts.person_terms import AffordTerms
from comity.cases.case import Case, Equivocation
from comity.cases.costs import Cost, enter_cost, may_proceed
from comity.cases.desk import Desk, Registered, apply_desk, judge_desk
from comity.cases.duties import DUTIES, Duties, add_duty, judge_duty
from comity.cases.knowing import Knowing, judge_knowing, learn
from comity.cases.links import Link, tied
from comity.cases.protected import Guard, judge_guard, keep_guard
from comity.cases.standing import Equivocal, InOrder, NotInOrder, Standing
from comity.cases.work import Assignment, Work, judge_work, share_out
from comity.errors import BadInput


@dataclass(frozen=True, slots=True)
class Ratification:
    """A request that one person sent alone. ``act``, ``ratified``: what a second person said of it."""

    request: str
    by: str
    act: str | None = None
    ratified: bool | None = None


@dataclass(frozen=True, slots=True)
class FindingAnswer:
    """A person's answer. ``by``: the key that signed it; ``office``: whose person that was."""

    finding: str
    act: str
    resolved: bool
    by: str
    office: str


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """An assessment, and for each finding the latest answer of each person, in the order of their coming."""

    id: str
    about: str
    findings: str
    on: str
    answers: tuple[FindingAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom a person told that a finding was reopened; nobody, where ``told`` is empty."""

    id: str
    about: str
    assessment: str
    finding: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deliberation:
    id: str
    about: str
    assessment: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IntakeState:
    """An exhibit taken in. ``released``: what the latest review said; none before one.

    ``part_of``: the exhibit that it was selected from. ``protected``: where only a competent unit opens it.
    """

    id: str
    about: str
    exhibit: str
    statement: str
    items: tuple[str, ...]
    review: str | None = None
    released: bool | None = None
    part_of: str | None = None
    protected: Protected | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    id: str
    act: str
    field: str
    ground: str


@dataclass(frozen=True, slots=True)
class DisclosureMade:
    id: str
    profile: str
    withheld: tuple[tuple[str, str, str], ...]
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeCase:
    """The domestic half of a case."""

    state: str
    next_number: int
    standings: Mapping[str, Standing]
    ratifications: tuple[Ratification, ...] = ()
    assessments: tuple[AssessmentState, ...] = ()
    tellings: tuple[Telling, ...] = ()
    deliberations: tuple[Deliberation, ...] = ()
    intakes: tuple[IntakeState, ...] = ()
    desk: Desk = field(default_factory=Desk)
    erasures: tuple[Erasure, ...] = ()
    disclosures: tuple[DisclosureMade, ...] = ()
    equivocations: tuple[Equivocation, ...] = ()
    work: Work = field(default_factory=Work)
    knowing: Knowing = field(default_factory=Knowing)
    duties: Duties = field(default_factory=Duties)
    costs: tuple[Cost, ...] = ()
    links: tuple[Link, ...] = ()
    guard: Guard = field(default_factory=Guard)

    def assessment(self, id: str) -> AssessmentState | None:
        """The assessment of that id, or none."""
        return next((one for one in self.assessments if one.id == id), None)

    def intake(self, exhibit: str) -> IntakeState | None:
        """The intake of that exhibit, or none."""
        return next((one for one in self.intakes if one.exhibit == exhibit), None)

    def latest_assessment(self, about: str) -> AssessmentState | None:
        """The last assessment of a request, or none."""
        return next((one for one in reversed(self.assessments) if one.about == about), None)

    def released(self, exhibit: str) -> bool:
        """Whether the latest review lets an exhibit leave; never before a review."""
        found = self.intake(exhibit)
        return found is not None and found.released is True

    @property
    def handed(self) -> dict[str, frozenset[str]]:
        """The exhibits that each act handed out, or disclosed: those, their wholes, and their parts.

        Whoever has a whole has its parts: also those that were selected from it later.
        """
        wholes = {one.exhibit: one.part_of for one in self.intakes if one.part_of is not None}
        lines = {part: frozenset(_wholes(part, wholes)) for part in wholes}
        return {
            one_id: frozenset(whole for one in exhibits for whole in _wholes(one, wholes))
            | {part for part, line in lines.items() if not line.isdisjoint(exhibits)}
            for one_id, exhibits in (
                *((one.act, one.exhibits) for one in self.knowing.handed_out),
                *((one.id, one.exhibits) for one in self.disclosures),
            )
            if exhibits
        }

    @property
    def registers(self) -> tuple[Registered, ...]:
        """What came by another way than from a node."""
        return self.desk.registers

    @property
    def ratifications_due(self) -> tuple[Ratification, ...]:
        """What still waits for a second person."""
        return tuple(one for one in self.ratifications if one.act is None)


def assigned(home: HomeCase) -> Assignment | None:
    """Who has a case: an office, and perhaps a person of it; none where it was never assigned."""
    return home.work.assigned


def fold_home(case: Case, home_acts: Iterable[Act], state: str) -> HomeCase:
    """Fold a State's own acts in a case on top of the shared case.

    Args:
        case: the shared case; of no acts at all for what is noted before the first is sent.
        home_acts: that State's acts of this case that stay at home.
        state: whose home it is.

    Raises:
        BadInput: an act that travels, of another State, or of another case.
    """
    by_id = {act.id: act for act in home_acts}
    for act in by_id.values():
        if act.header.to is not None:
            raise BadInput("cases.not_at_home", kind=act.header.kind)
        if act.header.state != state or act.header.case is None or case.id not in {None, act.header.case}:
            raise BadInput("cases.several_cases")
    ordered = sorted(by_id.values(), key=lambda act: (act.header.number, act.id))
    turns: dict[int, list[str]] = {}
    for act in ordered:
        turns.setdefault(act.header.number, []).append(act.id)
    gap = next(number for number in range(1, len(turns) + 2) if number not in turns)
    standings: dict[str, Standing] = {}
    home = HomeCase(state, 1, {}, ratifications=_due(case, state))
    for act in ordered:
        number = act.header.number
        first = turns[number][0]
        if number > gap:
            standings[act.id] = NotInOrder("number", "wrong_number")
        elif first != act.id:
            standings[act.id] = Equivocal(first)
        else:
            standings[act.id] = verdict = judge_home(case, home, act)
            if isinstance(verdict, InOrder):
                home = replace(_apply(home, act), knowing=learn(home.knowing, act))
    return replace(
        home,
        next_number=max(turns, default=0) + 1,
        standings=dict(sorted(standings.items())),
        equivocations=tuple(
            Equivocation(state, number, tuple(ids)) for number, ids in sorted(turns.items()) if len(ids) > 1
        ),
    )


def judge_home(case: Case, home: HomeCase, act: Act) -> InOrder | NotInOrder:
    """Whether what an act at home names is there. Numbers are looked at by ``fold_home``."""
    about, terms = act.header.about, act.terms
    if act.header.kind in _ABOUT_A_REQUEST and about not in case.requests:
        return NotInOrder("about", "about_unknown")
    match terms:
        case h.RatifyTerms(act=named):
            return _judge_ratification(case, home, act, named)
        case h.AnswerFindingTerms(assessment=named) | h.TellTerms(assessment=named):
            assessment = home.assessment(named)
            known = assessment is not None and assessment.about == about
        case h.DeliberateTerms(assessment=named, answers=answers):
            assessment = home.assessment(named)
            given = set() if assessment is None else {answer.act for answer in assessment.answers}
            known = assessment is not None and assessment.about == about and given.issuperset(answers)
        case h.IntakeTerms(exhibit=exhibit, items=items, part_of=whole):
            known = home.intake(exhibit) is None and (whole is None or _holds(home, whole, about, items))
        case h.ReviewTerms(exhibit=exhibit):
            known = home.intake(exhibit) is not None
        case h.CertifyTerms(exhibit=exhibit):
            known = home.intake(exhibit) is not None or _taken(case, about, exhibit)
        case (
            d.AskUseTerms()
            | d.CalledBackTerms()
            | d.NotifyPersonTerms()
            | d.DelayNoticeTerms()
            | d.TellHolderTerms()
            | AffordTerms()
        ):
            return judge_duty(case.requests[str(about)], home.duties, act, home.handed)
        case w.HandOverTerms() | w.TakeOverTerms():
            return judge_work(home.work, act)
        case w.CostTerms(items=items):
            known = {item.id for item in case.requests[about or ""].items}.issuperset(items)
        case n.UnlinkTerms(link=named):
            known = any(link.act == named for link in home.links)
        case w.ProceedTerms(estimate=named):
            known = may_proceed(home.costs, named, about)
        case _:
            guarded = judge_guard(case, home, act)
            of_desk = judge_desk(case, home.desk, act)
            if guarded is not None or of_desk is None:
                return guarded or judge_knowing(home.knowing, act)
            known = of_desk
    return InOrder() if known else NotInOrder("reference", "names_what_is_not_there")


_ABOUT_A_REQUEST = frozenset(
    {
        "assess", "answer_finding", "tell", "deliberate", "intake", "review", "certify", "mark", "unseal",
        "order", "return", "rule_objection", "cost", "proceed", *DUTIES,
    }
)  # fmt: skip


def _wholes(exhibit: str, wholes: Mapping[str, str]) -> Iterator[str]:
    """An exhibit, and what it is a part of; a part is taken in after its whole, so this ends."""
    found: str | None = exhibit
    while found is not None:
        yield found
        found = wholes.get(found)


def _holds(home: HomeCase, exhibit: str, about: str | None, items: tuple[str, ...]) -> bool:
    """Whether an exhibit was taken in for these items of that request, so that a part of it may be."""
    whole = home.intake(exhibit)
    return whole is not None and whole.about == about and set(items) <= set(whole.items)


def _taken(case: Case, about: str | None, exhibit: str) -> bool:
    """Whether custody of an exhibit was taken here that was delivered under that request."""
    return any(one.exhibit == exhibit and one.taken is not None for one in case.requests[str(about)].exhibits)


def _judge_ratification(case: Case, home: HomeCase, act: Act, named: str) -> InOrder | NotInOrder:
    waiting = next((one for one in home.ratifications_due if one.request == named), None)
    if waiting is None:
        return NotInOrder("reference", "names_what_is_not_there")
    signed = case.signers.get(named, ())
    keys = {signer.key for signer in signed}
    aliases = {signer.alias for signer in signed}
    if any(signer.key in keys or signer.alias in aliases for signer in act.header.signers):
        return NotInOrder("signers", "one_person_twice")
    return InOrder()


def _due(case: Case, state: str) -> tuple[Ratification, ...]:
    return tuple(
        Ratification(request.id, request.ratify_by)
        for request in case.requests.values()
        if request.requesting == state and request.ratify_by is not None
    )


def _apply(home: HomeCase, act: Act) -> HomeCase:
    about = act.header.about or ""
    match act.terms:
        case h.RatifyTerms(act=named, ratified=ratified):
            done = tuple(
                replace(one, act=act.id, ratified=ratified) if one.request == named else one
                for one in home.ratifications
            )
            return replace(home, ratifications=done)
        case h.AssessTerms(findings=findings, on=on):
            made = AssessmentState(act.id, about, findings, on)
            return replace(home, assessments=(*home.assessments, made))
        case h.AnswerFindingTerms(assessment=named, finding=finding, resolved=resolved):
            answer = FindingAnswer(finding, act.id, resolved, act.header.signers[0].key, act.header.from_)
            return replace(
                home,
                assessments=tuple(
                    _answered(one, answer) if one.id == named else one for one in home.assessments
                ),
            )
        case h.TellTerms(assessment=named, finding=finding, told=told):
            telling = Telling(act.id, about, named, finding, told)
            return replace(home, tellings=(*home.tellings, telling))
        case h.DeliberateTerms(assessment=named, answers=answers):
            made_up = Deliberation(act.id, about, named, answers)
            return replace(home, deliberations=(*home.deliberations, made_up))
        case h.IntakeTerms(
            exhibit=exhibit, statement=statement, items=items, part_of=whole, protected=guarded
        ):
            taken = IntakeState(act.id, about, exhibit, statement, items, part_of=whole, protected=guarded)
            return replace(home, intakes=(*home.intakes, taken))
        case h.ReviewTerms(exhibit=exhibit, release=release):
            reviewed = tuple(
                replace(one, review=act.id, released=release) if one.exhibit == exhibit else one
                for one in home.intakes
            )
            return replace(home, intakes=reviewed)
        case h.EraseTerms(act=named, field=field, ground=ground):
            return replace(home, erasures=(*home.erasures, Erasure(act.id, named, field, ground)))
        case h.CertifyTerms():
            return home
        case h.DiscloseTerms(profile=profile, withheld=withheld, exhibits=exhibits):
            fields = tuple((w.act, w.field, w.ground) for w in withheld)
            made_known = DisclosureMade(act.id, profile, fields, exhibits)
            return replace(
                home, disclosures=(*home.disclosures, made_known), duties=add_duty(home.duties, act)
            )
        case w.AssignTerms() | w.HandOverTerms() | w.TakeOverTerms():
            return replace(home, work=share_out(home.work, act))
        case n.LinkTerms() | n.UnlinkTerms():
            return replace(home, links=tied(home.links, act))
        case w.CostTerms() | w.ProceedTerms():
            return replace(home, costs=enter_cost(home.costs, act))
        case _:
            guard = keep_guard(home.guard, act)
            duties, desk = add_duty(home.duties, act), apply_desk(home.desk, act)
            return replace(home, duties=duties, desk=desk, guard=guard)


def _answered(assessment: AssessmentState, answer: FindingAnswer) -> AssessmentState:
    same = (answer.finding, answer.by)
    others = (one for one in assessment.answers if (one.finding, one.by) != same)
    answers = sorted((*others, answer), key=lambda one: one.finding)
    return replace(assessment, answers=tuple(answers))
