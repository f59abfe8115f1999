"""Targets: law data from outside. The depositary's list, an adviser's overlay, a citation, an official text.

Promises: what is read is read whole or refused; an overlay that was compiled has one text of bytes.
"""

from __future__ import annotations

import importlib.util
from functools import cache

import laid_out
from fuzz import world
from fuzz.target import target

from comity import law, wire
from comity.app.confirm import read_text
from comity.app.pdf_text import read_here
from comity.errors import BadInput, NotFound, ProofFailed
from comity.law.citation import read_citation
from comity.law.depositary import read_participants
from comity.law.overlay import compile_overlay, load_overlay

OVERLAY = b"""[overlay]
state = "GH"
name = "An example"
version = 1
on = "2026-11-21"
review_by = "2027-11-21"

[[adopt]]
what = "provision"
key = "uncc.mla.reasons"
source = "Gazette 1, art. 40(25)"
"""

TEXT = """UNITED NATIONS CONVENTION AGAINST CYBERCRIME
Article 1
Example of a heading
1. Somebody enters an example of a sentence here, so that there is something to read.
(a) And a part of it.
Article 2
Another heading
2. A second sentence that was made for this file.
"""


@cache
def bundle():
    return law.packaged_bundle()


@cache
def lists():
    place = world.TESTS / "unit" / "law" / "untc.py"
    spec = importlib.util.spec_from_file_location("made_lists", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@target(
    "comity.law.depositary.read_participants",
    "comity.law.markup.read_xml",
    raises=(BadInput, NotFound),
    seeds=lambda: {"list": lists().listed(), "notes": lists().listed(extra=lists().DECLARATIONS)},
)
def law_list(data):
    read_participants(bundle(), data)


@target(
    "comity.law.overlay.compile_overlay",
    "comity.law.overlay.load_overlay",
    seeds=lambda: {"adopted": OVERLAY},
)
def law_overlay(data):
    """As its adviser writes it."""
    made = compile_overlay(data)
    assert wire.dump_bytes(load_overlay(made)) == made


@target(seeds=lambda: {"adopted": compile_overlay(OVERLAY)})
def law_overlay_compiled(data):
    """As the act that adopts it carries it."""
    assert wire.dump_bytes(load_overlay(data)) == data


@target(
    "comity.law.citation.read_citation",
    raises=(BadInput, NotFound),
    seeds=lambda: {"usual": b"Art. 40(22)", "address": b"uncc:art_40:para_22", "bare": b"budapest 29/7"},
)
def law_citation(data):
    read_citation(data.decode("utf-8", errors="replace"), bundle())


@target(
    "comity.app.confirm.read_text",
    "comity.app.official_text.read_document",
    raises=(BadInput, NotFound, ProofFailed),
    slow=True,
    seeds=lambda: {"text": TEXT.encode()},
)
def law_text(data):
    read_text(bundle(), data, "uncc")


@target(
    "comity.app.pdf_text.read_here",
    raises=(BadInput,),
    slow=True,
    seeds=lambda: {"pdf": laid_out.pdf("en", articles=("1", "2"))},
)
def law_pdf(data):
    """As the process does that is started for it."""
    read_here(data)
