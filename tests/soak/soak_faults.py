"""All write boundaries of all deeds, each with every fault (``tests/faults`` tries a sample of them)."""

import pytest
from tests.faults import shim
from tests.faults.deeds import DEEDS
from tests.faults.test_faults import library, seed, tried

ALL = 10**9
FAULTS = ("kill", "torn", "eio", "eio_onward", "enospc", "enospc_onward", "power")

__all__ = ["library", "seed"]

pytestmark = pytest.mark.skipif(shim.missing() is not None, reason=str(shim.missing()))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("deed", DEEDS)
def test_every_boundary_of_every_deed(library, tmp_path, deed, fault, seed):
    told = tried(library, tmp_path / "tries", deed, seed, (f"{fault}={ALL}",))
    print(f"{deed} {fault}: seed {seed}, {told['boundaries']} boundaries, {told['tries']} tries")
    assert told["tries"] > told["boundaries"]
    assert not told["findings"], f"COMITY_TEST_SEED={seed}\n" + "\n".join(told["findings"])
