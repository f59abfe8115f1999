#!/bin/sh
# Makes .venv with exactly the versions of uv.lock: by uv where it runs, by python3 -m venv and pip (hashes
# from requirements.txt, the lock's export) where it does not. Both fetch nothing that has no hash.
#
# PYTHON names the interpreter (python3), UV the uv to use (empty: none).
set -eu
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
uv=${UV-uv}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Comity needs Python 3.11 or later; '$python' is not. Name one: make PYTHON=/path/to/python3" >&2
    exit 1
fi

if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then
    echo "Making .venv with $("$uv" --version)"
    # Compiled at once, as pip does: else every process started afterwards would pay for it.
    UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 "$uv" sync --quiet --frozen --all-extras --all-groups --python "$python"
else
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        echo "Python's venv is missing. On Debian: sudo apt-get install --yes python3-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version) and pip"
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
.venv/bin/python -m compileall -q src/comity || true  # a source tree that cannot be written to is no obstacle
touch .venv/complete
