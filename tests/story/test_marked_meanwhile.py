"""Material that only a competent unit opens, and what came before, beside or between: marks, parts, people.

Nothing here is such material: what is taken in are lines of text about a landscape, and random bytes.
"""

from functools import partial

import handing as h
import pytest
from click.testing import CliRunner
from protecting import ALL, CASE_2026, LANDSCAPE, NAME, no_key_of_the_node_opens, opened_copy, seized

from comity import age, store
from comity.acts import Person
from comity.app import deeds, deliver, found, marking, offices, peers, people, selection, unit_key, unseal
from comity.app.entry import renew_entry
from comity.app.exhibit_list import list_exhibits
from comity.app.sweep import sweep
from comity.cli import program
from comity.cli.session import Session
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.evidence import Criteria, Keeping, read_index


@pytest.fixture
def told(units, tmp_path):
    yield from opened_copy(units, tmp_path / "nodes")


@pytest.fixture
def files(tmp_path):
    return seized(tmp_path / "seized")


def test_what_an_interrupted_intake_kept_is_gone_once_it_is_said_what_it_is(told, files, monkeypatch):
    """The first run did not know what it read; its key is the node's, and the second would leave it there."""

    def stop(done, _of):
        if done > len(LANDSCAPE) + 200_000:
            raise KeyboardInterrupt

    monkeypatch.setattr("comity.app.exhibit.Keeping", partial(Keeping, least=1))
    incoming = told.pt.node.vault.incoming
    with pytest.raises(KeyboardInterrupt):
        told.take_in(files, material=None, progress=stop)
    assert [file for file in incoming.iterdir() if file.is_file()]
    id = told.take_in(files)
    assert not [file for file in incoming.iterdir() if file.is_file()]
    no_key_of_the_node_opens(told, told.pt, id)


def test_nobodys_interrupted_run_keeps_what_is_marked_nor_longer_than_it_may_go_on(told, files, monkeypatch):
    """Of another person, in another spelling, of a folder around it, or of who is enrolled no more."""
    pt = told.pt
    by = (pt["officer"], pt["approver"])
    who = Person(name="Examiner B", function="examiner", instrument="Appointment 3")
    people.add_person(
        pt.node, "b", office="pt:central-authority", deeds=deeds.deeds_of(("examiner",)), person=who, by=by
    )
    another, link = pt.node.person("b"), files.parent / "link"
    link.symlink_to(files.parent)
    monkeypatch.setattr("comity.app.exhibit.Keeping", partial(Keeping, least=1))

    def stop(done, _of):
        if done > len(LANDSCAPE) + 200_000:
            raise KeyboardInterrupt

    def begin(who, source):
        with pytest.raises(KeyboardInterrupt):
            told.take_in(source, material=None, who=who, progress=stop)
        assert len(left()) == 2

    def left():
        return [file for file in pt.node.vault.incoming.iterdir() if file.is_file()]

    begin(another, link / files.name)
    told.take_in(files / NAME)
    assert left() == []
    # In another spelling it is the same, and goes on.
    begin(pt["examiner"], link / files.name)
    id = told.take_in(files, material=None)
    assert left() == []
    with pt.node.db.read() as conn:
        index = read_index(store.indexed_exhibit(conn, told.case, id).index)
    assert [one.what for one in index.remarks] == ["resumed"]
    # Marked later: what was begun under the same request may be of the same.
    begin(another, files)
    marking.mark(pt.node, told.case, id, "grooming", pt["examiner"])
    assert left() == []
    # Nobody goes on with it.
    begin(another, files)
    assert sweep(pt.node).unfinished == 0
    at = told.pair.clock.at
    pt.node.db.writer.run(lambda conn: store.set_person_status(conn, another.key.id, "retired", at))
    assert sweep(pt.node).unfinished == 1
    assert left() == []


@pytest.mark.parametrize("part_too", [True, False])
def test_what_was_left_out_of_a_part_tells_no_names_of_what_is_marked(told, files, part_too):
    pt = told.pt
    id = told.take_in(files, material=None)
    fits = Criteria(paths=("noise.bin",), data=(), accounts=(), since=None, until=None)
    asked = selection.Asked(fits, excluded=(NAME,))
    part = selection.select(pt.node, told.case, id, asked, "One file.", pt["examiner"]).exhibit
    assert selection.left_out(pt.node, told.case, part).excluded == (NAME,)
    if part_too:
        marking.mark(pt.node, told.case, part, "grooming", pt["officer"])
        with h.fails(NotPermitted, "material.only_the_unit"):
            selection.left_out(pt.node, told.case, part)
    marking.mark(pt.node, told.case, id, "child_material", pt["examiner"])
    with h.fails(NotPermitted, "material.only_the_unit"):
        selection.left_out(pt.node, told.case, part)
    no_key_of_the_node_opens(told, pt, id)


def test_what_is_marked_while_it_is_sealed_or_read_does_not_leave_unmarked(told, files, monkeypatch):
    told.introduce()
    pt = told.pt

    def meanwhile(where, what, id):
        real = getattr(where, what)

        def also_mark(*args, **more):
            monkeypatch.setattr(where, what, real)
            marking.mark(pt.node, told.case, id, "child_material", pt["examiner"])
            return real(*args, **more)

        monkeypatch.setattr(where, what, also_mark)

    first, second = told.take_in(files, material=None), told.take_in(files / NAME, material=None)
    h.release(told.pair, told.request, first)
    meanwhile(deliver, "_announce", first)
    with h.fails(NotPermitted, "material.only_the_unit"):
        h.hand_over(told.pair, told.request, first)
    meanwhile(selection, "enter", second)
    with h.fails(NotPermitted, "material.only_the_unit"):
        selection.select(pt.node, told.case, second, ALL, "All.", pt["examiner"])
    assert {e["exhibit"] for e in list_exhibits(pt.node, told.case)} == {first, second}


def test_what_left_while_it_was_being_marked_is_told(told, files, monkeypatch):
    pt, id = told.pt, told.take_in(files, material=None)
    h.release(told.pair, told.request, id)
    real, sent = marking.seal_anew, []

    def slowly(*args):
        sent.append(h.hand_over(told.pair, told.request, id).id)
        return real(*args)

    monkeypatch.setattr(marking, "seal_anew", slowly)
    _, before = marking.mark(pt.node, told.case, id, "child_material", pt["examiner"])
    assert before.deliveries == tuple(sent)


def test_a_lock_that_keeps_the_old_object_does_not_undo_the_mark(told, files, monkeypatch):
    pt, id = told.pt, told.take_in(files, material=None)
    old, _ = told.row(pt, id)
    vault = type(pt.node.vault)

    def locked(_vault, address):
        raise NotPermitted("evidence.vault_locked", address=address, until="2027-01-01T00:00:00Z")

    monkeypatch.setattr(vault, "remove", locked)
    act, _ = marking.mark(pt.node, told.case, id, "child_material", pt["examiner"])
    assert act.terms.exhibit == id
    monkeypatch.undo()
    assert old.address in h.vault_objects(pt)
    assert sweep(pt.node).objects == 1
    assert old.address not in h.vault_objects(pt)


def test_a_permission_is_not_used_by_who_is_of_the_unit_no_more(told, files, tmp_path):
    pt, id = told.pt, told.take_in(files)
    said = told.permit(pt, id)
    key, at = pt["one"].key.id, told.pair.clock.at

    def leave(conn):
        store.set_person_status(conn, key, "retired", at)
        renew_entry(pt.node, conn)

    pt.node.db.writer.run(leave)
    with h.fails(NotPermitted, "app.not_competent"):
        unseal.open_protected(pt.node, said.id, tmp_path / "out", pt["one"], told.keys["PT"])
    assert not (tmp_path / "out").exists()
    unseal.open_protected(pt.node, said.id, tmp_path / "out", pt["two"], told.keys["PT"])


def test_a_unit_that_a_running_node_lacks_is_added_and_takes_in(told, files):
    pt, two = told.pt, (told.pt["officer"], told.pt["approver"])
    with h.fails(Conflict, "app.office_exists"):
        offices.add_office(pt.node, found.office("pt:image-unit=intimate_images_unit"))
    with h.fails(BadInput, "app.office_of_other_state"):
        offices.add_office(pt.node, found.office("gh:second-unit=intimate_images_unit"))
    with pt.node.db.read() as conn:
        before = pt.node.directory(conn).own
    entry = offices.add_office(pt.node, found.office("pt:late-unit=intimate_images_unit"))
    assert (entry.version, len(entry.authorities)) == (before.version + 1, len(before.authorities) + 1)
    key = age.generate_x25519()
    unit_key.enrol_unit_key(pt.node, "pt:late-unit", (str(key.recipient),), *two)
    for name in ("three", "four"):
        who = Person(name=f"Officer {name}", function="unit", instrument="Appointment 3")
        work = deeds.deeds_of(("unit",))
        people.add_person(pt.node, name, office="pt:late-unit", deeds=work, person=who, by=two)
    id = told.take_in(files, material="intimate_images")
    both = unseal.Two(pt.node.person("three"), pt.node.person("four"), "to find who spread them")
    unseal.permit(pt.node, told.case, id, both, CASE_2026, told.until(hours=1))
    peers.refresh_peer(told.gh.node, "PT")
    with told.gh.node.db.read() as conn:
        assert told.gh.node.directory(conn).authority("pt:late-unit").recipients == (str(key.recipient),)


def test_a_units_key_file_that_is_not_there_is_no_matter_of_the_nodes_keys(tmp_path):
    with h.fails(NotFound, "keys.unit_file_missing"):
        unit_key.read_unit_key(tmp_path / "unit.key")


def test_the_lists_in_words_name_the_unit_and_both_persons(told, files):
    pt, id = told.pt, told.take_in(files)
    told.permit(pt, id)
    with pt.node.db.read() as conn:
        both = [pt.node.alias(conn, told.case, pt[name].key.id) for name in ("one", "two")]

    def said(*args):
        session = Session(
            environment={"COMITY_DATA": str(pt.node.settings.data)}, opening={"clock": told.pair.clock}
        )
        done = CliRunner().invoke(program, [*args, told.case], obj=session)
        assert done.exit_code == 0, done.output
        return done.stdout

    assert " + ".join(both) in said("custody", "show")
    assert f"{id} is child_material: opened by pt:child-unit alone" in said("evidence", "list")
