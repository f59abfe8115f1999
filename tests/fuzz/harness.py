"""One process of the fuzzer: atheris over some targets, each input begins with the number of its target.

``python -m tests.fuzz.harness NAME,NAME [libFuzzer's options]``; ``python -m tests.fuzz`` starts it.
Promises: ends with status 0 when time is over; else libFuzzer has written the input down.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["comity"]):
        from fuzz import inside, lawful, others, papers, parts, peers, proofs, recovering
    from fuzz.target import TARGETS

    assert inside and lawful and others and papers and parts and peers and proofs and recovering  # noqa: PT018 - importing them is what fills the list
    names = sys.argv[1].split(",")
    targets = [TARGETS[name] for name in names]
    for one in targets:
        for path in one.corpus():
            one.run(path.read_bytes())  # what is made once is made now, outside of the time for one input

    def one_input(data: bytes) -> None:
        if data and data[0] < len(targets):
            targets[data[0]].run(data[1:])

    atheris.Setup([sys.argv[0], *sys.argv[2:]], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
