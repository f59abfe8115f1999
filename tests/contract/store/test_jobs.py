"""The contract of jobs: written once, leased to one, late but never gone."""

from threading import Thread

import pytest

from comity.errors import Conflict
from comity.store import fail, finish, get_job, hasten, lease, put_job, renew, repeat, waiting


def test_a_job_is_written_once_for_ever(do, see, at):
    assert do(put_job, "post", {"act": "x", "to": "PT"}, at())
    assert not do(put_job, "post", {"to": "PT", "act": "x"}, at(5))
    assert do(put_job, "post", {"act": "y", "to": "PT"}, at())
    job = do(lease, at(), 60)
    do(finish, job, at())
    assert not do(put_job, "post", {"act": "x", "to": "PT"}, at(9))
    assert see(get_job, "post", {"act": "x", "to": "PT"}).done_at == at()
    assert [j.subject["act"] for j in see(waiting)] == ["y"]


def test_a_job_is_not_given_before_it_is_due_and_never_lost_when_late(do, at):
    do(put_job, "remind", "a", at(10))
    assert do(lease, at(9), 60) is None
    late = do(lease, at(60 * 24 * 400), 60)
    assert (late.subject, late.due, late.tries) == ("a", at(10), 1)


def test_the_one_due_longest_comes_first_and_a_kind_can_be_asked_for(do, at):
    for kind, subject, minutes in (("post", 1, 3), ("post", 2, 1), ("remind", 3, 2)):
        do(put_job, kind, subject, at(minutes))
    assert do(lease, at(5), 60, ["remind", "other"]).subject == 3
    assert do(lease, at(5), 60, ["other"]) is None
    assert [do(lease, at(5), 60).subject for _ in range(2)] == [2, 1]
    assert do(lease, at(5), 60) is None


def test_a_lease_that_ran_out_is_given_anew_and_the_old_one_is_no_good(do, see, at):
    do(put_job, "post", "x", at())
    first = do(lease, at(0), 60)
    assert do(lease, at(0), 60) is None
    second = do(lease, at(1), 60)
    assert (second.tries, second.id) == (2, first.id)
    assert second.token != first.token
    for late in (
        lambda: do(finish, first, at(1)),
        lambda: do(fail, first, at(2), "x.y"),
        lambda: do(renew, first, at(1), 60),
        lambda: do(repeat, first, at(2)),
    ):
        with pytest.raises(Conflict) as caught:
            late()
        assert caught.value.id == "store.lease_lost"
    assert see(get_job, "post", "x").token == second.token
    do(finish, second, at(2))
    with pytest.raises(Conflict):
        do(finish, second, at(2))
    assert see(waiting) == ()


def test_a_renewed_lease_holds_longer(do, at):
    do(put_job, "post", "x", at())
    job = do(lease, at(), 60)
    do(renew, job, at(), 600)
    assert do(lease, at(5), 60) is None
    do(finish, job, at(5))


def test_a_failed_job_stands_again_with_its_error(do, see, at):
    do(put_job, "post", "x", at())
    do(fail, do(lease, at(), 600), at(7), "exchange.no_answer")
    (job,) = see(waiting, "post")
    assert (job.due, job.last_error, job.tries, job.token) == (at(7), "exchange.no_answer", 1, None)
    assert see(waiting, "other") == ()
    assert do(lease, at(6), 60) is None
    assert do(hasten, "post", "x", at(6))
    assert not do(hasten, "post", "x", at(8))
    do(finish, do(lease, at(6), 60), at(6))
    assert see(get_job, "post", "x").last_error is None


def test_what_recurs_is_one_job_that_moves(do, see, at):
    do(put_job, "checkpoint", None, at())
    do(repeat, do(lease, at(), 60), at(5))
    (job,) = see(waiting)
    assert (job.due, job.tries, job.token) == (at(5), 0, None)


def test_the_job_of_a_deed_that_failed_is_not_there(db, see, at):
    def deed(conn):
        put_job(conn, "post", "x", at())
        raise RuntimeError("the act was not in order")

    with pytest.raises(RuntimeError):
        db.writer.run(deed)
    assert see(waiting) == ()


def test_threads_lease_each_job_exactly_once(do, see, at):
    def plan(conn):
        for number in range(120):
            put_job(conn, "post", number, at())

    do(plan)
    taken = []

    def work():
        while (job := do(lease, at(), 3600)) is not None:
            taken.append(job.subject)
            do(finish, job, at())

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(120))
    assert see(waiting) == ()
