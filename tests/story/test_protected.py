"""Material that only a competent unit opens: from intake at one State's unit to the other's, opened by two.

Nothing here is such material: what is taken in are lines of text about a landscape, and random bytes.
"""

import secrets

import handing as h
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protecting import ALL, CASE_2026, LANDSCAPE, NAME, no_key_of_the_node_opens, opened_copy, seized

from comity import age, dossier
from comity.acts import Capacity
from comity.acts.terms import UseKind
from comity.app import (
    analysis,
    certify,
    custody,
    deliver,
    examine,
    exhibit,
    hand_out,
    marking,
    opening,
    selection,
    show,
    unit_key,
    unseal,
    use,
)
from comity.app.exhibit_list import list_exhibits
from comity.app.export import export_case
from comity.app.medium import Medium
from comity.app.scrub import scrub
from comity.app.sweep import sweep
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.evidence import Tool, verify_package


@pytest.fixture
def told(units, tmp_path):
    yield from opened_copy(units, tmp_path / "nodes")


@pytest.fixture
def files(tmp_path):
    return seized(tmp_path / "seized")


def test_from_one_unit_to_the_other_no_key_of_a_central_authority_opens_anything(told, files, tmp_path):
    told.introduce()
    gh, pt, case = told.gh, told.pt, told.case
    id = told.take_in(files)
    no_key_of_the_node_opens(told, pt, id)
    assert h.actions(pt, told.request, id) == ["taken_in", "sealed", "marked"]
    h.release(told.pair, told.request, id)
    with h.fails(NotPermitted, "material.seal_first"):
        h.hand_over(told.pair, told.request, id)
    before = h.vault_objects(pt)
    sealed = unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])
    assert sweep(pt.node).objects == 0  # the pieces wait for the act that announces them
    act = h.hand_over(told.pair, told.request, id)
    (announced,) = act.terms.exhibits
    assert (announced.protected.material, announced.protected.unit) == ("child_material", "gh:child-unit")
    told.pair.settle()
    with h.fails(NotPermitted, "material.unit_first"):
        custody.take_custody(gh.node, act.id, gh["examiner"])
    for piece in (announced.head, *announced.pieces):
        data = gh.node.vault.path(piece.digest).read_bytes()
        for one in (*gh.node.keys.age.identities, *gh.node.keys.vault.identities, told.recovery):
            with h.fails(NotFound, "age.no_match"):
                age.open_sealed(data, [one], 2**24)
    (came,) = unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])
    assert unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"]) == ()
    custody.take_custody(gh.node, act.id, gh["examiner"])
    told.pair.settle()
    no_key_of_the_node_opens(told, gh, id)
    no_key_of_the_node_opens(told, pt, id)
    assert before < h.vault_objects(pt)  # the pieces; nothing else was made
    # Hash, seal and custody go on without a key; so does the scrub.
    for side in (gh, pt):
        proven = exhibit.verify_exhibit(side.node, case, id)
        assert proven.sealed_to == f"{side.node.state.lower()}:child-unit"
        assert scrub(side.node).rot == ()
    # Two of the receiver's unit open it, and what comes out is what was seized.
    said = told.permit(gh, id)
    bag = unseal.open_protected(gh.node, said.id, tmp_path / "bag", gh["two"], told.keys["GH"])
    report = verify_package(bag, [pt.node.keys.acts.public])
    assert report.holds, report.failures
    assert (bag / "data" / NAME).read_bytes() == LANDSCAPE
    events = custody.custody_list(gh.node, case, id)
    with gh.node.db.read() as conn:
        names = [gh.node.alias(conn, case, gh[name].key.id) for name in ("one", "two")]
    both = [(e.action, {e.who, e.beside}) for e in events if e.note in {said.id, came.id}]
    assert [action.value for action, _ in both] == ["marked", "unsealed", "unsealed", "opened", "exported"]
    assert all(named == set(names) for action, named in both if action != "marked")
    assert [e.beside for e in custody.custody_list(pt.node, case, id) if e.note == sealed.id] != [None]
    used = use.Wanted((id,), CASE_2026, "Shown at trial.", kind=UseKind.STATED)
    assert use.use_exhibits(gh.node, told.request.id, gh["officer"], used)[0].allowed
    for side in (gh, pt):
        shown = show.show_case(side.node, case)
        assert NAME not in str(shown)
        assert [e["protected"]["material"] for e in list_exhibits(side.node, case)] == ["child_material"]
        for profile in dossier.Profile:
            file = export_case(side.node, case, profile)
            assert NAME.encode() not in file
            lines = [line for step in dossier.verify(file).steps for line in step.lines]
            assert not [line for line in lines if line.verdict is dossier.Verdict.FAILED], profile


def test_nobody_opens_it_alone_nor_after_its_time_nor_with_another_key(told, files, tmp_path):
    pt, id = told.pt, told.take_in(files / NAME)
    place, events = tmp_path / "out", len(h.actions(pt, told.request, id))

    def permit(first, second, until=None):
        two = unseal.Two(pt[first], pt[second], "to look for the victim")
        until = until or told.until(hours=2)
        return unseal.permit(pt.node, told.case, id, two, CASE_2026, until)

    with h.fails(NotPermitted, "material.one_person"):
        permit("one", "one")
    for pair in (("one", "officer"), ("officer", "approver"), ("examiner", "two")):
        with h.fails(NotPermitted, "material.other_office"):
            permit(*pair)
    with h.fails(BadInput, "material.end_is_past"):
        permit("one", "two", told.pair.clock.at)
    said = permit("one", "two")
    opens = unseal.open_protected
    with h.fails(NotPermitted, "material.not_one_of_two"):
        opens(pt.node, said.id, place, pt["officer"], told.keys["PT"])
    with h.fails(NotPermitted, "material.not_the_units_key"):
        opens(pt.node, said.id, place, pt["one"], told.keys["GH"])
    with h.fails(NotPermitted, "material.not_the_units_key"):
        opens(pt.node, said.id, place, pt["one"], unit_key.UnitKey(pt.node.keys.vault.identities))
    with h.fails(NotPermitted, "material.no_permission"):
        opens(pt.node, told.request.id, place, pt["one"], told.keys["PT"])
    place.mkdir()
    with h.fails(Conflict, "evidence.folder_exists"):
        opens(pt.node, said.id, place, pt["one"], told.keys["PT"])
    place.rmdir()
    assert h.actions(pt, told.request, id)[events:] == ["unsealed"]
    assert not place.exists()
    opens(pt.node, said.id, place, pt["one"], told.cold["PT"])  # the unit's cold key, where its own is lost
    assert [f.name for f in (place / "data").iterdir()] == [NAME]
    told.pair.later(hours=2)
    with h.fails(NotPermitted, "material.time_is_over"):
        opens(pt.node, said.id, tmp_path / "late", pt["one"], told.keys["PT"])
    with pt.node.db.read() as conn:
        assert not unseal.may_be_opened(pt.node, conn, told.case, id, CASE_2026)


def test_a_mark_set_later_takes_the_nodes_key_away_and_tells_what_was_so_before(told, files, tmp_path):
    pt = told.pt
    id = told.take_in(files, material=None)
    examine.examine(pt.node, told.case, id, pt["examiner"])
    part = selection.select(pt.node, told.case, id, ALL, "The order names all.", pt["examiner"]).exhibit
    old, wrapped = told.row(pt, id)
    with h.fails(NotPermitted, "material.no_unit_here"):
        marking.mark(pt.node, told.case, id, "intimate_images", pt["examiner"])
    with h.fails(NotFound, "law.unknown_key_of_few"):
        marking.mark(pt.node, told.case, id, "scenery", pt["examiner"])
    assert told.row(pt, id) == (old, wrapped)
    act, before = marking.mark(pt.node, told.case, id, "child_material", pt["examiner"], text="Found later.")
    assert (before.seen, before.parts, before.recovery, before.deliveries) == (2, (part,), 1, ())
    assert old.address not in h.vault_objects(pt)
    with h.fails(NotPermitted, "material.only_the_unit"):
        marking.mark(pt.node, told.case, id, "child_material", pt["examiner"])
    _, before = marking.mark(pt.node, told.case, part, "grooming", pt["officer"])
    assert before.parts == ()
    for one in (id, part):
        no_key_of_the_node_opens(told, pt, one)
        assert exhibit.verify_exhibit(pt.node, told.case, one).sealed_to == "pt:child-unit"
    # The unit opens both, and each proves to be what was sealed; the part proves to be of the whole.
    for one in (id, part):
        bag = tmp_path / one
        unseal.open_protected(pt.node, told.permit(pt, one).id, bag, pt["one"], told.keys["PT"])
        report = verify_package(bag, [pt.node.keys.acts.public])
        assert report.holds, report.failures
        assert (bag / "data" / NAME).read_bytes() == LANDSCAPE
    assert any("-part-" in f.name for f in (tmp_path / part / "proofs").iterdir())
    assert act.terms.protected.unit == "pt:child-unit"


def test_it_goes_to_no_state_that_names_no_unit_and_on_no_medium(told, files, tmp_path):
    pt, id = told.pt, told.take_in(files)
    h.release(told.pair, told.request, id)
    objects = h.vault_objects(pt)
    with h.fails(NotPermitted, "material.no_unit_there"):
        unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])
    with h.fails(NotPermitted, "material.no_unit_there"):
        h.hand_over(told.pair, told.request, id)
    told.introduce()
    with h.fails(NotPermitted, "material.not_a_unit"):
        unseal.seal_for_unit(
            pt.node, told.request.id, id, told.two(pt), told.keys["PT"], to="gh:central-authority"
        )
    with h.fails(NotPermitted, "material.not_the_units_key"):
        unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["GH"])
    assert h.vault_objects(pt) == objects
    medium = Medium(tmp_path / "medium", str(told.recovery.recipient))
    with h.fails(NotPermitted, "deliver.by_wire"):
        deliver.deliver(
            pt.node, told.request.id, (id,), Capacity.EVIDENCE, "So.", pt["officer"], medium=medium
        )


def test_a_key_of_the_node_is_never_a_units(told):
    pt = told.pt
    two = (pt["officer"], pt["approver"])
    theirs = [*pt.node.keys.vault.recipients, *pt.node.keys.age.recipients, *pt.node.settings.recovery]
    for one in theirs:
        with h.fails(NotPermitted, "material.key_of_the_node"):
            unit_key.enrol_unit_key(pt.node, "pt:image-unit", (one,), *two)
    fresh = str(age.generate_x25519().recipient)
    hybrid = str(age.generate_hybrid(secrets.token_bytes).recipient)
    for office, listed, kind, error in (
        ("pt:central-authority", (fresh,), NotPermitted, "material.no_unit"),
        ("pt:nowhere", (fresh,), NotFound, "app.no_such_office"),
        ("pt:image-unit", (), BadInput, "material.how_many_keys"),
        ("pt:image-unit", ("age1nothing",), BadInput, "age."),
        ("pt:image-unit", (fresh, hybrid), BadInput, "material.keys_do_not_fit"),
        ("pt:image-unit", (str(told.keys["PT"].identities[0].recipient),), BadInput, "material.keys_do"),
    ):
        with h.fails(kind, error):
            unit_key.enrol_unit_key(pt.node, office, listed, *two)
    with h.fails(NotPermitted, "app.same_person"):
        unit_key.enrol_unit_key(pt.node, "pt:image-unit", (fresh,), two[0], two[0])
    with h.fails(NotPermitted, "app.not_competent"):
        unit_key.enrol_unit_key(pt.node, "pt:image-unit", (fresh,), pt["examiner"], two[1])
    with pt.node.db.read() as conn:
        assert pt.node.directory(conn).own.office("pt:image-unit").recipients == ()
    with h.fails(BadInput, "material.unit_without_material"):
        told.take_in(pt.node.settings.data / "settings.toml", material=None, unit="pt:child-unit")


def test_an_intake_that_is_interrupted_leaves_nothing_that_a_key_of_the_node_opens(told, files):
    def stop(done, _of):
        if done > len(LANDSCAPE):
            raise KeyboardInterrupt

    before = h.count(told.pt, told.request)
    with pytest.raises(KeyboardInterrupt):
        told.take_in(files, progress=stop)
    assert h.count(told.pt, told.request) == before
    left = [file for file in told.pt.node.vault.incoming.rglob("*") if file.is_file()]
    assert [file.name for file in left if file.stat().st_size] == []
    id = told.take_in(files)
    no_key_of_the_node_opens(told, told.pt, id)


def deeds_of_the_node(told, id, place):
    """Everything by which a node, or who hands in its keys, reads an exhibit or what its files are called."""
    pt, case = told.pt, told.case
    who, leave = pt["examiner"], hand_out.Leave(pt["officer"], pt["approver"], "Counsel A", "the defence")
    function = certify.Certifying(
        name="Examiner", function="examiner", text="As it is.",
        translated=certify.Translated(path=NAME, translation="0" * 64, written_in="pt", into="en"),
    )  # fmt: skip
    return {
        "examine": lambda: examine.examine(pt.node, case, id, who),
        "look inside": lambda: examine.look_inside(pt.node, case, id, who),
        "select": lambda: selection.select(pt.node, case, id, ALL, "The order names all.", who),
        "open": lambda: opening.open_exhibit(pt.node, case, id, place, who, "for counsel"),
        "hand out": lambda: hand_out.hand_out_exhibit(pt.node, case, id, leave, place),
        "check a file": lambda: opening.check_file(pt.node, case, id, NAME),
        "note an analysis": lambda: analysis.note_analysis(
            pt.node, case, id, (Tool(name="a", version="1"),), "Looked at.", who
        ),
        "certify a file": lambda: certify.certify(pt.node, case, id, function, who),
        "mark": lambda: marking.mark(pt.node, case, id, "grooming", who),
        "deliver": lambda: h.hand_over(told.pair, told.request, id),
        "seal alone": lambda: unseal.seal_for_unit(
            pt.node, told.request.id, id, unseal.Two(pt["one"], pt["one"], "alone"), told.keys["PT"]
        ),
        "seal by others": lambda: unseal.seal_for_unit(
            pt.node, told.request.id, id, unseal.Two(pt["officer"], pt["approver"], "so"), told.keys["PT"]
        ),
        "open without permission": lambda: unseal.open_protected(
            pt.node, told.request.id, place, pt["one"], told.keys["PT"]
        ),
    }


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_in_whatever_order_a_marked_exhibit_stays_shut(marked, data):
    """Whether it was marked when taken in or later: each is refused with what to do, and leaves nothing."""
    told, ids, place = marked
    id = data.draw(st.sampled_from(ids))
    deeds_ = deeds_of_the_node(told, id, place)
    before = (h.count(told.pt, told.request), h.vault_objects(told.pt))
    for name in data.draw(st.lists(st.sampled_from(sorted(deeds_)), min_size=1, max_size=6)):
        with h.fails(NotPermitted, "material"):
            deeds_[name]()
        assert (h.count(told.pt, told.request), h.vault_objects(told.pt)) == before, name
        assert not place.exists(), name


@pytest.fixture
def marked(told, files, tmp_path):
    """Two marked exhibits that were released: one marked when it was taken in, one after it was examined."""
    told.introduce()
    first, second = told.take_in(files), told.take_in(files, material=None)
    examine.examine(told.pt.node, told.case, second, told.pt["examiner"])
    marking.mark(told.pt.node, told.case, second, "grooming", told.pt["officer"])
    for id in (first, second):
        h.release(told.pair, told.request, id)
    return told, (first, second), tmp_path / "out"


def test_use_is_refused_unless_two_said_so_for_that_proceeding_and_now(told, files):
    told.introduce()
    gh, pt, id = told.gh, told.pt, told.take_in(files / NAME)
    h.release(told.pair, told.request, id)
    unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])
    unseal.seal_for_unit(pt.node, told.request.id, id, told.two(pt), told.keys["PT"])  # the last one counts
    act = h.hand_over(told.pair, told.request, id)
    assert sweep(pt.node).objects == len(act.terms.exhibits[0].pieces) + 1
    told.pair.settle()
    with h.fails(NotPermitted, "material.nothing_for_unit"):
        unseal.take_over(gh.node, act.id, unseal.Two(gh["officer"], gh["approver"], "so"), told.keys["GH"])
    with h.fails(NotPermitted, "material.not_the_units_key"):
        unseal.take_over(gh.node, act.id, told.two(gh), told.keys["PT"])
    unseal.take_over(gh.node, act.id, told.two(gh), told.keys["GH"])
    custody.take_custody(gh.node, act.id, gh["examiner"])
    wanted = use.Wanted((id,), CASE_2026, "Shown at trial.", kind=UseKind.STATED)

    def ask(wanted):
        return use.use_exhibits(gh.node, told.request.id, gh["officer"], wanted)

    with h.fails(NotPermitted, "material.use_needs_two"):
        ask(wanted)
    told.permit(gh, id)
    other = CASE_2026.model_copy(update={"number": "2026/2"})
    with h.fails(NotPermitted, "material.use_needs_two"):
        ask(use.Wanted((id,), other, "Shown at trial.", kind=UseKind.STATED))
    assert ask(wanted)[0].allowed
    told.pair.later(hours=2)
    with h.fails(NotPermitted, "material.use_needs_two"):
        ask(wanted)
