"""Several processes on one database: nothing lost, nobody starved, nothing acknowledged and gone."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.store import Database, finish, lease, put_job, put_setting, waiting

NOW = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)
PROCESS = Path(__file__).with_name("writing_process.py")


def writing(url, name, deeds, threads):
    return subprocess.Popen(
        [sys.executable, str(PROCESS), url, name, str(deeds), str(threads)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_that_write_at_once_lose_nothing_and_starve_nobody(db, url):
    processes = [writing(url, name, 60, 3) for name in ("one", "two")]
    for number in range(40):
        db.writer.run(lambda conn, number=number: put_job(conn, "test", f"here/{number}", NOW))
    said = set()
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        said |= set(output.split())
    assert len(said) == 2 * 60 * 3
    with db.read() as conn:
        stored = {job.subject for job in waiting(conn)}
    assert stored == said | {f"here/{number}" for number in range(40)}


@pytest.mark.parametrize("wanted", [1, 7, 40])
def test_a_writer_killed_after_acknowledgement_has_lost_nothing(db, url, wanted):
    process = writing(url, "doomed", 100_000, 4)
    said = [process.stdout.readline().strip() for _ in range(wanted)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().split("\n")[:-1]
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    with Database.open(url) as again:
        with again.read() as conn:
            stored = {job.subject for job in waiting(conn)}
        assert set(said) <= stored
        assert len(stored) - len(said) <= 4  # at most what each thread had in hand
        assert again.problems() == ()
        again.writer.run(lambda conn: put_setting(conn, "after", True))


def test_two_stores_on_one_database_give_each_number_and_each_job_once(db, url, make, at):
    """What is asked in the deed that stores it is asked of what the other one has stored."""
    from concurrent.futures import ThreadPoolExecutor

    from comity.store import ids_of_case, next_custody_counter, put_act, put_custody

    case = "f" * 32

    def say(conn):
        number = len(ids_of_case(conn, case)) + 1
        put_act(conn, make(case=case, number=number), received_at=at(), direction="own")
        counter = next_custody_counter(conn, case, "E")
        place = put_custody(conn, case, "E", counter, b"x")
        put_job(conn, "post", number, at())
        return number, counter, place

    def work(store):
        job = store.writer.run(lambda conn: lease(conn, at(), 60))
        store.writer.run(lambda conn: finish(conn, job, at()))
        return job.subject

    with Database.open(url) as other, ThreadPoolExecutor(8) as threads:
        stores = [db, other] * 20
        said = list(threads.map(lambda store: store.writer.run(say), stores))
        worked = list(threads.map(work, stores))
    assert sorted(said) == [(n, n, n - 1) for n in range(1, 41)]
    assert sorted(worked) == list(range(1, 41))
