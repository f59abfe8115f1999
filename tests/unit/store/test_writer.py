"""Group commit: few commits for many deeds, failures that stay their own, nothing acknowledged and lost."""

import os
from threading import Event, Thread, current_thread, main_thread

import pytest
from sqlalchemy import text

from comity.errors import Conflict, NotFound, Unavailable
from comity.store import Database, get_setting, put_setting, url_of


@pytest.fixture
def together(db):
    """Hold the writer, hand it deeds from a thread each, let go; give what came back to each."""

    def together(deeds):
        held, go = Event(), Event()

        def hold(conn):
            held.set()
            go.wait()

        answers = {}

        def call(name, deed):
            try:
                answers[name] = db.writer.run(deed)
            except BaseException as error:  # noqa: BLE001 - what came back is what is tested
                answers[name] = error

        threads = [Thread(target=call, args=("the holder", hold))]
        threads[0].start()
        held.wait()
        for name, deed in deeds.items():
            threads.append(Thread(target=call, args=(name, deed)))
            threads[-1].start()
            while len(db.writer._queue) < len(threads) - 1:
                pass  # so that they wait in the order in which they are named
        go.set()
        for thread in threads:
            thread.join()
        return answers

    return together


def settings(db, names):
    with db.read() as conn:
        return [get_setting(conn, name) for name in names]


def test_many_deeds_share_few_commits(db, together):
    before = db.writer.commits
    names = [f"n{number}" for number in range(64)]
    answers = together({name: lambda conn, name=name: put_setting(conn, name, name) for name in names})
    assert db.writer.commits - before == 2  # the holder's, and one for all 64
    assert set(answers.values()) == {None}
    assert settings(db, names) == names


def test_a_failed_deed_fails_alone_and_leaves_nothing(db, together):
    def fail(conn):
        put_setting(conn, "b", "half")
        raise NotFound("store.no_such_act", act="x")

    def broken(conn):
        put_setting(conn, "d", "half")
        conn.execute(text("INSERT INTO schema_version SELECT version FROM schema_version"))

    answers = together(
        {
            "a": lambda conn: put_setting(conn, "a", 1),
            "b": fail,
            "c": lambda conn: get_setting(conn, "a"),
            "d": broken,
            "e": lambda conn: put_setting(conn, "e", 1),
        }
    )
    assert isinstance(answers["b"], NotFound)
    assert isinstance(answers["d"], Conflict)
    assert answers["d"].id == "store.rule_broken"
    assert answers["c"] == 1  # a later deed sees an earlier one of its batch
    assert settings(db, "abcde") == [1, None, None, None, 1]


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_a_deed_raises_reaches_its_caller_and_the_writer_lives(db, kind):
    def deed(conn):
        raise kind("no matter what")

    with pytest.raises(kind):
        db.writer.run(deed)
    db.writer.run(lambda conn: put_setting(conn, "a", 1))
    assert settings(db, "a") == [1]


def test_where_the_disk_is_full_nobody_of_the_batch_is_told_that_it_is_done(db, together):
    def fill(conn):
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        put_setting(conn, "b", "x" * 100_000)

    def fails_by_itself(conn):
        raise NotFound("store.no_such_act", act="x")

    answers = together(
        {
            "a": lambda conn: put_setting(conn, "a", 1),
            "own": fails_by_itself,
            "b": fill,
            "c": lambda conn: put_setting(conn, "c", 1),
        }
    )
    assert isinstance(answers["own"], NotFound)
    for name in "abc":
        assert isinstance(answers[name], Unavailable), name
        assert answers[name].id == "store.disk_full"
    assert answers["a"] is not answers["b"]
    assert settings(db, "abc") == [None, None, None]
    db.writer.run(lambda conn: put_setting(conn, "a", 2))
    assert settings(db, "a") == [2]


def test_a_deed_that_hides_a_lost_transaction_is_not_acknowledged(db):
    def deed(conn):
        put_setting(conn, "a", 1)
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            put_setting(conn, "b", "x" * 100_000)
        except Unavailable:
            return "all is well"

    with pytest.raises(Unavailable):
        db.writer.run(deed)
    assert settings(db, "ab") == [None, None]


def in_a_thread(work):
    """Do it in a thread of its own; give its value."""
    values = []
    thread = Thread(target=lambda: values.append(work()))
    thread.start()
    thread.join()
    return thread, values[0]


def test_a_lone_deed_changes_no_thread_but_the_main_one_never_writes(db):
    """A signal's handler raises in the main thread, maybe between a commit and the word that it was done."""
    thread, wrote = in_a_thread(lambda: db.writer.run(lambda conn: current_thread()))
    assert wrote is thread
    assert db.writer.run(lambda conn: current_thread()) is not main_thread()


def test_who_has_its_answer_does_not_write_for_the_others(db):
    """Else one caller waits for as long as others come."""
    held, go, answered, wrote = Event(), Event(), Event(), []

    def first(conn):
        held.set()
        go.wait()

    def second(conn):
        wrote.append(current_thread())
        assert answered.wait(30)  # the first one has its answer while the second one's deed is not done

    threads = [
        Thread(target=lambda: (db.writer.run(first), answered.set())),
        Thread(target=lambda: db.writer.run(second)),
    ]
    threads[0].start()
    held.wait()
    threads[1].start()
    until_one_waits(db)
    go.set()
    for thread in threads:
        thread.join()
    assert wrote == threads[1:]
    db.writer.run(lambda conn: put_setting(conn, "a", 1))
    assert settings(db, "a") == [1]


def test_a_caller_in_the_main_thread_is_served_by_who_writes_already(db):
    held, go = Event(), Event()

    def first(conn):
        held.set()
        go.wait()

    thread = Thread(target=lambda: db.writer.run(first))
    thread.start()
    held.wait()
    let = Thread(target=lambda: (until_one_waits(db), go.set()))
    let.start()
    db.writer.run(lambda conn: put_setting(conn, "a", 1))
    for one in (thread, let):
        one.join()
    assert settings(db, "a") == [1]


def until_one_waits(db):
    while not db.writer._queue:
        pass


def test_a_deed_does_not_run_another(db):
    with pytest.raises(RuntimeError, match="must not run another"):
        db.writer.run(lambda conn: db.writer.run(lambda conn: None))


def test_a_closed_writer_has_done_what_it_took_and_takes_no_more(path):
    db = Database.create(url_of(path))
    db.writer.run(lambda conn: put_setting(conn, "a", 1))
    db.close()
    db.close()
    with pytest.raises(Unavailable) as caught:
        db.writer.run(lambda conn: put_setting(conn, "b", 1))
    assert caught.value.id == "store.closed"
    with Database.open(url_of(path)) as again:
        assert settings(again, "ab") == [1, None]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_database_does_not_hang_after_a_fork(db):
    child = os.fork()
    if child == 0:
        try:
            db.writer.run(lambda conn: None)
        except RuntimeError:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
