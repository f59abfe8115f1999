"""A PostgreSQL server for the tests alone, on a free port of 127.0.0.1, with fsync on; and databases on it.

One server for each process of the tests. It ends with that process, also where that one is killed.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

USER = "comity"
ACCOUNT = "postgres"
"""The server does not run as root: then it is this account's."""

STARTING = 60
TEMPLATE = "laid"
"""A database with a fresh store in it, copied for each test."""


def binaries():
    """The folder of ``initdb`` and ``postgres``, the newest if there are several; none: there is none."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    places += [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    # os.path: a folder of PATH may be closed to this user.
    whole = [place for place in places if all(map(os.path.exists, (place / "initdb", place / "postgres")))]
    debian = [place for place in whole if place.parent.parent.name == "postgresql"]
    return (debian or whole or [None])[-1]


def absent():
    """Why there can be no server here; nothing: there can."""
    if binaries() is None:
        return "PostgreSQL is not installed (Debian package: postgresql)"
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(ACCOUNT)
        except KeyError:
            return f"PostgreSQL does not run as root, and there is no account {ACCOUNT}"
    return None


class Server:
    """A running server."""

    def __init__(self, folder, port, process):
        self.folder, self.port, self.process = folder, port, process
        self._made = 0

    def url(self, database, *, user=USER, password=None):
        named = user if password is None else f"{user}:{password}"
        return f"postgresql+psycopg://{named}@127.0.0.1:{self.port}/{database}"

    def connect(self, database="postgres"):
        """A connection past the program, as a person with ``psql`` has it; each statement by itself."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, dbname=database, autocommit=True, connect_timeout=10
        )

    def create(self, *, template=None):
        """A new database, empty or a copy; gives its name."""
        self._made += 1
        name = f"test_{self._made}"
        with self.connect() as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'}")
        return name

    def copy(self, name):
        """A copy of a database that nobody uses any more; gives its name."""
        self._alone(name)
        return self.create(template=name)

    def drop(self, name):
        with self.connect() as conn:
            conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def has(self, name):
        with self.connect() as conn:
            found = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            return found.fetchone() is not None

    def new(self):
        """A database with a fresh store; gives its name."""
        if not self.has(TEMPLATE):
            from comity.store import Database

            with self.connect() as conn:
                conn.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
            Database.create(self.url(TEMPLATE)).close()
        return self.copy(TEMPLATE)

    def _alone(self, name):
        """Wait until the connections that were closed are gone: a template may have none."""
        with self.connect() as conn:
            while conn.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone():
                pass


def as_account(command):
    """The command, as a user under whom the server runs; and as one that dies with whoever started it."""
    dying = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        dying += ["--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups"]
    return [*dying, *map(str, command)]


@contextmanager
def running(**settings):
    """A server of its own, stopped at the end. ``settings``: of the server."""
    reason = absent()
    if reason is not None:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-"))
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"
        made = ["--pgdata", data, "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-locale"]
        subprocess.run(
            as_account([binaries() / "initdb", *made, "--no-instructions"]),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        server = start(folder, **settings)
        try:
            yield server
        finally:
            stop(server)
    finally:
        shutil.rmtree(folder)


def start(folder, port=None, **settings):
    """Start the server of a folder; gives it when it answers."""
    if port is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    told = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 200,
        "shared_buffers": "32MB",
        "autovacuum": "off",  # what is still there after an erasure must not depend on when it runs
        **settings,
    }
    options = [part for name, value in told.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            as_account([binaries() / "postgres", "-D", folder / "data", *options]),
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    server = Server(folder, port, process)
    until = time.monotonic() + STARTING
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder / "log").read_text()[-2000:]) from None
            time.sleep(0.02)
        else:
            return server


def stop(server, signal_name="INT"):
    """End it: INT without waiting for anyone, QUIT as a power cut would."""
    import signal

    server.process.send_signal(getattr(signal, f"SIG{signal_name}"))
    server.process.wait(timeout=60)
