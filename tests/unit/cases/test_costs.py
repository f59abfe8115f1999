"""Costs: what bars an execution, what lifts the bar, and sums that keep currencies apart."""

import builders as b
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_home import Home

from comity.acts.currency import DIGITS, read_amount, write_amount
from comity.cases.costs import barred, totals
from comity.errors import BadInput

OFFER = {"items": ["mailbox"], "amount": 100_000, "currency": "EUR", "answer_by": b.LATER}


def cost(event="estimated", *, extraordinary=True, amount=100_000, currency="EUR", items=("mailbox",)):
    return {
        "event": event,
        "extraordinary": extraordinary,
        "items": list(items),
        "amount": amount,
        "currency": currency,
    }


def bars(home, *items):
    request = home.story.case("PT").request(home.id)
    return [one.act for one in barred(request, home.fold().costs, items or ("mailbox",))]


def agree(home, answer, share=None):
    home.story.meet()
    offer = home.story.say("PT", "offer_costs", OFFER, about=home.id).id
    terms = {"offer": offer, "answer": answer, "share": share}
    home.story.say("GH", "answer_costs", terms, about=home.id, roles=("author", "approver"))


def test_only_an_extraordinary_estimate_bars_and_only_its_items():
    home = Home()
    home.note("cost", cost(extraordinary=False))
    home.note("cost", cost("incurred"))
    assert bars(home) == []
    estimate = home.note("cost", cost())
    assert bars(home) == [estimate]
    assert bars(home, "logs") == []
    home.note("cost", cost(items=("nothing",)), lawful=False)


@pytest.mark.parametrize(
    ("said", "share", "lifted"),
    [("requesting_bears", None, True), ("shared", 1, True), ("not_agreed", None, False)],
)
def test_agreement_lifts_the_bar_and_disagreement_does_not(said, share, lifted):
    home = Home()
    home.note("cost", cost())
    agree(home, said, share)
    assert (bars(home) == []) is lifted


def test_a_person_goes_on_with_one_estimate_once():
    home = Home()
    first, usual = home.note("cost", cost()), home.note("cost", cost(extraordinary=False))
    home.note("proceed", {"estimate": usual}, lawful=False)
    home.acts.pop()
    act = home.note("proceed", {"estimate": first})
    assert bars(home) == []
    assert home.fold().costs[0].proceeded == act
    home.note("proceed", {"estimate": first}, lawful=False)
    home.acts.pop()
    assert home.note("cost", cost()) in bars(home)  # going on once says nothing of what comes later


def test_currencies_and_events_are_summed_apart():
    home = Home()
    for event, amount, currency in (
        ("incurred", 5, "EUR"),
        ("incurred", 7, "EUR"),
        ("incurred", 9, "XAF"),
        ("reimbursed", 3, "EUR"),
    ):
        home.note("cost", cost(event, amount=amount, currency=currency))
    assert totals(home.fold().costs) == {
        ("incurred", "EUR"): 12,
        ("incurred", "XAF"): 9,
        ("reimbursed", "EUR"): 3,
    }


@given(st.integers(1, 10**12 - 1), st.sampled_from(sorted(DIGITS)))
def test_what_is_written_is_read_back(units, currency):
    assert read_amount(write_amount(units, currency).removesuffix(f" {currency}"), currency) == units


@pytest.mark.parametrize(
    ("text", "currency"),
    [("1.005", "EUR"), ("1.5", "JPY"), ("0", "EUR"), ("0.00", "EUR"), ("-1", "EUR"), ("1,000", "EUR"),
     ("1", "EURO"), ("1e3", "EUR"), ("", "EUR"), ("١", "EUR")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(BadInput):
        read_amount(text, currency)
