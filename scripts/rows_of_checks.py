"""Write into the law data which checks rely on each paragraph, as the catalogue has it; then ``make law``.

Promises: touches the ``checks`` line of a paragraph and nothing else, but for a ``no_check`` that a check has
made untrue. A paragraph that needs a written reason for no check is named, not given one.

Leaves to others: the reasons (people), and telling that law data and catalogue agree (the tests).
"""

import re
import sys
from pathlib import Path

from comity.law import packaged_bundle
from comity.safeguards.catalogue import CHECKS
from comity.safeguards.grounds import REFUSAL_DUTIES

DATA = Path(__file__).resolve().parent.parent / "src" / "comity" / "law" / "data" / "instruments"
ROW = re.compile(r"(?m)^(checks|no_check) = .*\n")


def relying() -> dict[str, set[str]]:
    """The checks of each paragraph on which any relies."""
    found: dict[str, set[str]] = {}
    for check in (*CHECKS, REFUSAL_DUTIES):
        relied = {key for paragraphs in check.relies for key in paragraphs.provisions}
        for key in relied | set(check.yardstick):
            found.setdefault(key, set()).add(check.key)
    return found


def with_rows(text: str, rows: dict[str, set[str]]) -> str:
    """A file with the rows of its paragraphs."""
    blocks = re.split(r"(?m)^(?=\[\[provision\]\]$)", text)
    return "".join(with_row(block, rows) for block in blocks)


def with_row(block: str, rows: dict[str, set[str]]) -> str:
    """One paragraph with its row."""
    named = re.search(r'(?m)^key = "([^"]+)"$', block)
    if not block.startswith("[[provision]]") or named is None:
        return block
    checks = sorted(rows.get(named.group(1), ()))
    old = ROW.search(block)
    if not checks:
        if old is not None and old.group(1) == "checks":
            sys.stdout.write(f"{named.group(1)} needs a written reason for no check.\n")
            return block.replace(old.group(0), "", 1)
        return block
    quoted = ", ".join(f'"{check}"' for check in checks)
    row = f"checks = [{quoted}]\n"
    if old is not None:
        return block.replace(old.group(0), row, 1)
    return block.replace("mark_number = ", f"{row}mark_number = ", 1)


def main() -> None:
    """Rewrite every file whose rows changed, and say which paragraphs that a check cites are not held."""
    rows = relying()
    held = {provision.key for provision in packaged_bundle().content.provisions}
    for missing in sorted(set(rows) - held):
        sys.stdout.write(f"{missing} is cited and not held, as far as compiled.\n")
    for path in sorted(DATA.rglob("*.toml")):
        text = path.read_text(encoding="utf-8")
        changed = with_rows(text, rows)
        if changed != text:
            path.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main()
