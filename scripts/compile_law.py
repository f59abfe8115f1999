"""Compile the law data that ships with the program, after a change of its TOML files (``make law``)."""

from pathlib import Path

import comity.law
from comity.law import Bundle, compile_bundle, packaged_files
from comity.law.sources import COMPILED, MADE_OF, files_digest


def main() -> None:
    """Write the bundle and what it was made of; the second last, so that half a run is seen to be stale."""
    folder = Path(comity.law.__file__).parent / "compiled"
    folder.mkdir(exist_ok=True)
    told = packaged_files()
    bundle = Bundle.load(compile_bundle(told))
    (folder / MADE_OF).unlink(missing_ok=True)
    (folder / COMPILED).write_bytes(bundle.data)
    (folder / MADE_OF).write_text(f"{files_digest(told)}\n{bundle.digest}\n", encoding="ascii")
    print(f"{bundle.digest}  {len(bundle.data)} bytes, {len(bundle.content.provisions)} provisions")


if __name__ == "__main__":
    main()
