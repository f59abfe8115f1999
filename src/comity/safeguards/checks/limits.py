"""May the data leave, and what binds those who receive it: data protection, use, onward transfer, secrecy.

Promises: ``data_protection`` asks whether the requested State's law lets personal data go, with conditions
where not without; ``received_protection`` whether the receiving State's law protects it;
``onward_transfer`` whether the asking State undertakes to pass nothing on unasked, and whether a reviewer
sees that it will be passed on (CI-18), which goes to a person; ``use_limits`` whether
the use is stated and its limit undertaken; ``confidentiality`` whether the secrecy asked for can be kept.
Undertakings are declarations: that they are made is what is asked.

Leaves to others: enforcing a limit after decryption, which nothing can; ``use`` and ``breach`` record it.

Summary: personal data goes only as the sender's law allows, with conditions sought before a refusal;
received, it is safeguarded, and goes onward only with prior authorisation. Use stays within what was
stated; secrecy is kept if asked for, and the other State hears at once where it cannot be.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.checks.indicator import none_of
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ALL, DESK, EVIDENCE, PRESERVE
from comity.safeguards.registry.persecution import indicators

HANDED_OVER: Final = EVIDENCE | DESK


def data_protection(bench: Bench) -> Truth:
    """The law of the requested State lets it go, or conditions would."""
    permitted = bench.holds("law.transfer_permitted")
    cured = bench.holds("law.conditions_would_cure")
    if permitted is Truth.FALSE:
        bench.say("conditions_first")
    return any_(permitted, cured)


def received_protection(bench: Bench) -> Truth:
    """The law of the State that receives protects personal data that comes to it."""
    return bench.holds("law.received_data_protected")


def onward_transfer(bench: Bench) -> Truth:
    """It undertakes to pass nothing to another State or organisation unasked, and nothing shows otherwise."""
    unseen = none_of(bench, indicators("CI-18"))
    if bench.frame.case.measure not in HANDED_OVER:
        return unseen
    return all_(bench.holds("declared.onward_only_with_consent"), unseen)


def use_limits(bench: Bench) -> Truth:
    """The purpose is stated, and use is undertaken to stay within it."""
    return all_(bench.holds("request.purpose_stated"), bench.holds("declared.use_limited_to_purpose"))


def confidentiality(bench: Bench) -> Truth:
    """Secrecy is not asked for, or can be kept; where it cannot, the other side has to hear so at once."""
    not_asked = bench.holds("request.confidentiality_asked", wanted=False)
    possible = bench.holds("law.confidentiality_possible")
    if not_asked is Truth.FALSE and possible is Truth.FALSE:
        bench.say("tell_them")
    return any_(not_asked, possible)


CHECKS: Final = (
    entry(
        data_protection,
        HANDED_OVER,
        uncc=("data_protection.transfer", "data_protection.conditions"),
        budapest=("mla.requested_law", "mla.use_conditions"),
        reads=("law.transfer_permitted", "law.conditions_would_cure"),
    ),
    entry(
        received_protection,
        HANDED_OVER,
        uncc=("data_protection.received",),
        budapest=("mla.requested_law",),
        reads=("law.received_data_protected",),
    ),
    entry(
        onward_transfer,
        ALL,
        uncc=("data_protection.onward",),
        budapest=("mla.use_conditions",),
        reads=("declared.onward_only_with_consent", "indicator.onward_use"),
    ),
    entry(
        use_limits,
        HANDED_OVER,
        uncc=("mla.use_limit",),
        budapest=("mla.use_conditions", "mla.use_account"),
        untoc=("mla.use_limit",),
        also=("uncc.mla.use_limit",),
        reads=("request.purpose_stated", "declared.use_limited_to_purpose"),
    ),
    Check(
        key="confidentiality",
        version=1,
        measures=HANDED_OVER | PRESERVE,
        relies=(
            Paragraphs("uncc", HANDED_OVER, ("uncc.mla.confidentiality",)),
            Paragraphs(
                "uncc", PRESERVE, ("uncc.preservation.contents.secrecy", "uncc.preservation.not_secure")
            ),
            Paragraphs("budapest", HANDED_OVER, ("budapest.mla.confidentiality",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.not_secure",)),
            Paragraphs("untoc", HANDED_OVER, ("untoc.mla.confidentiality",)),
        ),
        yardstick=("uncc.mla.confidentiality",),
        also=(),
        reads=("request.confidentiality_asked", "law.confidentiality_possible"),
        interested="requesting",
        heavy=False,
        rule=confidentiality,
    ),
)
"""The checks of this group."""
