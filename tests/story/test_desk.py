"""The desk at home: who asked, orders and their answers, objections; old cases imported from a list."""

from datetime import timedelta

import loopback as l
import pytest

from comity import store
from comity.acts.home_terms import Channel, ContactRole, Returned, Ruled
from comity.app import contacts, importing, orders
from comity.app.exhibit import add
from comity.app.importing import check_list, import_list
from comity.app.node import case_of, home_of
from comity.app.question import Asking, ask
from comity.app.search import find_cases
from comity.app.show import show_case
from comity.errors import BadInput, NotFound, NotPermitted, Unavailable

PROVIDER, POLICE = "pt:provider-1", "gh:cybercrime-unit"
HEAD = "reference,direction,state,measure,opened,closed,outcome,subject,scan"
LINES = (
    "2019/17,incoming,ES,access_stored,2019-02-01,2019-08-01,grant,A mailbox,",
    f"2019/18,outgoing,FR,preserve,2019-03-01,,,,{'5' * 64}",
)


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.7 what was said")
    return path


def enter(side, id, role):
    return contacts.enter_contact(
        side.node,
        side["officer"],
        id,
        role=role,
        name=f"Contact {role}",
        address="1 First Street",
        channels=(Channel.POST,),
    )


def refused(id, error=BadInput):
    return pytest.raises(error, match=rf"^{id}\b")


def what(**changes):
    told = {
        "contact": PROVIDER,
        "items": ("mailbox",),
        "reference": "Order 7/2026",
        "document": "a" * 64,
        "basis": "Fictional Code, s. 3",
        "language": "pt",
        "answer_by": l.AT + timedelta(days=5),
    }
    return orders.Order(**(told | changes))


def desk_of(side, request):
    with side.node.db.read() as conn:
        return home_of(side.node, conn, request.header.case).desk


def test_a_provider_without_a_key_is_ordered_objects_is_asked_about_and_answers(
    pair, request_, paper, tmp_path
):
    pt, officer = pair.pt, pair.pt["officer"]
    enter(pt, PROVIDER, ContactRole.PROVIDER)
    given = orders.order(pt.node, request_.id, officer, what())
    told = {"paper": paper, "at": pair.clock.at, "attested_by": "Registry"}
    objects = orders.answer_order(
        pt.node, given.id, officer, outcome=Returned.OBJECTED, text="It is held abroad.", **told
    )
    assert desk_of(pt, request_).order(given.id).objection.id == objects.id
    with refused("register.puts_nothing"):
        orders.rule(pt.node, objects.id, officer, ruled=Ruled.PUT_TO_THEM, text="Asked.", act=request_.id)
    asked = ask(pt.node, request_.id, officer, questions=(Asking("q1", "Where is it held?"),)).act
    pair.settle()
    orders.rule(pt.node, objects.id, officer, ruled=Ruled.PUT_TO_THEM, text="Asked.", act=asked.id)
    assert desk_of(pt, request_).order(given.id).objection is None
    seized = tmp_path / "mailbox"
    seized.write_bytes(l.MAILBOX)
    exhibit = add(pt.node, request_.id, ("mailbox",), seized, "Provider's answer", pt["examiner"])
    answer = orders.answer_order(
        pt.node, given.id, officer, outcome=Returned.DONE, text="As asked.", exhibits=(exhibit,), **told
    )
    (order,) = show_case(pt.node, request_.header.case)["desk"]["orders"]
    assert (order["open"], order["returns"][-1]["exhibits"]) == (False, [exhibit])
    assert (order["contact"], order["reference"]) == (PROVIDER, "Order 7/2026")
    with pt.node.db.read() as conn:
        scans = [one.id for one in store.exhibits_of(conn, request_.header.case)]
    assert scans == ["PT-1", "PT-P1", "PT-P2"]
    assert answer.terms.scan == objects.terms.scan


def test_who_asked_at_home_stands_with_the_case_and_needs_no_key(pair, request_, paper):
    gh = pair.gh
    enter(gh, POLICE, ContactRole.ORIGINATOR)
    told = {"contact": POLICE, "reference": "Police 12/2026", "at": pair.clock.at, "paper": paper}
    orders.originate(gh.node, request_.header.case, gh["officer"], **told)
    assert [one.contact for one in desk_of(gh, request_).origins] == [POLICE]
    new = orders.originate(gh.node, None, gh["officer"], **told).header.case
    assert new != request_.header.case
    assert [line["case"] for line in find_cases(gh.node)["cases"] if line["case"] == new] == [new]


@pytest.mark.parametrize(
    ("changes", "id", "error"),
    [
        ({"contact": "pt:nobody"}, "register.no_such_contact", NotFound),
        ({"contact": "pt:police"}, "register.contact_in_other_role", BadInput),
        ({"answer_by": l.AT}, "register.answer_by_passed", BadInput),
        ({"items": ("diary",)}, "cases.names_what_is_not_there", NotPermitted),
        ({"bases": ("budapest.nowhere",)}, "law.unknown_key", NotFound),
        ({"basis": " "}, "register.empty", BadInput),
    ],
)
def test_an_order_that_is_not_whole_is_not_given(pair, request_, changes, id, error):
    enter(pair.pt, PROVIDER, ContactRole.PROVIDER)
    enter(pair.pt, "pt:police", ContactRole.ORIGINATOR)
    with refused(id, error):
        orders.order(pair.pt.node, request_.id, pair.pt["officer"], what(**changes))
    assert desk_of(pair.pt, request_).orders == ()


def test_nothing_is_ordered_of_what_is_not_granted(pair):
    request = l.ask(pair, "mailbox")
    enter(pair.pt, PROVIDER, ContactRole.PROVIDER)
    with refused("register.nothing_to_carry_out", NotPermitted):
        orders.order(pair.pt.node, request.id, pair.pt["officer"], what())
    with refused("evidence_app.not_asked", NotPermitted):
        orders.order(pair.gh.node, request.id, pair.gh["officer"], what())


def test_a_wrong_answer_is_not_taken(pair, request_, paper):
    pt, officer = pair.pt, pair.pt["officer"]
    enter(pt, PROVIDER, ContactRole.PROVIDER)
    given = orders.order(pt.node, request_.id, officer, what())
    told = {"paper": paper, "at": pair.clock.at, "attested_by": "Registry", "text": "As asked."}

    def answer(**changes):
        return orders.answer_order(
            pt.node, changes.pop("named", given.id), officer, **({"outcome": Returned.DONE} | told | changes)
        )

    with refused("register.evidence_with_nothing"):
        answer(outcome=Returned.OBJECTED, exhibits=("PT-1",))
    with refused("evidence_app.not_taken_in_here", NotFound):
        answer(exhibits=("PT-9",))
    with refused("register.not_received_yet"):
        answer(at=pair.clock.at + timedelta(days=1))
    with refused("register.no_order", NotFound):
        answer(named=request_.id)
    with refused("cases.names_what_is_not_there", NotPermitted):
        answer(items=("logs",))
    done = answer()
    with refused("register.no_objection"):
        orders.rule(pt.node, done.id, officer, ruled=Ruled.HEEDED, text="So be it.")


def listed(*lines):
    return "\n".join((HEAD, *lines)).encode()


def test_a_list_is_imported_whole_once_and_never_half(pair):
    pt, officer = pair.pt, pair.pt["officer"]
    bad = LINES[0].replace("17", "19").replace("ES", "QQ")
    with refused("import.faults"):
        import_list(pt.node, listed(*LINES, bad), officer)
    assert check_list(pt.node, listed(*LINES)).known == 0
    found, made = import_list(pt.node, listed(*LINES), officer)
    assert (len(made), found.known) == (2, 0)
    again, none = import_list(pt.node, listed(LINES[1], LINES[0]), officer)
    assert (len(none), again.known) == (0, 2)
    changed = check_list(pt.node, listed(LINES[0].replace("grant", "refuse").replace("A mail", "B mail")))
    assert [(one.line, one.column) for one in changed.faults] == [(2, "outcome"), (2, "subject")]
    view = show_case(pt.node, made[0])["desk"]["imported"]
    assert (view["reference"], view["state"], view["closed"]) == ("2019/17", "ES", "2019-08-01")
    lines = {line["case"]: line for line in find_cases(pt.node)["cases"]}
    assert [lines[case]["imported"]["closed"] for case in made] == ["2019-08-01", None]
    assert [lines[case]["with"] for case in made] == ["ES", "FR"]
    assert [lines[case]["requests"] for case in made] == [[], []]


def test_an_import_is_done_in_batches_others_write_between_and_what_was_stopped_goes_on(pair, monkeypatch):
    """A batch is there whole or not at all, and nothing is imported twice."""
    monkeypatch.setattr(importing, "BATCH", 2)
    node, officer = pair.pt.node, pair.pt["officer"]
    data = listed(*(LINES[0].replace("2019/17", f"2019/{n}") for n in range(100, 107)))
    told = []

    def stop(done, total):
        node.db.writer.run(lambda conn: store.put_setting(conn, "written_between", str(done)))
        told.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_list(node, data, officer, progress=stop)
    assert told == [(2, 7), (4, 7)]
    assert (check_list(node, data).known, len(check_list(node, data).new)) == (4, 3)
    said = importing.say_beside

    def broken(*said_with):
        if said_with[2].fields["reference"] == "2019/105":
            raise Unavailable("store.disk_full")
        return said(*said_with)

    monkeypatch.setattr(importing, "say_beside", broken)
    with refused("store.disk_full", Unavailable):
        import_list(node, data, officer, progress=lambda *at: told.append(at))
    assert check_list(node, data).known == 4, "the batch of the line that failed is not here"
    monkeypatch.setattr(importing, "say_beside", said)
    found, made = import_list(node, data, officer, progress=lambda *at: told.append(at))
    assert (len(made), found.known, told[2:]) == (3, 4, [(2, 3), (3, 3)])
    assert len(find_cases(node, filters={"standing": "imported"})["cases"]) == 7


def test_who_may_not_import_imports_nothing(pair):
    with refused("app.not_competent", NotPermitted):
        import_list(pair.pt.node, listed(*LINES), pair.pt["examiner"])
    with pair.pt.node.db.read() as conn:
        assert all(case_of(pair.pt.node, conn, line.case).states for line in store.list_cases(conn, limit=-1))
