"""SoftHSM for the tests alone: two tokens, ``here`` and ``other``. A process reads its settings once."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

PIN = "4321-pin"
_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")


@contextmanager
def running(folder):
    """Make the tokens; gives the PKCS#11 library."""
    found = next((path for path in _MODULES if Path(path).is_file()), None)
    if found is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed (Debian package: softhsm2)")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    told = {"directories.tokendir": folder / "tokens", "objectstore.backend": "file", "log.level": "ERROR"}
    conf.write_text("".join(f"{name} = {value}\n" for name, value in told.items()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        for label in ("here", "other"):
            made = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321"]
            subprocess.run([*made, "--pin", PIN], check=True, capture_output=True)
        yield found


@contextmanager
def pulled_out():
    """All tokens are gone for a while."""
    folder = Path(os.environ["SOFTHSM2_CONF"]).parent
    out = folder / "pulled-out"
    out.mkdir(exist_ok=True)
    for one in list((folder / "tokens").iterdir()):
        one.rename(out / one.name)
    try:
        yield
    finally:
        for one in list(out.iterdir()):
            one.rename(folder / "tokens" / one.name)
