"""A process that publishes a log and stops on its way: ``publishing_process.py FOLDER POINT``.

At the point it says so on a line, and waits for one; then it goes on, and says how it ended: the checkpoint's
size, or the error's id. It is killed by the tests, or left waiting while another takes over.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from comity import store, tlog
from comity.app import publish as publishing
from comity.app.node import open_node
from comity.clock import FixedClock
from comity.errors import ComityError

AT = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


def stop():
    print("here", flush=True)
    sys.stdin.readline()


def before(module, name, which=lambda *_, **__: True):
    """Stop before that function is called so."""
    real = getattr(module, name)

    def stopping(*args, **named):
        if which(*args, **named):
            stop()
        return real(*args, **named)

    setattr(module, name, stopping)


def after(module, name, which=lambda *_, **__: True):
    """Stop after it."""
    real = getattr(module, name)

    def stopping(*args, **named):
        value = real(*args, **named)
        if which(*args, **named):
            stop()
        return value

    setattr(module, name, stopping)


def guard(_node, path, _data):
    return path.parent.name == "guard"


def published(_node, path, _data):
    return path.parent.name == "log"


_calls = []


def second(*_):
    """The lock is taken for the guard, then for what is published; the tree grows twice."""
    _calls.append(1)
    return len(_calls) == 2


POINTS = {
    "taken": lambda: before(publishing, "_guard"),
    "in the deed": lambda: before(store, "place_leaves"),
    "placed": lambda: before(tlog, "integrate", second),
    "a tile": lambda: after(publishing, "write_once"),
    "before the guard": lambda: before(publishing, "write_over", guard),
    "after the guard": lambda: after(publishing, "write_over", guard),
    "stored": lambda: before(publishing, "alone", second),
    "before it is published": lambda: before(publishing, "write_over", published),
    "published": lambda: before(store, "forget_opened"),
}


def main(folder, point):
    POINTS[point]()
    node = open_node(Path(folder), {}, clock=FixedClock(AT))
    with node.db:
        try:
            data = publishing.publish(node)
        except ComityError as error:
            print(error.id, flush=True)
        else:
            print(data.decode().splitlines()[1], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
