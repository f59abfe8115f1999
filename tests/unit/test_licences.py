"""No dependency that a node runs with may have a licence that forbids giving Comity on under Apache-2.0."""

import re
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FREE = {
    "0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "MPL-2.0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib",
}  # fmt: skip
"""SPDX names whose terms Apache-2.0 distribution can meet. MPL-2.0 binds its own files only."""

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "zlib/libpng License": "Zlib",
}

FREE_WORDS = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
}

_REPLACEABLE = "an extra; loaded as it is, unchanged, and replaceable by another version of itself"

LESSER_ALLOWED = {
    "libewf-python": _REPLACEABLE,
    "psycopg": _REPLACEABLE,
    "psycopg-binary": _REPLACEABLE,
}
"""LGPL, each with its reason."""

READ_BY_A_PERSON = {
    # Its metadata names no licence; its LICENSE file is the zlib licence, held by the text below.
    "pysqlite3": ("Zlib", "This software is provided 'as-is', without any express or implied"),
}


def closure(*roots):
    """Names of all distributions that the roots (``name`` or ``name[extra]``) need on this system."""
    seen = {}
    waiting = [Requirement(root) for root in roots]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = frozenset(requirement.extras)
        if extras <= seen.get(name, frozenset()) and name in seen:
            continue
        seen[name] = seen.get(name, frozenset()) | extras
        for text in distribution(name).requires or []:
            needed = Requirement(text)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in {"", *seen[name]}
            ):
                waiting.append(needed)
    return sorted(seen)


def named_licences(metadata):
    """What a distribution says of itself, as SPDX expressions or the words it uses."""
    expression = metadata.get("License-Expression")
    if expression:
        return [expression]
    classifiers = [
        entry.rpartition(" :: ")[2]
        for entry in metadata.get_all("Classifier", [])
        if entry.startswith("License :: ") and not entry.endswith("OSI Approved")
    ]
    if classifiers:
        return [CLASSIFIERS.get(entry, entry) for entry in classifiers]
    words = (metadata.get("License") or "").strip()
    return [FREE_WORDS.get(words, words)] if words else []


def is_free(expression):
    """Whether an SPDX expression leaves a way that is free: one of an ``OR``, all of an ``AND``."""
    expression = expression.strip()
    if re.fullmatch(r"\(.*\)", expression) and balanced(expression[1:-1]):
        return is_free(expression[1:-1])
    for word, judge in ((" OR ", any), (" AND ", all)):
        parts = split_outside_brackets(expression, word)
        if len(parts) > 1:
            return judge(is_free(part) for part in parts)
    return expression.partition(" WITH ")[0] in FREE


def balanced(text):
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0


def split_outside_brackets(text, word):
    parts = [""]
    for piece in re.split(f"({re.escape(word)})", text):
        if piece == word and balanced(parts[-1]):
            parts.append("")
        else:
            parts[-1] += piece
    return parts


RUNTIME = [name for name in closure("comity[forensics,letters,postgresql]") if name != "comity"]


def test_the_closure_reaches_what_is_needed_by_what_is_needed():
    assert {"fastapi", "starlette", "anyio", "typst", "cffi"} <= set(RUNTIME)
    assert "pytest" not in RUNTIME


@pytest.mark.parametrize("name", RUNTIME)
def test_licence_lets_comity_be_given_on(name):
    found = distribution(name)
    if name in READ_BY_A_PERSON:
        licence, words = READ_BY_A_PERSON[name]
        texts = [file.read_text() for file in found.files or [] if re.match("LICEN[CS]E", file.name)]
        assert any(words in " ".join(text.split()) for text in texts), f"{name}: is it still {licence}?"
        assert licence in FREE
        return
    licences = named_licences(found.metadata)
    assert licences, f"{name} names no licence: read it, and enter it in READ_BY_A_PERSON"
    for licence in licences:
        if "LGPL" in licence or "Lesser" in licence:
            assert name in LESSER_ALLOWED, f"{name}: {licence}"
        else:
            assert is_free(licence), f"{name}: {licence}"


@pytest.mark.parametrize(
    ("expression", "free"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-2.0-or-later", False),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("(MIT AND GPL-2.0-only) OR (AGPL-3.0-only)", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("AGPL-3.0-only", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_expressions_are_read_as_spdx_means_them(expression, free):
    assert is_free(expression) is free


def test_a_missing_distribution_is_no_free_one():
    with pytest.raises(PackageNotFoundError):
        closure("no-such-distribution-of-comity")
