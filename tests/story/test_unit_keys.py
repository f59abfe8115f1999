"""Whose word it is that a key is a unit's: two list it, the unit confirms it, other States see which.

Nothing here is such material: what is taken in are lines of text about a landscape.
"""

import json

import handing as h
import pytest
from click.testing import CliRunner
from protecting import LANDSCAPE, NAME, opened_copy

from comity import age, dsse, store
from comity.acts import Person
from comity.app import deeds, peers, people, unit_key, unseal
from comity.app.entry import renew_entry
from comity.cli import program
from comity.cli.session import Session
from comity.cli.unit import listing_words
from comity.errors import Conflict, NotPermitted
from comity.exchange import Entry, sign_entry


@pytest.fixture
def told(units, tmp_path):
    yield from opened_copy(units, tmp_path / "nodes")


def entry(node, state="PT"):
    with node.db.read() as conn:
        return node.directory(conn).entry(state)


def listed(told, *keys, office="pt:child-unit"):
    """Two enrollers list keys; their act."""
    pt = told.pt
    recipients = [str(key.recipient) for key in keys]
    return unit_key.enrol_unit_key(pt.node, office, recipients, pt["officer"], pt["approver"])


def test_two_enrollers_alone_list_no_key_for_a_unit_that_has_people(told, tmp_path):
    pt, before = told.pt, entry(told.pt.node)
    theirs, ours = age.generate_x25519(), age.generate_x25519()
    slipped_in = listed(told, theirs)
    assert entry(pt.node) == before
    (tmp_path / NAME).write_bytes(LANDSCAPE)
    id = told.take_in(tmp_path / NAME)
    said = told.permit(pt, id)
    with h.fails(NotPermitted, "material.not_the_units_key"):
        unseal.open_protected(pt.node, said.id, tmp_path / "out", pt["one"], unit_key.UnitKey((theirs,)))
    for who in ("officer", "examiner"):
        with h.fails(NotPermitted, "material.other_office"):
            unit_key.confirm_unit_key(pt.node, slipped_in.id, pt[who])
    act = listed(told, ours)
    with h.fails(NotPermitted, "material.listed_since"):
        unit_key.confirm_unit_key(pt.node, slipped_in.id, pt["one"])
    with h.fails(NotPermitted, "material.no_listing"):
        unit_key.confirm_unit_key(pt.node, told.request.id, pt["one"])
    assert entry(pt.node) == before
    confirmed = unit_key.confirm_unit_key(pt.node, act.id, pt["one"])
    with h.fails(Conflict, "material.confirmed_already"):
        unit_key.confirm_unit_key(pt.node, act.id, pt["two"])
    unit = entry(pt.node).office("pt:child-unit")
    assert unit.recipients == (str(ours.recipient),)
    (listing,) = unit.listings
    assert (listing.act, listing.confirmed, listing.alone) == (act.id, confirmed.id, False)
    # Nor once its people have been sent away: others of the unit would have to be enrolled, on record.
    at = told.pair.clock.at

    def leave(conn):
        for name in ("one", "two"):
            store.set_person_status(conn, pt[name].key.id, "retired", at)
        renew_entry(pt.node, conn)

    pt.node.db.writer.run(leave)
    listed(told, theirs)
    assert entry(pt.node).office("pt:child-unit").recipients == (str(ours.recipient),)


def test_what_was_listed_without_the_units_word_is_told_for_ever_to_others_too(told):
    gh, pt, office = told.gh, told.pt, "pt:image-unit"
    first, second = age.generate_x25519(), age.generate_x25519()
    alone = listed(told, first, office=office)
    unit = peers.refresh_peer(gh.node, "PT").office(office)
    assert unit.recipients == (str(first.recipient),)
    assert (unit.listing.alone, unit.listing.confirmed) == (True, None)
    session = Session(environment={})
    assert "without the word" in "".join(listing_words(session, unit))
    refuses(told, unit.model_copy(update={"listings": ()}))
    refuses(told, unit.model_copy(update={"listings": (unit.listing.model_copy(update={"act": "0" * 64}),)}))
    for name in ("three", "four"):
        who = Person(name=f"Officer {name}", function="unit", instrument="Appointment 3")
        by = (pt["officer"], pt["approver"])
        people.add_person(pt.node, name, office=office, deeds=deeds.deeds_of(("unit",)), person=who, by=by)
    three = pt.node.person("three")
    late = unit_key.confirm_unit_key(pt.node, alone.id, three)
    unit = peers.refresh_peer(gh.node, "PT").office(office)
    assert (unit.listing.alone, unit.listing.confirmed) == (True, late.id)
    act = listed(told, second, office=office)
    unit_key.confirm_unit_key(pt.node, act.id, three)
    unit = peers.refresh_peer(gh.node, "PT").office(office)
    assert [(one.act, one.alone) for one in unit.listings] == [(alone.id, True), (act.id, False)]
    words = list(listing_words(session, unit))
    assert "confirmed by a person of the unit" in words[0]
    assert words[1].lstrip().startswith("before")
    # A node that would rather not tell it any more is not followed.
    refuses(told, unit.model_copy(update={"listings": unit.listings[1:]}))
    unsaid = unit.listings[0].model_copy(update={"confirmed": None})
    refuses(told, unit.model_copy(update={"listings": (unsaid, unit.listings[1])}))


def refuses(told, office):
    """GH does not follow an entry of PT that tells something else of one office."""
    last = entry(told.gh.node)
    offices = tuple(office if one.id == office.id else one for one in last.authorities)
    other = last.model_copy(update={"authorities": offices, "version": last.version + 1})
    data = dsse.write(sign_entry(Entry.model_validate(other.model_dump()), told.pt.node.keys.acts))
    with h.fails(Conflict, "exchange.listing_forgotten"):
        peers.follow_peer(told.gh.node, "PT", data)
    assert entry(told.gh.node) == last


def test_the_commands_say_how_long_and_whose_word_it_is(told, tmp_path):
    told.introduce()
    pt, fresh, file = told.pt, age.generate_x25519(), tmp_path / "unit.key"
    (tmp_path / NAME).write_bytes(LANDSCAPE)
    file.write_text(f"{told.keys['PT'].identities[0]}\n")
    file.chmod(0o600)
    id = told.take_in(tmp_path / NAME)
    both = ("--as", "one", "--second", "two")

    def run(*words):
        opening = {"clock": told.pair.clock, "courier": pt.node.courier}
        session = Session(environment={"COMITY_DATA": str(pt.node.settings.data)}, opening=opening)
        done = CliRunner().invoke(program, list(words), obj=session)
        assert done.exit_code == 0, done.output
        return done.stdout

    why = ("--purpose", "to look", "--number", "2026/1", "--authority", "Court A", "--stage", "trial")
    said = json.loads(run("unit", "permit", id, *both, *why, "--json"))
    assert said["longest_hours"] == pt.node.settings.open_hours
    assert said["until"] in run("unit", "permit", id, *both, *why)
    sealed = ("unit", "seal", told.request.id, id, *both, "--purpose", "as granted", "--key", str(file))
    assert "confirmed by a person of the unit" in run(*sealed)
    by = ("--recipient", str(fresh.recipient), "--as", "officer", "--second", "approver")
    act = json.loads(run("unit", "enrol", "pt:child-unit", *by, "--json"))
    assert act["waits"]
    assert str(fresh.recipient) not in run("directory")
    run("unit", "confirm", act["act"], "--as", "one")
    assert str(fresh.recipient) in run("directory")
    run("unit", "enrol", "pt:image-unit", "--recipient", str(age.generate_x25519().recipient), *by[2:])
    assert "without the word of any person of the unit" in run("directory")
