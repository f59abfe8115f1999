"""Evidence made for the demonstration: what a provider could have handed over, all of it invented.

Promises: the same bytes each time, so that digests in the documentation can be compared; addresses from the
ranges kept for documentation (RFC 5737), names ending in ``.example`` (RFC 2606), no person.

Leaves to others: the reader's own evidence, which takes its place when given.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

ACCOUNT: Final = "backup-7@mail.example"
HOURS: Final = 48
ATTEMPTS: Final = 40
"""Attempts an hour; with two days' hours they make a log of some two thousand lines."""

_NAMES: Final = ("admin", "backup", "clinic", "oracle", "root", "scanner", "test", "webmaster")
_SUCCESS: Final = 1291
"""The attempt that succeeds, about two thirds through."""


def make_material(folder: Path) -> Path:
    """Write the evidence into a new folder, and give the folder."""
    root = folder / "evidence"
    (root / "conta").mkdir(parents=True, exist_ok=True)
    (root / "auth.log").write_bytes(_log())
    # A name that is not ASCII, and would be spelled in two ways if nobody minded.
    (root / "conta" / "titular-da-sessão.csv").write_bytes(_subscriber())
    (root / "conta" / "sessions.csv").write_bytes(_sessions())
    return root


def _log() -> bytes:
    lines = []
    for attempt in range(HOURS * ATTEMPTS):
        seed = sha256(b"comity demonstration %d" % attempt).digest()
        day, rest = divmod(attempt, 24 * ATTEMPTS)
        hour, turn = divmod(rest, ATTEMPTS)
        at = f"Oct {12 + day:02} {hour:02}:{turn * 60 // ATTEMPTS:02}:{seed[0] % 60:02}"
        address = f"198.51.100.{seed[1] % 254 + 1}" if attempt != _SUCCESS else "203.0.113.77"
        name = _NAMES[seed[2] % len(_NAMES)] if attempt != _SUCCESS else "backup-7"
        verdict = "Failed" if attempt != _SUCCESS else "Accepted"
        port = 1024 + int.from_bytes(seed[3:5]) % 60000
        told = f"{verdict} password for {name} from {address} port {port}"
        lines.append(f"{at} mail1 sshd[{4000 + attempt}]: {told}")
    return ("\n".join(lines) + "\n").encode()


def _subscriber() -> bytes:
    rows = [
        "field,value",
        f"account,{ACCOUNT}",
        "created,2026-03-02T09:14:00Z",
        "contract,PT-000000 (invented)",
        "contact,abuse@provider.example",
    ]
    return ("\r\n".join(rows) + "\r\n").encode()


def _sessions() -> bytes:
    rows = ["began,ended,address,bytes_sent"]
    for number in range(24):
        seed = sha256(b"session %d" % number).digest()
        rows.append(
            f"2026-10-{12 + number // 12:02}T{number % 24:02}:05:00Z,"
            f"2026-10-{12 + number // 12:02}T{number % 24:02}:{10 + seed[0] % 49:02}:00Z,"
            f"203.0.113.{seed[1] % 254 + 1},{int.from_bytes(seed[2:6]) % 9_000_000}"
        )
    return ("\r\n".join(rows) + "\r\n").encode()
