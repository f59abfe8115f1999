"""What is locked is what is exported for pip, what is asked for, and what is explained."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
EXPORT = (ROOT / "requirements.txt").read_text(encoding="utf-8")
EXPLAINED = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")

OURSELVES = "comity"


def locked():
    """(name, version) -> hashes of all its files."""
    packages = {}
    for package in LOCK["package"]:
        if package["name"] == OURSELVES:
            continue
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        packages[package["name"], package["version"]] = {file["hash"] for file in files}
    return packages


def exported(text):
    """The same of a requirements file with hashes."""
    packages = {}
    for entry in text.replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.lstrip().startswith("#"):
            name, version = re.match(r"(\S+?)==([^\s;]+)", entry).groups()
            packages[canonicalize_name(name), version] = set(re.findall(r"--hash=(\S+)", entry))
    return packages


def asked(texts):
    wanted = [Requirement(text) for text in texts]
    return {(canonicalize_name(r.name), r.specifier) for r in wanted if r.name != OURSELVES}


def recorded(entries):
    return {
        (entry["name"], SpecifierSet(entry.get("specifier", "")))
        for entry in entries
        if entry["name"] != OURSELVES
    }


def direct():
    project = PROJECT["project"]
    texts = [*project["dependencies"]]
    for more in (*project["optional-dependencies"].values(), *PROJECT["dependency-groups"].values()):
        texts += more
    return {name for name, _ in asked(texts)}


def test_export_for_pip_holds_what_is_locked():
    lock, export = locked(), exported(EXPORT)
    assert set(lock) == set(export), "run `make lock`"
    for package, hashes in lock.items():
        assert export[package] == hashes, f"{package}: run `make lock`"
        assert hashes, package


def test_a_drift_would_be_seen():
    name = "cryptography"
    version = next(version for found, version in locked() if found == name)
    older = EXPORT.replace(f"{name}=={version}", f"{name}==1.0")
    assert older != EXPORT
    assert set(exported(older)) != set(locked())


def test_lock_was_made_for_this_project():
    package = next(package for package in LOCK["package"] if package["name"] == OURSELVES)
    project = PROJECT["project"]
    runtime = list(project["dependencies"])
    for more in project["optional-dependencies"].values():
        runtime += more
    assert recorded(package["metadata"]["requires-dist"]) == asked(runtime), "run `make lock`"
    for group, texts in PROJECT["dependency-groups"].items():
        assert recorded(package["metadata"]["requires-dev"][group]) == asked(texts), (
            f"{group}: run `make lock`"
        )
    assert LOCK["requires-python"] == project["requires-python"]


def test_what_builds_is_locked_too():
    for text in PROJECT["build-system"]["requires"]:
        assert canonicalize_name(Requirement(text).name) in {name for name, _ in locked()}


def test_all_comes_from_one_public_index():
    sources = [package["source"] for package in LOCK["package"] if package["name"] != OURSELVES]
    assert {tuple(source) for source in sources} == {("registry",)}, "no git, no path, no bare address"
    assert len({source["registry"] for source in sources}) == 1


@pytest.mark.parametrize("name", sorted(direct()))
def test_each_direct_dependency_is_explained(name):
    rows = [row for row in EXPLAINED.splitlines() if row.startswith(f"| `{name}`")]
    assert len(rows) == 1, f"docs/dependencies.md has {len(rows)} lines on {name}"
    assert len(rows[0].split("|")[2].strip()) > 10, f"no reason for {name}"


def test_nothing_is_explained_that_is_not_used():
    said = EXPLAINED.split("## Debian packages")[0]
    assert set(re.findall(r"^\| `([^`]+)`", said, re.MULTILINE)) == direct()


def test_debian_packages_are_explained_and_installed_by_ci():
    explained = set(re.findall(r"^\| `([^`]+)`", EXPLAINED.split("## Debian packages")[1], re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    used = set(re.search(r"^TEST_PACKAGES = (.*)$", makefile, re.MULTILINE)[1].split())
    used |= set(re.search(r"^DEMO_PACKAGES = (.*)$", makefile, re.MULTILINE)[1].split())
    assert used <= explained
    assert used <= set(re.findall(r"[a-z0-9-]+", (ROOT / ".ci" / "run").read_text(encoding="utf-8")))
