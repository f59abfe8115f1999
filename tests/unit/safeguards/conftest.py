"""Fictional States XA (asks) and XB (is asked) that have adopted their law; requests; facts."""

import hashlib
from datetime import date
from itertools import count

import pytest

from comity import wire
from comity.acts import Fact, Provenance, compose
from comity.acts.terms import Basis
from comity.law import Bundle, Nation, StatusEvent, packaged_bundle
from comity.safeguards.bench import Frame, run
from comity.safeguards.facts import gather
from comity.safeguards.matters import MATTERS
from comity.safeguards.registry import FACTS, Nature
from comity.safeguards.registry.persecution import INDICATORS
from comity.safeguards.request import RequestFacts

ON = date(2026, 11, 21)
BASES = {
    (basis.instrument, measure.key): basis.provisions[0]
    for measure in packaged_bundle().content.measures
    for basis in measure.bases
}


def _adopted():
    """All content as sure as can be; XA and XB Parties to both instruments."""
    content = packaged_bundle().content
    source = content.sources[0].key

    def party(state, instrument):
        return StatusEvent(
            state=state,
            instrument=instrument,
            event="party",
            reported="2026-01-01",
            mark="A",
            sources=(source,),
        )

    sure = {"mark_number": "A", "mark_content": "A"}
    since = {"since": "2026-01-01", "mark": "A", "sources": (source,)}
    instruments = tuple(
        i.model_copy(update={"in_force": type(_in_force(content))(**since)}) for i in content.instruments
    )
    return content.model_copy(
        update={
            "instruments": instruments,
            "provisions": tuple(
                p.model_copy(
                    update={**sure, "values": tuple(v.model_copy(update={"mark": "A"}) for v in p.values)}
                )
                for p in content.provisions
            ),
            "grounds": tuple(g.model_copy(update={"mark": "A"}) for g in content.grounds),
            "measures": tuple(
                m.model_copy(update={"bases": tuple(b.model_copy(update={"mark": "A"}) for b in m.bases)})
                for m in content.measures
            ),
            # Whether XB has reserved anything is not held, so that this too can stay open.
            "nations": (
                Nation(code="XA", name="Fictional State XA"),
                Nation(code="XB", name="Fictional State XB", not_held=("reservations",)),
            ),
            "reservations": (),
            # The calendars name the nations that were replaced.
            "calendars": (),
            "status": tuple(party(s, i) for s in ("XA", "XB") for i in ("budapest", "uncc")),
        }
    )


def _in_force(content):
    return next(i.in_force for i in content.instruments if i.in_force is not None)


_CONTENT = _adopted()


@pytest.fixture
def law():
    """The adopted law data of XA and XB."""
    return law_with()


def law_with(**update):
    content = _CONTENT.model_copy(update=update)
    return Bundle(content, wire.dump_bytes(content))


@pytest.fixture(scope="session")
def content():
    return _CONTENT


def stated(key, value, by=None, provenance=None):
    """A fact as someone whose word settles it would state it."""
    entry = FACTS[key]
    if by is None:
        speaks = entry.nature in {Nature.OWN_LAW, Nature.DECLARED} and entry.known_to == "requesting"
        by = "XA" if speaks else "XB"
    if provenance is None:
        provenance = Provenance.DOCUMENT if by == "XA" else Provenance.OWN_INQUIRY
    paper = "1" * 64 if provenance is Provenance.DOCUMENT else None
    return Fact(
        key=key,
        value=value,
        provenance=provenance,
        stated_by=by,
        reference="exhibit 1 of the file",
        document=paper,
    )


@pytest.fixture
def fact():
    return stated


def case_with(facts, measure="access_stored", instrument="budapest", bases=None):
    """A request of which exactly these facts (key: value) are known; every matter is raised."""
    derived = {f"raised.{name}": True for name in MATTERS}
    derived |= {k: v for k, v in facts.items() if FACTS[k].nature is Nature.DERIVED}
    others = [stated(k, v) for k, v in facts.items() if FACTS[k].nature is not Nature.DERIVED]
    if bases is None:
        # Where an instrument offers a measure not, its words on entry into force stand for a paragraph.
        provision = BASES.get((instrument, measure), f"{instrument}.final.entry")
        bases = (Basis(instrument=instrument, provision=provision),)
    return RequestFacts("0" * 64, measure, "XA", "XB", bases, (), gather("XA", "XB", derived, (), others))


@pytest.fixture
def case():
    return case_with


@pytest.fixture
def find(law):
    """Run one check over exactly these facts."""

    def _find(check, facts, *, measure="access_stored", instrument="budapest", bundle=law, side="requested"):
        return run(check, Frame(case_with(facts, measure, instrument), bundle, side, ON))

    return _find


def _entropy():
    numbers = count()
    return lambda n: hashlib.shake_256(f"test {next(numbers)}".encode()).digest(n)


def request_act(
    *, measure="access_stored", instrument="budapest", facts=(), terms=None, states=("xa", "xb"), **fields
):
    """A request act as an ordinary officer would write it, unsigned; ``fields`` and ``terms`` change it."""
    asks, asked = states
    two = measure != "preserve"
    signers = [{"role": "author", "key": "a" * 64, "alg": "ed25519", "alias": "officer-a"}]
    if two:
        signers.insert(0, {"role": "approver", "key": "b" * 64, "alg": "ed25519", "alias": "officer-b"})
    header = {
        "kind": "request",
        "case": "c" * 32,
        "from": f"{asks}:central-authority",
        "to": f"{asked}:central-authority",
        "number": 1,
        "after": [],
        "at": "2026-11-21T18:00:00Z",
        "about": None,
        "law": {"bundle": "d" * 64, "table": "e" * 64},
        "signers": signers,
        "rests_on": "A" * 43,
    }
    selector = {
        "item": "mailbox",
        "description": "The mailbox of the account.",
        "account": "suspect@example.org",
        "since": "2026-10-01T00:00:00Z",
        "until": "2026-10-31T00:00:00Z",
    }
    body = {
        "terms": {
            "measure": measure,
            "items": [{"id": "mailbox", "data": "content"}],
            "bases": [{"instrument": instrument, "provision": BASES[instrument, measure]}],
            "urgency": "ordinary",
            "confidential": True,
            "ratify_by": None if two else "2026-11-23T09:00:00Z",
            "follows": None,
            **(terms or {}),
        },
        "subject": "Intrusion into a hospital's server",
        "selectors": [selector],
        "facts": [wire.dump(f) for f in facts],
        "conduct": "An unknown person used a stolen password to enter the server and copied files.",
        "offence": {
            "title": "Unlawful access",
            "law": "Penal Code of XA",
            "max_penalty_months": 60,
            "offence_class": "illegal_access",
        },
        "purpose": "To identify the person and prove the access.",
        "proceeding": {"number": "2026/17", "authority": "Prosecutor of XA", "stage": "investigation"},
        "urgency": None,
        "signatories": [{"alias": "officer-a", "name": "Officer A", "function": "case officer"}],
        **fields,
    }
    return compose(header, body, _entropy())


@pytest.fixture
def request_for():
    return request_act


SAID = (
    "declared.dishonest_intent",
    "declared.link_of_data_to_offence",
    "declared.use_limited_to_purpose",
    "declared.onward_only_with_consent",
    "declared.need_of_preservation",
    "declared.request_will_follow",
    "declared.custodian_or_location",
    "authorisation.independent",
    "intent.dishonest_shown",
    "necessity.lesser_not_enough",
    "necessity.third_persons_limited",
    "offence.fits_concept",
    "law.punishable_requesting",
    "law.received_data_protected",
    "declared.death_penalty_excluded",
)
"""What an ordinary good request says, with its documents attached."""


@pytest.fixture
def good_request(request_for):
    """An ordinary good request of XA, its charge and order attached."""
    return lambda **more: request_for(**{"facts": [stated(key, True, by="XA") for key in SAID], **more})


@pytest.fixture
def own_file():
    """What XB's officer knows of the ordinary good request from the own file and the own law."""
    yes = (
        "law.punishable_requested",
        "law.own_case_permitted",
        "law.transfer_permitted",
        "law.confidentiality_possible",
        "law.assistance_known",
    )
    no = (
        "law.essential_interests_touched",
        *(indicator.fact for indicator in INDICATORS if indicator.present),
    )
    return [*(stated(k, True, by="XB") for k in yes), *(stated(k, False, by="XB") for k in no)]


@pytest.fixture(scope="session")
def session_case():
    return case_with


@pytest.fixture(scope="session")
def session_law():
    return law_with()
