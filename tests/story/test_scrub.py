"""The vault reads itself: a flipped byte is found, and named with case and exhibit; nothing stops for it."""

import handing as h
import pytest
from structlog.testing import capture_logs

from comity import store, worker
from comity.app import custody, scrub
from comity.app.doctor import Health, examine
from comity.app.scrub import EVERY, JOB, LATE
from comity.app.touch import ITSELF
from comity.errors import NotPermitted, Unavailable


@pytest.fixture
def three(pair, request_, files):
    """Three exhibits of PT: their objects in the order in which a pass reads them."""
    ids = [h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(3)]
    with pair.pt.node.db.read() as conn:
        rows = [store.get_exhibit(conn, request_.header.case, id) for id in ids]
    return sorted(rows, key=lambda row: row.address)


def told(side, health):
    return {
        line.message.id: dict(line.message.arguments) for line in examine(side.node) if line.health is health
    }


def heal(side, address):
    path = side.node.vault.path(address)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)


def test_a_flipped_byte_is_found_named_and_kept_until_it_is_mended(pair, request_, three):
    side, case = pair.pt, request_.header.case
    assert "doctor.scrub_never" in told(side, Health.WARN)
    came = scrub.scrub(side.node)
    assert (came.objects, came.size, came.done, came.rot) == (3, sum(r.size for r in three), True, ())
    assert told(side, Health.OK)["doctor.scrub"]["objects"] == 3
    h.damage(side, three[0].address)
    side.node.vault.path(three[1].address).unlink()
    came = scrub.scrub(side.node)
    assert (came.objects, came.done) == (3, True)  # the third was read all the same
    assert [(one.case, one.exhibit, one.what) for one in came.rot] == [
        (case, three[0].id, "damaged"), (case, three[1].id, "missing"),
    ]  # fmt: skip
    assert told(side, Health.BAD)["doctor.rot"]["case"] == case
    assert "doctor.scrub" not in told(side, Health.OK)
    assert len(scrub.rotten(side.node)) == 2
    scrub.scrub(side.node)  # what is known is not told twice
    told_of = [("damaged", "damaged"), ("damaged", "missing"), None]
    for row, wanted in zip(three, told_of, strict=True):
        last = custody.custody_list(side.node, case, row.id)[-1]
        assert [event.action.value for event in custody.custody_list(side.node, case, row.id)][2:] == (
            [] if wanted is None else [wanted[0]]
        )
        assert wanted is None or (last.who, last.purpose) == (ITSELF, wanted[1])
    heal(side, three[0].address)
    side.node.db.writer.run(
        lambda conn: store.erase_exhibit_key(conn, case, three[1].id, side.node.clock.now(), "a" * 64)
    )
    assert scrub.scrub(side.node).rot == ()  # one is well again, the other is destroyed and not needed
    with side.node.db.read() as conn:
        assert store.vault_faults(conn) == ()
    assert h.actions(side, request_, three[0].id)[2:] == ["damaged", "checked"]
    pair.clock.at += LATE + EVERY
    assert "doctor.scrub_late" in told(side, Health.WARN)


def test_a_pass_goes_on_where_its_budget_ended(pair, three, monkeypatch):
    side = pair.pt
    read = []
    verify = side.node.vault.verify

    def watched(address, told=None):
        read.append(address)
        return verify(address, told)

    monkeypatch.setattr(side.node.vault, "verify", watched)
    h.damage(side, three[2].address)
    steps = [scrub.scrub(side.node, budget=1) for _ in range(4)]
    assert [step.done for step in steps] == [False, False, True, False]
    assert read == [*(row.address for row in three), three[0].address]
    assert [len(step.rot) for step in steps] == [0, 0, 1, 1]
    late = max(row.added_at for row in three)
    assert scrub.scrub(side.node, since=late).objects == sum(row.added_at >= late for row in three)
    assert scrub.scrub(side.node).objects == 2  # what was asked by its time moved no place in the pass


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), Unavailable("x"), NotPermitted("x")])
def test_what_cannot_be_read_is_told_and_stops_nothing(pair, three, monkeypatch, error):
    """A disk, or a store that answers for all others."""
    side, verify = pair.pt, pair.pt.node.vault.verify

    def failing(address, told=None):
        if address == three[0].address:
            raise error
        return verify(address)

    monkeypatch.setattr(side.node.vault, "verify", failing)
    came = scrub.scrub(side.node)
    assert (came.objects, [one.what for one in came.rot]) == (3, ["unreadable"])


def test_a_store_that_answers_nothing_at_all_stops_the_pass_and_is_no_rot(pair, three, monkeypatch):
    def silent(*_):
        raise Unavailable("evidence.s3_silent", what="x")

    side = pair.pt
    for name in ("verify", "has"):
        monkeypatch.setattr(side.node.vault, name, silent)
    with h.fails(Unavailable, "evidence.s3_silent"):
        scrub.scrub(side.node)
    assert three
    assert scrub.rotten(side.node) == ()


def test_pieces_are_read_while_they_wait_and_are_not_missed_when_they_served(pair, request_, files):
    id = h.sealed_and_released(pair, request_, files / "mail" / "inbox")
    act = h.hand_over(pair, request_, id)
    with pair.pt.node.db.read() as conn:
        waiting = store.outgoing_undelivered(conn, act.id)
    pair.pt.node.vault.path(waiting[0].address).unlink()
    (rot,) = scrub.scrub(pair.pt.node).rot
    assert (rot.exhibit, rot.delivery, rot.what) == (id, act.id, "missing")


def test_pieces_that_were_taken_into_custody_are_not_missed(pair, request_, files):
    id = h.sealed_and_released(pair, request_, files / "mail" / "inbox")
    act = h.hand_over(pair, request_, id)
    pair.settle()
    assert scrub.scrub(pair.gh.node).objects == 3
    custody.take_custody(pair.gh.node, act.id, pair.gh["officer"])
    assert scrub.scrub(pair.gh.node).rot == ()


def test_the_job_stands_again_and_rot_does_not_fail_it(pair, three):
    side = pair.pt
    h.damage(side, three[0].address)
    scrub.plan_scrub(side.node)
    scrub.plan_scrub(side.node)
    worker.run_due(side.node)
    with side.node.db.read() as conn:
        (job,) = store.waiting(conn, JOB)
    assert (job.due, job.last_error) == (side.node.clock.now() + EVERY, None)
    assert [one.exhibit for one in scrub.rotten(side.node)] == [three[0].id]


def test_what_came_while_a_pass_was_under_way_and_was_found_rotten_stays_told(
    pair, request_, files, three, monkeypatch
):
    """Another process takes in, and finds rot, between the list of this pass and its end."""
    side, verify, case = pair.pt, pair.pt.node.vault.verify, request_.header.case
    came = []

    def meanwhile(address, told=None):
        if not came:
            came.append(h.take_in(pair, request_, files / "mail" / "inbox"))
            with side.node.db.read() as conn:
                new = store.get_exhibit(conn, case, came[0]).address
            side.node.db.writer.run(lambda conn: store.put_fault(conn, new, "damaged", side.node.clock.now()))
        return verify(address, told)

    monkeypatch.setattr(side.node.vault, "verify", meanwhile)
    came_to = scrub.scrub(side.node)
    assert came_to.done
    assert [(one.exhibit, one.what) for one in came_to.rot] == [(came[0], "damaged")]


def test_whose_exhibit_has_rotted_a_person_is_told_and_no_log(pair, request_, three):
    h.damage(pair.pt, three[0].address)
    with capture_logs() as logged:
        (rot,) = scrub.scrub(pair.pt.node).rot
    assert (rot.case, rot.exhibit) == (request_.header.case, three[0].id)
    (line,) = [one for one in logged if one["event"] == "vault_rot"]
    assert line["address"] == three[0].address
    assert request_.header.case not in str(logged)
    assert "exhibit" not in line


def test_a_pass_reads_no_faster_than_it_may(pair, three):
    now, waited = [0.0], []

    def wait(seconds):
        waited.append(seconds)
        now[0] += seconds

    size = sum(row.size for row in three)
    scrub.scrub(pair.pt.node, pace=scrub.Pace(1000, time=lambda: now[0], wait=wait))
    assert sum(waited) == pytest.approx(size / 1000)
