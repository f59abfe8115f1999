"""The kinds of act, version 1: which fields each has, and where it may go.

Promises: a kind's fields are fixed, and every act of a kind has all of them (an absent value is
``null``), so the number of digests in a header tells nothing. ``terms`` stays in every copy; each
other field can be withheld, disclosed later or destroyed on its own. Frozen for ever.

Leaves to others: the order in which kinds may follow one another (``law``'s tables, ``cases``).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from comity.acts import duty_terms as d
from comity.acts import home_terms as h
from comity.acts import knowing_terms as n
from comity.acts import material_terms as m
from comity.acts import person_terms as p
from comity.acts import terms as t
from comity.acts import work_terms as w
from comity.acts.conduct import Conduct
from comity.acts.finding import Fact, Finding
from comity.acts.names import Alias, CaseId, Digest, Instant, Label, Line, Text
from comity.errors import BadInput
from comity.wire import Model, encode

Words = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=60)]
"""A key of the law data that has no dots, such as a content's."""


class Signatory(Model):
    """Who stands behind a pseudonym: shown to the other side, withheld from others where need be."""

    alias: Alias
    name: Line
    function: Line


class Selector(Model):
    """What exactly an item asks for: an account, a system, a period."""

    item: Label
    description: Text
    account: Line | None
    since: Instant | None
    until: Instant | None


class Statement(Model):
    """What a request says of a content that the measure asks for, by the content's key in the law data."""

    content: Words
    text: Text


class Paper(Model):
    """A paper beside a request: a warrant, a judgment, a law. ``content``: as in a statement."""

    content: Words
    title: Line
    digest: Digest


class Offence(Model):
    """The offence under the asking State's law. ``offence_class``: a key of the law data, where it is one.

    ``penalty``: what its maximum is, where that is no number of months; acts of before have none.
    """

    title: Line
    law: Line
    max_penalty_months: int | None = Field(ge=0)
    offence_class: str | None = Field(max_length=120)
    penalty: Literal["life", "fine_only", "court_discretion"] | None = None

    @model_validator(mode="after")
    def _one_maximum(self) -> Self:
        """Refuse two maxima: a number of months is one, and a word is another."""
        if self.penalty is not None and self.max_penalty_months is not None:
            raise ValueError("the maximum penalty is a number of months or a word, not both")
        return self


class Proceeding(Model):
    number: Line
    authority: Line
    stage: Line


class Question(Model):
    id: Label
    text: Text
    fact: str | None = Field(max_length=120)


class Reply(Model):
    id: Label
    text: Text


class Reason(Model):
    item: Label
    text: Text


class Condition(Model):
    """What is asked in return. ``proceedings``: of a limit on use, the numbers of those that it may serve."""

    id: Label
    kind: str = Field(pattern=r"^[a-z0-9_.]+$", max_length=120)
    text: Text
    purposes: tuple[t.Purpose, ...] = Field(default=(), max_length=10)
    proceedings: tuple[Line, ...] = Field(default=(), max_length=20)
    until: Instant | None = None

    @property
    def limit(self) -> t.Limit:
        """It as a value that the fold reads.

        Raises:
            BadInput: its kind is none that version 1 knows, or it is not whole.
        """
        if self.kind not in {one.value for one in t.LimitKind}:
            raise BadInput("acts.unknown_limit", condition=self.id, kind=self.kind[:60])
        wanted = {
            "id": self.id,
            "kind": self.kind,
            "purposes": [one.value for one in self.purposes],
            "until": self.until,
        }
        try:
            return t.Limit.model_validate_json(encode(wanted), strict=True)
        except ValidationError as error:
            raise BadInput("acts.limit_not_whole", condition=self.id, kind=self.kind) from error


class Person(Model):
    name: Line
    function: Line
    instrument: Line


Facts = tuple[Fact, ...]
Told = Text | Conduct
"""What was done: a statement part by part, or, as acts of before have it, running text."""
OverlayText = Annotated[str, Field(min_length=2, max_length=1024 * 1024)]
"""A compiled overlay of the law data, as canonical JSON."""
Content = Annotated[str, Field(min_length=2, max_length=256 * 1024)]
"""What something said, member by member, as canonical JSON: to be held against what is signed later."""
Signatories = tuple[Signatory, ...]


@dataclass(frozen=True)
class Kind:
    """One kind: its name, whether it travels, and the type of each field (``terms`` among them).

    ``absent``: the fields that whoever composes an act may leave out; they are then ``null``.
    """

    name: str
    travels: bool
    fields: MappingProxyType[str, Any]
    absent: frozenset[str] = frozenset()

    def read_field(self, name: str, value: bytes) -> Any:
        """Read one field's value strictly, from its canonical bytes.

        Raises:
            BadInput: the kind has no such field, or the value is not of its type.
        """
        if name not in self.fields:
            raise BadInput("acts.unknown_field", kind=self.name, field=name[:60])
        try:
            return _adapter(self.name, name).validate_json(value, strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "(the whole)"
            raise BadInput(
                "acts.field_not_valid", kind=self.name, field=name, where=where, what=first["type"]
            ) from error


def _kind(
    name: str, terms: type[Model], /, *, travels: bool = True, absent: tuple[str, ...] = (), **fields: Any
) -> Kind:
    return Kind(name, travels, MappingProxyType({"terms": terms, **fields}), frozenset(absent))


_ALL: Final = (
    _kind("preview", t.PreviewTerms, subject=Line, conduct=Told, facts=Facts, purpose=Text),
    _kind(
        "request",
        t.RequestTerms,
        subject=Line,
        selectors=tuple[Selector, ...],
        facts=Facts,
        conduct=Told,
        offence=Offence,
        purpose=Text,
        proceeding=Proceeding,
        urgency=Text | None,
        statements=tuple[Statement, ...] | None,
        papers=tuple[Paper, ...] | None,
        signatories=Signatories,
        absent=("statements", "papers"),
    ),
    _kind("amend", t.AmendTerms, selectors=tuple[Selector, ...], facts=Facts, text=Text),
    _kind("withdraw", t.WithdrawTerms, text=Text | None),
    _kind("reject", t.RejectTerms, text=Text | None),
    _kind("ask", t.AskTerms, questions=tuple[Question, ...]),
    _kind("answer", t.AnswerTerms, replies=tuple[Reply, ...], facts=Facts),
    _kind("consult", t.ConsultTerms, text=Text),
    _kind(
        "decide",
        t.DecideTerms,
        reasons=tuple[Reason, ...],
        conditions=tuple[Condition, ...],
        signatories=Signatories,
    ),
    _kind("ratified", t.RatifiedTerms, text=Text),
    _kind("accept", t.AcceptTerms, text=Text | None),
    _kind("effected", t.EffectedTerms, text=Text),
    _kind("deliver", t.DeliverTerms, description=Text, conditions=tuple[Condition, ...]),
    _kind("take_custody", t.TakeCustodyTerms, text=Text | None),
    _kind("extend", t.ExtendTerms, text=Text),
    _kind("use", t.UseTerms, proceeding=Proceeding, text=Text),
    _kind("close", t.CloseTerms, text=Text | None),
    _kind("forward", t.ForwardTerms, text=Text | None),
    _kind("status", t.StatusTerms, text=Text | None),
    _kind("correspond", t.CorrespondTerms, text=Text),
    _kind(
        "inform",
        t.InformTerms,
        subject=Line,
        selectors=tuple[Selector, ...],
        use=Text,
        conditions=tuple[Condition, ...],
        signatories=Signatories,
    ),
    _kind("arrest", t.ArrestTerms, text=Text),
    _kind("court", t.CourtTerms, text=Text, signatories=Signatories),
    _kind("surrender", t.SurrenderTerms, text=Text),
    _kind("prosecute_instead", t.ProsecuteInsteadTerms, proceeding=Proceeding, text=Text),
    _kind("ask_instead", p.AskInsteadTerms, text=Text),
    _kind("enforce_instead", p.EnforceInsteadTerms, text=Text),
    _kind("speciality", p.SpecialityTerms, proceeding=Proceeding | None, text=Text),
    _kind("sentence", p.SentenceTerms, text=Text),
    _kind("seek_consent", t.SeekConsentTerms, proceeding=Proceeding | None, text=Text),
    _kind("consent", t.ConsentTerms, conditions=tuple[Condition, ...], text=Text),
    _kind("recall", t.RecallTerms, text=Text),
    _kind("breach", t.BreachTerms, text=Text),
    _kind("destroyed", t.DestroyedTerms, text=Text),
    _kind("remedy", t.RemedyTerms, text=Text),
    _kind("lift", t.LiftTerms, text=Text),
    _kind("offer_costs", t.OfferCostsTerms, text=Text),
    _kind("answer_costs", t.AnswerCostsTerms, text=Text),
    _kind("enrol", h.EnrolTerms, travels=False, person=Person),
    _kind("adopt_law", h.AdoptLawTerms, travels=False, overlay=OverlayText, text=Text),
    _kind("confirm_law", h.ConfirmLawTerms, travels=False, text=Text | None),
    _kind("ratify", h.RatifyTerms, travels=False, text=Text),
    _kind("assess", h.AssessTerms, travels=False, findings=tuple[Finding, ...]),
    _kind("answer_finding", h.AnswerFindingTerms, travels=False, text=Text),
    _kind("tell", h.TellTerms, travels=False, text=Text),
    _kind("deliberate", h.DeliberateTerms, travels=False, inward=tuple[Reason, ...]),
    _kind("assign", w.AssignTerms, travels=False, text=Text | None),
    _kind("hand_over", w.HandOverTerms, travels=False, text=Text),
    _kind("take_over", w.TakeOverTerms, travels=False, text=Text | None),
    _kind("roster", w.RosterTerms, travels=False, text=Text | None),
    _kind(
        "register",
        h.RegisterTerms,
        travels=False,
        text=Text,
        attested_by=Line,
        sender=Line | None,
        content=Content | None,
        absent=("sender", "content"),
    ),
    _kind("confirm", h.ConfirmTerms, travels=False, text=Text | None),
    _kind("dispatch", h.DispatchTerms, travels=False, to=Text, attested_by=Line),
    _kind("pass_on", h.PassOnTerms, travels=False, to=Text, text=Text, attested_by=Line),
    _kind("contact", h.ContactTerms, travels=False, name=Line, address=Text),
    _kind("originate", h.OriginateTerms, travels=False, reference=Line, text=Text | None),
    _kind("order", h.OrderTerms, travels=False, reference=Line, basis=Text, text=Text | None),
    _kind("return", h.ReturnTerms, travels=False, text=Text, attested_by=Line),
    _kind("rule_objection", h.RuleTerms, travels=False, text=Text),
    _kind("import_case", h.ImportTerms, travels=False, reference=Line, subject=Line | None, text=Text | None),
    _kind("cost", w.CostTerms, travels=False, text=Text),
    _kind("proceed", w.ProceedTerms, travels=False, text=Text),
    _kind("intake", h.IntakeTerms, travels=False, source=Text),
    _kind("unit_key", m.UnitKeyTerms, travels=False, text=Text | None),
    _kind("confirm_unit_key", m.ConfirmUnitKeyTerms, travels=False, text=Text | None),
    _kind("mark", m.MarkTerms, travels=False, text=Text | None),
    _kind("unseal", m.UnsealTerms, travels=False, purpose=Text, proceeding=Proceeding | None),
    _kind("review", h.ReviewTerms, travels=False, text=Text),
    _kind(
        "certify",
        h.CertifyTerms,
        travels=False,
        text=Text,
        procedure=Text | None,
        followed=Text | None,
        departure=Text | None,
        signatories=Signatories,
    ),
    _kind("look", n.LookTerms, travels=False, reason=Text),
    _kind("wall", n.WallTerms, travels=False, court=Line, number=Line, text=Text | None),
    _kind("unwall", n.UnwallTerms, travels=False, court=Line, number=Line, text=Text | None),
    _kind("link", n.LinkTerms, travels=False, other=CaseId, text=Text | None),
    _kind("unlink", n.UnlinkTerms, travels=False, text=Text | None),
    _kind("deconflict", n.DeconflictTerms, travels=False, reason=Text),
    _kind("export", n.ExportTerms, travels=False, to=Line, purpose=Text),
    _kind("erase", h.EraseTerms, travels=False, order=Text),
    _kind("ask_use", d.AskUseTerms, travels=False, proceeding=Proceeding, text=Text, answer=Text | None),
    _kind("called_back", d.CalledBackTerms, travels=False, number=Line, text=Text),
    _kind("notify_person", d.NotifyPersonTerms, travels=False, text=Text),
    _kind("delay_notice", d.DelayNoticeTerms, travels=False, text=Text),
    _kind("tell_holder", d.TellHolderTerms, travels=False, text=Text),
    _kind("afford", p.AffordTerms, travels=False, text=Text | None),
    _kind("disclose", h.DiscloseTerms, travels=False, to=Line, orders=tuple[Reply, ...]),
)

KINDS: Final = MappingProxyType({kind.name: kind for kind in _ALL})

_ADAPTERS: dict[tuple[str, str], TypeAdapter[Any]] = {}


def _adapter(kind: str, field: str) -> TypeAdapter[Any]:
    # Built on first use: a start-up of the command line should not pay for every model.
    key = (kind, field)
    if key not in _ADAPTERS:
        _ADAPTERS[key] = TypeAdapter(KINDS[kind].fields[field])
    return _ADAPTERS[key]


def kind(name: str) -> Kind:
    """The kind of that name.

    Raises:
        BadInput: version 1 knows no such kind.
    """
    found = KINDS.get(name)
    if found is None:
        raise BadInput("acts.unknown_kind", kind=name[:60])
    return found
