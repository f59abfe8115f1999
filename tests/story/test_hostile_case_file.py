"""Bad case files, one a line, at the command line: named, with an exit status, and nothing is written.

The file comes from a whole story: acts, receipts, log, custody, exhibit, letter. ``comity verify`` reads it.
"""

import json
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from snapshot import files_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "dossier"))

import case_files as c

from comity.cli import program
from comity.cli.session import Session

WHOLE = c.written(c.without_law(c.full()))
FILES = c.contents(WHOLE)
ACTS = sorted(name for name in FILES if name.startswith("acts/"))
TRUSTED = ("--trust", f"GH={c.GH.keys['acts'].id}", "--trust", f"PT={c.PT.keys['acts'].id}")


def rezipped(change, order=None, **how):
    """What a common zip program makes of changed members."""
    files = FILES | change
    out = BytesIO()
    with zipfile.ZipFile(out, "w", **how) as file:
        for name in order or [name for name in files if files[name] is not None]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr, info.create_system = 0o100644 << 16, 3
            file.writestr(info, files[name], **({} if not how else {"compress_type": how["compression"]}))
    return out.getvalue()


def between():
    """Bytes between two members, after which every offset is right again."""
    at = WHOLE.index(b"PK\x03\x04", 4)
    return WHOLE[:at] + b"between" + WHOLE[at:]


def swapped():
    one, two = ACTS[1], ACTS[3]
    return {one: FILES[two], two: FILES[one]}


def at_fault(name):
    return {"part": name}


WRONG = {
    # what anyone can do to the bytes
    "empty": (b"", None),
    "no zip": (b"not a case file", None),
    "cut by one byte": (WHOLE[:-1], "end record"),
    "cut in its middle": (WHOLE[: len(WHOLE) // 2], "dossier.json"),
    "bytes before": (b"before" + WHOLE, None),
    "bytes between": (between(), "README.txt"),
    "bytes after": (WHOLE + b"after", "after the end"),
    "another file after": (WHOLE + WHOLE, "after the end"),
    "an act removed": (rezipped({ACTS[2]: None}), ACTS[2]),
    "an act more": (rezipped({"acts/9999-GH-more-000000000000.json": FILES[ACTS[0]]}), None),
    "two acts swapped": (rezipped(swapped()), ACTS[1]),
    "members in another order": (rezipped({}, order=[*list(FILES)[:4], *list(FILES)[:3:-1]]), None),
    "compressed": (rezipped({}, compression=zipfile.ZIP_DEFLATED), None),
    "a member changed": (rezipped({ACTS[0]: FILES[ACTS[0]][:-2] + b" }"}), ACTS[0]),
    # what the node that made it could do: listed and signed anew
    "an act removed by its maker": (c.forged(WHOLE, {ACTS[2]: None}), None),
    "two acts swapped by its maker": (c.forged(WHOLE, swapped()), ACTS[1]),
    "an act put in twice by its maker": (
        c.forged(WHOLE, {"acts/0099-GH-request-0.json": FILES[ACTS[1]]}),
        None,
    ),
    "a receipt of another by its maker": (
        c.forged(
            WHOLE,
            {
                "receipts/0001-PT-" + ACTS[0][-17:-5] + ".json": FILES[
                    sorted(n for n in FILES if n.startswith("receipts/"))[2]
                ]
            },
        ),
        None,
    ),
    "a custody event changed by its maker": (
        c.forged(
            WHOLE, {"custody/EX-1.json": FILES["custody/EX-1.json"].replace(b'"index":0', b'"index":1', 1)}
        ),
        "custody/EX-1.json",
    ),
    "a letter changed by its maker": (
        c.forged(WHOLE, {"letters/0009.pdf": b"%PDF-1.7 another\n"}),
        "letters/0009.pdf",
    ),
    "no statement": (rezipped({"dossier.json": None}), None),
}


def verify(*arguments):
    return CliRunner().invoke(
        program, ["verify", *map(str, arguments), *TRUSTED, "--json"], obj=Session(environment={})
    )


def test_the_file_itself_holds(tmp_path):
    (tmp_path / "case.zip").write_bytes(WHOLE)
    result = verify(tmp_path / "case.zip")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("wrong", WRONG)
def test_a_bad_case_file_is_named_and_nothing_is_written(tmp_path, wrong):
    data, part = WRONG[wrong]
    path = tmp_path / "case.zip"
    path.write_bytes(data)
    before = files_of(tmp_path)
    result = verify(path)
    assert result.exit_code in {2, 5}, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (report,) = json.loads(result.stdout)
    assert report["holds"] is False
    failed = [line for step in report["steps"] for line in step["lines"] if line["verdict"] == "failed"]
    assert failed
    assert all(line["text"] and line["do"] for line in failed)
    named = json.dumps([line["part"] for line in failed])
    assert part is None or part in named, named
    assert files_of(tmp_path) == before
    # And in words, for a person: no traceback, a verdict.
    told = CliRunner().invoke(program, ["verify", str(path), *TRUSTED], obj=Session(environment={}))
    assert told.exit_code == result.exit_code
    assert "Traceback" not in told.output
    path.write_bytes(WHOLE)  # the true one still verifies
    assert verify(path).exit_code == 0
