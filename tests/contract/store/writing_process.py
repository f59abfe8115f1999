"""A process of its own that writes to a store: ``writing_process.py URL NAME DEEDS THREADS``.

It says each deed's name on a line of its own once the deed was acknowledged. Killed by the tests.
"""

import sys
from datetime import UTC, datetime
from threading import Lock, Thread

from comity.store import Database, put_job

NOW = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


def main(url, name, deeds, threads):
    saying = Lock()
    with Database.open(url) as db:

        def work(thread):
            for number in range(int(deeds)):
                subject = f"{name}/{thread}/{number}"
                db.writer.run(lambda conn: put_job(conn, "test", subject, NOW))  # noqa: B023 - run at once
                with saying:
                    print(subject, flush=True)

        workers = [Thread(target=work, args=(thread,)) for thread in range(int(threads))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
