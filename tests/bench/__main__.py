"""``python -m tests.bench [SUBJECT ...]``, of ``SUBJECTS`` or ``all``: beside peers'."""

import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests.bench import figures

SUBJECTS = (
    "seal", "exchange", "log", "verify", "start", "law", "assess", "cases", "folder", "graph", "package",
)  # fmt: skip

# Case files are made by the builders that the tests of the dossier share.
sys.path += [str(figures.ROOT / "tests"), str(figures.ROOT / "tests" / "unit" / "dossier")]
sys.path.append(str(figures.ROOT / "tests" / "story"))
sys.path.append(str(figures.ROOT / "tests" / "unit" / "interop"))


def main() -> int:
    asked = sys.argv[1:] or ["all"]
    unknown = set(asked) - {*SUBJECTS, "all"}
    if unknown:
        sys.stderr.write(
            f"no such subject: {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}, all\n"
        )
        return 2
    machine = figures.machine()
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    figures.OUTPUT.mkdir(exist_ok=True)
    for subject in SUBJECTS if "all" in asked else asked:
        before = figures.load()
        print(f"\n== {subject}: {before['at']}, load before {_loads(before)}", flush=True)
        # On the disk of the working tree: /tmp may be memory, where syncing costs nothing.
        with tempfile.TemporaryDirectory(prefix="bench-", dir=figures.OUTPUT) as folder:
            tables = import_module(f"tests.bench.{subject}").run(Path(folder))
        after = figures.load()
        for table in tables:
            print("\n" + table.text())
        path = figures.keep(subject, tables, {"machine": machine, "before": before, "after": after})
        where = path.relative_to(figures.ROOT)
        print(f"\n   {after['at']}, load after {_loads(after)}, {machine['cores']} cores; kept in {where}")
    return 0


def _loads(told):
    return " ".join(f"{one:.2f}" for one in told["load"])


if __name__ == "__main__":
    sys.exit(main())
