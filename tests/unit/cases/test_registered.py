"""What was registered of a State on paper: who signs it, that it moves its case, never beside signed acts."""

import builders as b
import pytest

from comity.cases import InOrder, NotInOrder, fold, fold_home, judge
from comity.errors import BadInput

PAPER = {"registrar": b.Signatory.of("pt-registrar"), "approver": b.Signatory.of("pt-approver")}
THEIRS = b.Side("GH", "PT")
OURS = b.Side("PT", "GH")
SCAN = "5" * 64


def registered(kind, terms, case=None, **more):
    """What PT registers of GH, after all that the case has."""
    told = {} if case is None else {"number": case.next_number("GH"), "after": case.heads}
    return THEIRS.act(kind, terms, **{"roles": ("registrar",), "people": PAPER, **told, **more})


def test_a_registrar_alone_registers_what_two_persons_of_that_state_would_sign():
    request = registered("request", b.request_terms())
    assert (request.header.registered, request.header.signed_by) == (True, "PT")
    case = fold([request], b.TABLES)
    assert case.standing(request.id) == InOrder()
    assert case.request(request.id).requesting == "GH"
    ours = OURS.act(
        "decide",
        b.decision(b.outcome("mailbox")),
        after=case.heads,
        about=request.id,
        roles=("author", "approver"),
    )
    assert fold([request, ours], b.TABLES).request(request.id).item("mailbox").outcome == "grant"


def test_our_own_decision_still_needs_two_in_a_case_on_paper():
    case = fold([request := registered("request", b.request_terms())], b.TABLES)
    ours = OURS.act("decide", b.decision(b.outcome("mailbox")), after=case.heads, about=request.id)
    assert judge(case, ours, b.TABLE, own=True) == NotInOrder("signers", "signers_missing")


@pytest.mark.parametrize("first_on_paper", [True, False])
def test_of_one_state_a_case_holds_what_it_signed_or_what_was_registered_never_both(first_on_paper):
    signed = THEIRS.act("request", b.request_terms(), roles=b.TWO)
    case = fold([registered("request", b.request_terms()) if first_on_paper else signed], b.TABLES)
    (about,) = case.requests
    if first_on_paper:
        act = THEIRS.act(
            "withdraw",
            {"reason": "error"},
            number=case.next_number("GH"),
            after=case.heads,
            about=about,
        )
    else:
        act = registered("withdraw", {"reason": "error"}, case, about=about)
    assert judge(case, act, b.TABLE) == NotInOrder("channel", "paper_and_signed")


def test_nobody_ratifies_for_the_other_state():
    case = fold([], b.TABLES)
    lawful = registered("request", b.preserve_terms(ratify_by=None))
    assert judge(case, lawful, b.TABLE) == InOrder()
    with_time = registered("request", b.preserve_terms())
    assert judge(case, with_time, b.TABLE) == NotInOrder("state", "requires.ratification_said")


def test_nobody_signs_beside_a_registrar_and_none_registers_what_stays_at_home():
    with pytest.raises(BadInput):
        registered("request", b.request_terms(), roles=("registrar", "approver"))
    with pytest.raises(BadInput):
        OURS.act("ratify", {"act": SCAN, "ratified": True}, roles=("registrar",), people=PAPER)


class Home:
    """PT's acts at home in a case that was registered."""

    def __init__(self):
        self.request = registered("request", b.request_terms("mailbox", "logs"))
        self.case = fold([self.request], b.TABLES)
        self.acts = []

    def note(self, kind, terms, **more):
        number = len(self.acts) + 1
        act = OURS.act(kind, terms, **{"number": number, "about": self.request.id, **more})
        self.acts.append(act)
        return act, self.fold().standings[act.id].moves

    def fold(self):
        return fold_home(self.case, self.acts, "PT")


@pytest.fixture
def home():
    return Home()


def entry(home, **more):
    terms = {"channel": "telephone", "scan": SCAN, "confirm_by": b.LATER, "act": home.request.id}
    return home.note("register", {**terms, **more})


def test_a_registration_waits_until_it_is_confirmed_once(home):
    act, moves = entry(home)
    assert moves
    assert [one.id for one in home.fold().desk.unconfirmed] == [act.id]
    confirm = {"entry": act.id, "act": None, "case": None, "scan": SCAN, "differs": []}
    assert home.note("confirm", confirm)[1]
    assert home.fold().desk.unconfirmed == ()
    assert not home.note("confirm", confirm)[1]


def test_what_is_registered_twice_or_names_what_is_not_there_moves_nothing(home):
    assert entry(home)[1]
    assert not entry(home)[1]
    assert not entry(home, act=SCAN)[1]
    nothing = {"entry": SCAN, "act": None, "case": None, "scan": SCAN, "differs": []}
    assert not home.note("confirm", nothing)[1]
    sent = {"act": SCAN, "channel": "post", "at": b.AT, "letter": None, "scan": None}
    assert not home.note("dispatch", sent)[1]


def order(home, *items):
    terms = {"contact": "pt:provider", "items": list(items), "document": SCAN, "bases": [], "language": "pt"}
    return home.note("order", {**terms, "at": b.AT, "answer_by": b.LATER})


def returned(home, order, outcome, *items):
    terms = {"order": order, "outcome": outcome, "items": list(items), "at": b.AT, "scan": SCAN}
    return home.note("return", {**terms, "exhibits": []})


def test_an_order_is_open_until_it_is_answered_whole_and_an_objection_until_it_is_ruled_on(home):
    act, moves = order(home, "mailbox")
    assert moves
    assert not order(home, "diary")[1]
    assert home.fold().desk.order(act.id).open
    assert returned(home, act.id, "part", "mailbox")[1]
    assert home.fold().desk.order(act.id).open
    objects, _ = returned(home, act.id, "objected", "mailbox")
    assert home.fold().desk.order(act.id).objection.id == objects.id
    ruling = {"objection": objects.id, "ruled": "overruled", "act": None}
    assert home.note("rule_objection", ruling)[1]
    assert home.fold().desk.order(act.id).objection is None
    assert not home.note("rule_objection", ruling)[1]
    assert not returned(home, act.id, "done", "logs")[1]
