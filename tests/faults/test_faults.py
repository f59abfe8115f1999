"""P6 under a failing disk: each deed is disturbed at its write boundaries, and everything is looked at after.

A try disturbs one operation on the disk: the process is killed before it, or in the middle of it; it fails
with EIO or ENOSPC, once or from then on; or the power is cut after it, and only what was synced is sure to
be there. What must hold afterwards stands in ``checks``; how a try is made, in ``tries``. Here a sample of
the boundaries is tried (the seed is printed and can be set: COMITY_TEST_SEED); ``make soak`` tries all of
them.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults import shim
from tests.faults.deeds import DEEDS

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ("replay", "kill=6", "torn=2", "eio=6", "eio_onward=2", "enospc=2", "enospc_onward=2", "power=10")

pytestmark = pytest.mark.skipif(shim.missing() is not None, reason=str(shim.missing()))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="session")
def seed():
    return os.environ.get("COMITY_TEST_SEED") or str(random.SystemRandom().randrange(10**6))


def tried(library, folder, deed, seed, faults):
    command = (sys.executable, "-m", "tests.faults.tries", folder, deed, seed, *faults)
    done = subprocess.run(
        command, cwd=ROOT, env=shim.environment(library), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("deed", DEEDS)
def test_whatever_the_disk_does_nothing_is_lost_or_done_twice(library, tmp_path, deed, seed):
    told = tried(library, tmp_path / "tries", deed, seed, SAMPLE)
    print(f"{deed}: seed {seed}, {told['boundaries']} boundaries, {told['tries']} tries")
    assert told["boundaries"] > 20
    assert told["tries"] > 25
    assert not told["findings"], f"COMITY_TEST_SEED={seed}\n" + "\n".join(told["findings"])
