"""Write into the overlays of the fictional States that they adopt each reading that is too weak to settle.

Below the line of dashes each overlay of ``law/scenarios/states`` named here is written by this script; above
it by hand. Run it after a change of the law data, and look at what it changed. ``--check`` only says whether
there is something to write.
"""

import sys
from pathlib import Path

from comity.law import packaged_bundle
from comity.law.marks import weakest

STATES = Path(__file__).parents[1] / "src" / "comity" / "law" / "scenarios" / "states"
LINE = "# -- readings adopted; written by scripts/adopt_readings.py " + "-" * 40


def readings() -> list[tuple[str, str]]:
    """What is adopted: kind and key of each record of our reading whose mark is weak."""
    law = packaged_bundle()
    content, weak = law.content, law.weak_marks
    found = [
        ("provision", p.key)
        for p in content.provisions
        if weakest([p.mark_content, *(value.mark for value in p.values)]) in weak
    ]
    found += [("ground", g.key) for g in content.grounds if g.mark in weak]
    found += [
        ("basis", f"{m.key}/{b.instrument}") for m in content.measures for b in m.bases if b.mark in weak
    ]
    found += [("clock", c.key) for c in content.clocks if c.mark in weak]
    return found


def text(state: str) -> str:
    """The part that is written."""
    entries = [
        f'\n[[adopt]]\nwhat = "{what}"\nkey = "{key}"\nsource = "Gazette of {state[:2]}"\n'
        for what, key in readings()
    ]
    return LINE + "\n" + "".join(entries)


def main() -> int:
    """Write, or with ``--check`` compare."""
    stale = False
    for state in ("XA", "XB", "XB-readings"):
        file = STATES / f"{state}.toml"
        told = file.read_text(encoding="utf-8")
        written = told.partition(LINE)[0].rstrip("\n") + "\n\n" + text(state)
        stale |= told != written
        if "--check" not in sys.argv:
            file.write_text(written, encoding="utf-8")
    return int(stale and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
