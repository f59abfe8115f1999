"""May the data leave, and what binds those who receive it: data protection, use, onward transfer, secrecy.

Promises: ``data_protection`` asks whether the requested State's law lets personal data go, with
conditions where not without, and whether the asking State undertakes to pass nothing on unasked;
``use_limits`` whether the use is stated and its limit undertaken; ``confidentiality`` whether the
secrecy asked for can be kept. Undertakings are declarations: that they are made is what is asked.

Leaves to others: enforcing a limit after decryption, which nothing can; ``use`` and ``breach`` record it.

Summary: personal data goes only as the sender's law allows, with conditions sought before a refusal,
and onward only with prior authorisation; use stays within what was stated; secrecy is kept if asked
for, and the other State hears at once where it cannot be.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ACCESS, ALL, PRESERVE


def data_protection(bench: Bench) -> Truth:
    """The law of the requested State lets it go, or conditions would; and nothing goes onward unasked."""
    permitted = bench.holds("law.transfer_permitted")
    cured = bench.holds("law.conditions_would_cure")
    if permitted is Truth.FALSE:
        bench.say("conditions_first")
    return all_(any_(permitted, cured), bench.holds("declared.onward_only_with_consent"))


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
    Check(
        key="data_protection",
        version=1,
        measures=ACCESS,
        relies=(
            Paragraphs(
                "uncc",
                ACCESS,
                (
                    "uncc.data_protection.transfer",
                    "uncc.data_protection.conditions",
                    "uncc.data_protection.onward",
                ),
            ),
            Paragraphs("budapest", ACCESS, ("budapest.mla.requested_law", "budapest.mla.use_conditions")),
        ),
        yardstick=("uncc.data_protection.transfer",),
        also=("uncc.data_protection.conditions", "uncc.data_protection.onward"),
        reads=("law.transfer_permitted", "law.conditions_would_cure", "declared.onward_only_with_consent"),
        interested="requesting",
        heavy=False,
        rule=data_protection,
    ),
    Check(
        key="use_limits",
        version=1,
        measures=ACCESS,
        relies=(
            Paragraphs("uncc", ACCESS, ("uncc.mla.use_limit",)),
            Paragraphs("budapest", ACCESS, ("budapest.mla.use_conditions", "budapest.mla.use_account")),
        ),
        yardstick=("uncc.mla.use_limit",),
        also=("uncc.mla.use_limit",),
        reads=("request.purpose_stated", "declared.use_limited_to_purpose"),
        interested="requesting",
        heavy=False,
        rule=use_limits,
    ),
    Check(
        key="confidentiality",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ACCESS, ("uncc.mla.confidentiality",)),
            Paragraphs(
                "uncc", PRESERVE, ("uncc.preservation.contents.secrecy", "uncc.preservation.not_secure")
            ),
            Paragraphs("budapest", ACCESS, ("budapest.mla.confidentiality",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.not_secure",)),
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
