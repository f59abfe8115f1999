"""What bounds a unit: how long a permission lasts, who is competent, to whose keys pieces are sealed.

Nothing here is such material: what is taken in are lines of text about a landscape, and random bytes.
"""

from dataclasses import replace
from datetime import timedelta

import handing as h
import pytest
from protecting import CASE_2026, LANDSCAPE, NAME, opened_copy, seized

from comity import age, store
from comity.acts.terms import UseKind
from comity.app import certify, custody, exhibit, peers, unit_key, unseal, use
from comity.app.offices import renew_office
from comity.clock import read_instant
from comity.errors import BadInput, Conflict, NotFound, NotPermitted


@pytest.fixture
def told(units, tmp_path):
    yield from opened_copy(units, tmp_path / "nodes")


@pytest.fixture
def files(tmp_path):
    return seized(tmp_path / "seized")


def test_a_permission_ends_and_is_for_one_exhibit_and_one_proceeding(told, files, tmp_path):
    told.introduce()
    gh, id, other = told.gh, told.take_in(files / NAME), told.take_in(files)
    for one in (id, other):
        h.release(told.pair, told.request, one)
        unseal.seal_for_unit(told.pt.node, told.request.id, one, told.two(told.pt), told.keys["PT"])
    act = h.hand_over(told.pair, told.request, id, other)
    told.pair.settle()
    unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])
    custody.take_custody(gh.node, act.id, gh["examiner"])
    hours = gh.node.settings.open_hours

    def permit(until=None):
        return unseal.permit(gh.node, told.case, id, told.two(gh), CASE_2026, until)

    with h.fails(BadInput, "material.end_too_late"):
        permit(told.until(hours=hours, seconds=1))
    said = permit()
    assert read_instant(said.terms.until) == told.pair.clock.at + timedelta(hours=hours)
    elsewhere = CASE_2026.model_copy(update={"authority": "Another Fictional Court"})

    def ask(exhibits, proceeding=CASE_2026):
        wanted = use.Wanted(exhibits, proceeding, "Shown at trial.", kind=UseKind.STATED)
        return use.use_exhibits(gh.node, told.request.id, gh["officer"], wanted)

    for refused in (((other,), CASE_2026), ((id, other), CASE_2026), ((id,), elsewhere)):
        with h.fails(NotPermitted, "material.use_needs_two"):
            ask(*refused)
    assert ask((id,))[0].allowed
    told.pair.later(hours=hours)
    with h.fails(NotPermitted, "material.time_is_over"):
        unseal.open_protected(gh.node, said.id, tmp_path / "late", gh["one"], told.keys["GH"])
    with h.fails(NotPermitted, "material.use_needs_two"):
        ask((id,))


def test_no_policy_of_a_node_goes_beyond_the_law_data(told, files):
    pt, id = told.pt, told.take_in(files / NAME)
    lavish = replace(pt.node, settings=pt.node.settings.model_copy(update={"open_hours": 720}))
    most = lavish.bundle.material("child_material").open_hours
    with h.fails(BadInput, "material.end_too_late"):
        unseal.permit(lavish, told.case, id, told.two(pt), CASE_2026, told.until(hours=most + 1))
    said = unseal.permit(lavish, told.case, id, told.two(pt), CASE_2026)
    assert read_instant(said.terms.until) == told.pair.clock.at + timedelta(hours=most)


def test_a_unit_takes_over_only_what_it_is_competent_for(told, files):
    """The other State says which office it is for; whether that is the right one is for our data to say."""
    told.introduce()
    gh, pt, id = told.gh, told.pt, told.take_in(files / NAME)
    h.release(told.pair, told.request, id)
    unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])
    act = h.hand_over(told.pair, told.request, id)
    told.pair.settle()

    def functions(*named):
        change = {"functions": named}
        gh.node.db.writer.run(lambda conn: renew_office(gh.node, conn, "gh:child-unit", change, "app.x"))

    functions("intimate_images_unit")
    before = h.count(gh, told.request)
    with h.fails(NotPermitted, "material.unit_not_competent"):
        unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])
    assert h.count(gh, told.request) == before
    functions("child_protection_unit")
    assert len(unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])) == 1


def test_pieces_leave_only_for_the_keys_that_the_receiver_lists_now(told, files, monkeypatch, tmp_path):
    told.introduce()
    gh, pt, id = told.gh, told.pt, told.take_in(files / NAME)
    h.release(told.pair, told.request, id)

    def seal():
        unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])

    seal()
    earlier, before = told.change_key(gh), h.count(pt, told.request)
    peers.refresh_peer(pt.node, "GH")
    with h.fails(NotPermitted, "material.keys_changed"):
        h.hand_over(told.pair, told.request, id)
    assert h.count(pt, told.request) == before
    seal()

    # Between the sealing of what leaves and the act that announces it.
    real = pt.node.vault.held

    def meanwhile(deed):
        def held():
            monkeypatch.undo()
            deed()
            return real()

        monkeypatch.setattr(pt.node.vault, "held", held)

    def change():
        told.change_key(gh)
        peers.refresh_peer(pt.node, "GH")

    meanwhile(change)
    with h.fails(NotPermitted, "material.keys_changed"):
        h.hand_over(told.pair, told.request, id)
    seal()
    meanwhile(seal)
    with h.fails(Conflict, "material.sealed_meanwhile"):
        h.hand_over(told.pair, told.request, id)
    act = h.hand_over(told.pair, told.request, id)
    told.pair.settle()
    # After it left: what was sealed to the key of then is opened with the key of then.
    then = told.keys["GH"]
    told.change_key(gh)
    for key, error in ((told.keys["GH"], "material.sealed_to_earlier_key"), (earlier, "material.sealed_to")):
        with h.fails(NotPermitted, error):
            unseal.take_over(gh.node, act.id, told.two(gh), key)
    stranger = unit_key.UnitKey((age.generate_x25519(),))
    with h.fails(NotPermitted, "material.not_the_units_key"):
        unseal.take_over(gh.node, act.id, told.two(gh), stranger)
    unseal.take_over(gh.node, act.id, told.two(gh), then)
    custody.take_custody(gh.node, act.id, gh["examiner"])
    said = told.permit(gh, id)
    unseal.open_protected(gh.node, said.id, tmp_path / "bag", gh["one"], told.keys["GH"])
    assert (tmp_path / "bag" / "data" / NAME).read_bytes() == LANDSCAPE


def test_what_was_stamped_and_certified_after_the_sealing_travels_too(told, files):
    told.introduce()
    gh, pt, id = told.gh, told.pt, told.take_in(files / NAME)
    h.release(told.pair, told.request, id)
    exhibit.stamp(pt.node, told.case, id, pt["examiner"])
    unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])
    exhibit.stamp(pt.node, told.case, id, pt["examiner"])
    kept = certify.Certifying("Examiner A", "examiner", "Kept.", asked="So.", followed="So done.")
    certify.certify(pt.node, told.case, id, kept, pt["examiner"])
    act = h.hand_over(told.pair, told.request, id)
    (announced,) = act.terms.exhibits
    told.pair.settle()
    data = gh.node.vault.path(announced.beside.digest).read_bytes()
    for one in (*gh.node.keys.age.identities, *pt.node.keys.age.identities, told.recovery):
        with h.fails(NotFound, "age.no_match"):
            age.open_sealed(data, [one], 2**24)
    unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])
    custody.take_custody(gh.node, act.id, gh["examiner"])

    def proofs(side):
        with side.node.db.read() as conn:
            return store.timestamps_of(conn, told.case, id), store.certificates_of(conn, told.case, id)

    assert proofs(gh) == proofs(pt)
    assert [len(some) for some in proofs(gh)] == [2, 1]
    assert exhibit.verify_exhibit(gh.node, told.case, id).sealed_to == "gh:child-unit"
