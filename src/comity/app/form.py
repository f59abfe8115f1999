"""The form of a request: a fresh TOML file made from what the law data says of the measure.

Promises: the file reads back; every content that the measure asks for stands in it, with what it is, where
it is said and whether it is always needed; a measure that is only in the law data has its form as well.

Leaves to others: reading the file that a person has filled in (``draft``), what is missing (``contents``).
"""

from __future__ import annotations

import json
from collections.abc import Callable

from comity.acts import state_of
from comity.acts.person_terms import Origin
from comity.acts.terms import Basis
from comity.app.contents import PARTS
from comity.errors import NotPermitted
from comity.law import Measure
from comity.messages import render


def new_file(
    kind: str,
    *,
    own: str,
    to: str,
    measure: Measure,
    bases: tuple[Basis, ...],
    language: str = "en",
    reasons: tuple[str, ...] = (),
) -> str:
    """The text of a fresh request file, with a line of explanation at each member.

    ``reasons``: the words by which it may say why it is urgent.

    Raises:
        NotPermitted: nobody asks for this measure by a request.
    """
    if not measure.signed_by("request"):
        raise NotPermitted("draft.no_request", measure=measure.key)

    def note(id: str) -> str:
        return "\n".join(f"# {line}" for line in render(f"draft.{id}", language).splitlines())

    parts = [
        note("note_head"),
        "#",
        f"# {measure.summary}",
        *_asked(measure, language),
        "",
        f"kind = {_text(kind)}",
        f"from = {_text(own)}",
        f"to = {_text(to)}",
        f"measure = {_text(measure.key)}",
        note("note_subject"),
        'subject = ""',
        note("note_urgency"),
        'urgency = "ordinary"',
        'urgency_reason = ""',
        f"# {render('draft.note_urgent_for', language, words=', '.join(reasons) or '-')}",
        "# urgent_for = []",
        note("note_wanted_by"),
        '# wanted_by = "2026-12-01T00:00:00Z"',
        "confidential = true",
        note("note_follows"),
        *_earlier(measure, language),
        'follows = ""',
        note("note_supplements"),
        'supplements = ""',
        note("note_previous"),
        "previous = []",
        *_origin(measure, note),
        note("note_ratify"),
        *_alone(measure),
        note("note_purpose"),
        'purpose = ""',
        note("note_conduct"),
        "[conduct]",
        '# began = "2026-10-01"',
        '# ended = "2026-10-02"',
        f"# places = [{_text(state_of(own))}]",
        'who = ""',
        'did = ""',
        'system = ""',
        'right = ""',
        'measure = ""',
        'intent = ""',
        'caused = ""',
        "",
        note("note_documents"),
        "# [[conduct.documents]]",
        '# id = "charge"',
        '# kind = "charge"',
        '# reference = "Charge of 3 November, count 1, annex 1"',
        '# digest = "(sha256sum of the file: 64 digits)"',
        "",
        note("note_elements"),
        "# [[conduct.elements]]",
        '# element = "without_right"',
        "# present = true",
        '# cites = ["charge"]',
        "",
        note("note_offence"),
        "[offence]",
        'title = ""',
        'law = ""',
        "# max_penalty_months = 60",
        '# penalty = "life"',
        '# offence_class = "illegal_access"',
        "",
        "[proceeding]",
        'number = ""',
        'authority = ""',
        'stage = "investigation"',
        "",
        *_own_parts(measure, note),
        note("note_wording"),
        "# [wording]",
        '# original = "en"',
        "# [[wording.translations]]",
        '# language = "pt"',
        '# how = "certified"',
        '# digest = "(sha256sum of the file: 64 digits)"',
        "",
        note("note_bases"),
    ]
    for basis in bases:
        parts += [
            "[[bases]]",
            f"instrument = {_text(basis.instrument)}",
            f"provision = {_text(basis.provision)}",
            "",
        ]
    if not bases:
        parts += [*_known_bases(measure), ""]
    parts += [
        note("note_items"),
        f"# {render('draft.note_sorts', language, sorts=', '.join(measure.items))}",
        "[[items]]",
        'id = "item-1"',
        f"data = {_text(measure.items[0])}",
        'description = ""',
        'account = ""',
        '# since = "2026-10-01T00:00:00Z"',
        '# until = "2026-10-31T23:59:59Z"',
        "",
        note("note_facts"),
        "# [[facts]]",
        '# key = "conduct.without_right"',
        "# value = true",
        '# provenance = "document"',
        '# reference = "statement of the system\'s owner, annex 1"',
        '# document = "SHA-256 of annex 1: the 64 digits that sha256sum prints"',
        "",
    ]
    return "\n".join(parts)


def _asked(measure: Measure, language: str) -> list[str]:
    """Every content, with where it is said."""
    return [
        "# "
        + render(
            f"draft.note_content_{content.needed}",
            language,
            key=content.key,
            summary=content.summary,
            part=PARTS.get(content.said_in or "", "-"),
        )
        for content in measure.contents
    ]


def _earlier(measure: Measure, language: str) -> list[str]:
    if not measure.builds_on:
        return []
    return [f"# {render('draft.note_builds_on', language, measures=', '.join(measure.builds_on))}"]


def _known_bases(measure: Measure) -> list[str]:
    """On what the measure can rest, behind a hash: where nothing is known to bind, a person chooses."""
    return [
        line
        for basis in measure.bases
        for line in (
            "# [[bases]]",
            f"# instrument = {_text(basis.instrument)}",
            f"# provision = {_text(basis.provisions[0])}",
        )
    ]


def _origin(measure: Measure, note: Callable[[str], str]) -> list[str]:
    """By which way it was announced, where the measure asks for that."""
    if not any(content.said_in == "origin" for content in measure.contents):
        return []
    return [note("note_origin"), f"# origin = {_text(Origin.INTERPOL.value)}"]


def _alone(measure: Measure) -> list[str]:
    """Within how many hours a second person ratifies, where one may ask alone."""
    hours = [s.ratify_within_hours for s in measure.signed_by("request") if s.ratify_within_hours]
    return [f"# ratify_within_hours = {one}" for one in hours]


def _own_parts(measure: Measure, note: Callable[[str], str]) -> list[str]:
    """The statements and papers of this measure; those that are not always needed stand behind a hash."""
    statements = [content for content in measure.contents if content.said_in == "statement"]
    papers = [content for content in measure.contents if content.said_in == "paper"]
    parts = [note("note_statements"), "[statements]"] if statements else []
    for content in statements:
        parts += [f"# {content.summary}", f'{_hash(content.needed)}{content.key} = ""']
    parts += [""] if statements else []
    parts += [note("note_papers")] if papers else []
    for content in papers:
        mark = _hash(content.needed)
        parts += [
            f"# {content.summary}",
            f"{mark}[[papers]]",
            f"{mark}content = {_text(content.key)}",
            f'{mark}title = ""',
            f'{mark}digest = ""',
            "",
        ]
    return parts


def _hash(needed: str) -> str:
    return "" if needed == "always" else "# "


def _text(value: str) -> str:
    # A JSON string without surrogates is a TOML basic string.
    return json.dumps(value, ensure_ascii=False)
