"""Does the request serve a specific criminal matter, and do other rules between the two govern it?

Promises: ``scope`` is met where the request names the proceeding that it serves; which class of offence
carries which measure is asked by ``basis``. ``governing_treaty`` is put only where someone says that
another treaty governs assistance between the two, ``legal_person`` only where a company alone is pursued.

Leaves to others: whether the proceeding named is a criminal one in truth (a person; ``special_court``).

Summary: powers and assistance serve specific criminal investigations or proceedings, for the offences that
an instrument creates and, for electronic evidence, further ones. Where another treaty on assistance stands
between the two, its rules hold unless they agree otherwise. Help extends to offences for which a legal
person may be liable, as far as the requested State's law allows.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, any_
from comity.safeguards.measures import ASSET, ASSISTANCE, DESK, EVIDENCE, PERSON, TRAFFIC, TRANSFER


def scope(bench: Bench) -> Truth:
    """It names the investigation, prosecution or trial that it serves, and who conducts it."""
    return bench.holds("request.proceeding_named")


def governing_treaty(bench: Bench) -> Truth:
    """No other treaty governs, or the two have agreed on the rules that the request uses."""
    return any_(bench.holds("treaty.other_governs", wanted=False), bench.holds("treaty.rules_agreed"))


def legal_person(bench: Bench) -> Truth:
    """No legal person alone is pursued, or the requested State's law helps in such a case too."""
    return any_(bench.holds("subject.legal_person_alone", wanted=False), bench.holds("law.legal_person_help"))


CHECKS: Final = (
    entry(
        scope,
        (EVIDENCE - TRAFFIC) | DESK | PERSON | TRANSFER | ASSET,
        uncc=("procedure.specific", "scope.evidence", "cooperation.offences"),
        budapest=("cooperation.general", "procedure.specific"),
        untoc=("mla.contents",),
        also=("uncc.cooperation.evidence", "uncc.cooperation.serious_crime"),
        reads=("request.proceeding_named",),
    ),
    entry(
        governing_treaty,
        ASSISTANCE,
        uncc=("mla.default_rules", "mla.other_treaties"),
        budapest=("mla.default_rules", "mla.use_default_rules"),
        reads=("treaty.other_governs", "treaty.rules_agreed"),
        raised_by="raised.other_treaty",
    ),
    entry(
        legal_person,
        ASSISTANCE,
        uncc=("mla.legal_persons",),
        budapest=("mla.requested_law",),
        also=("uncc.legal_persons.liability",),
        reads=("subject.legal_person_alone", "law.legal_person_help"),
        raised_by="raised.legal_person",
    ),
)
"""The checks of this group."""
