"""One file of a package is checked by itself; damage elsewhere is neither read nor told."""

import io

import pytest

from comity.errors import BadInput, NotFound, ProofFailed
from comity.evidence import check_packaged, check_stream, entry_of, write_package
from comity.evidence.bag import INDEX, STATEMENT

FILE = "logs/auth.log"


@pytest.fixture
def package(exhibit, tmp_path):
    folder = tmp_path / "package"
    public = exhibit.node.public
    write_package(folder, exhibit.envelope, exhibit.taken.index, exhibit.payload(), public)
    return folder


def test_a_file_of_a_package_holds_whatever_became_of_the_others(exhibit, package):
    (package / "data" / "ímynd.dd").unlink()
    (package / "manifest-sha256.txt").write_bytes(b"changed")
    found = check_packaged(package, FILE, [bytes(32), exhibit.node.public])
    assert (found.entry.path, found.entry.size) == (FILE, 22_000)
    assert (found.statement.exhibit, found.signer) == ("EX-1", exhibit.node.public)


@pytest.mark.parametrize(
    "what", ["changed", "cut", "longer", "missing", "link", "folder", "statement", "index", "stranger"]
)
def test_what_does_not_hold_is_named(exhibit, package, what):
    path, keys = package / "data" / FILE, [exhibit.node.public]
    data = path.read_bytes()
    if what == "changed":
        path.write_bytes(b"M" + data[1:])
    elif what == "cut":
        path.write_bytes(data[:-1])
    elif what == "longer":
        path.write_bytes(data + b"x")
    elif what in {"missing", "link"}:
        path.unlink()
        if what == "link":
            (package / "elsewhere").write_bytes(data)
            path.symlink_to(package / "elsewhere")
    elif what == "folder":
        path.parent.rename(package / "elsewhere")
        path.parent.symlink_to(package / "elsewhere")
    elif what == "stranger":
        keys = [bytes(32)]
    else:
        name = package / (STATEMENT if what == "statement" else INDEX)
        name.write_bytes(name.read_bytes().replace(b"22000", b"22001").replace(b'"EX-1"', b'"EX-2"'))
        if what == "statement":
            name.write_bytes(name.read_bytes().replace(b'"payload":"e', b'"payload":"f'))
    with pytest.raises((ProofFailed, BadInput)):
        check_packaged(package, FILE, keys)


def test_what_is_not_there_is_said(exhibit, package, tmp_path):
    with pytest.raises(NotFound, match=r"evidence\.no_such_file"):
        check_packaged(package, "../seal/index.json", [exhibit.node.public])
    with pytest.raises(NotFound, match=r"evidence\.no_package"):
        check_packaged(tmp_path / "nowhere", FILE, [exhibit.node.public])
    entry = entry_of(exhibit.taken.index, "logs/nothing")
    check_stream(entry, io.BytesIO(b""))
    with pytest.raises(ProofFailed):
        check_stream(entry, io.BytesIO(b"x"))
