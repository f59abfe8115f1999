"""The template and its style: no word of their own, every id with its text, mirrored, and legible."""

import re
from pathlib import Path

import pytest

from comity import dossier, messages
from comity.acts import AskWhom, Outcome, Provenance, Verdict
from comity.demo import report
from comity.dossier import Place as Part
from comity.evidence import Action

TEMPLATES = Path(report.__file__).parent / "templates"


def test_no_word_stands_in_the_template():
    text = (TEMPLATES / "report.html.j2").read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", text, flags=re.DOTALL)
    for name, value in re.findall(r'\b(aria-label|title|alt|placeholder|data-label)="([^"]*)"', text):
        assert not re.search(r"[A-Za-z]", value), f"{name}: {value}"
    words = re.sub(r"<[^>]*>", " ", text)
    assert not [w for w in re.findall(r"[^\W\d_]{2,}", words) if w != "comity"]


def test_the_template_and_the_catalogue_know_the_same_ids():
    text = (TEMPLATES / "report.html.j2").read_text(encoding="utf-8")
    text += Path(report.__file__).read_text(encoding="utf-8")
    catalogue = {id for id in messages.catalogue("en") if id.startswith("report.")}
    literal = {*re.findall(r'["\'](report\.[a-z0-9_]+)["\']', text), *report.NOT_PROMISED}
    literal -= {"report.css", "report.html"}
    assert literal <= catalogue
    sections = {f"report.{part}_{end}" for part in report.PARTS for end in ("title", "lead")}
    sections |= {f"report.part_{part}" for part in report.PARTS}
    assert sections <= catalogue
    kinds = tuple(f"report.{kind}_" for kind in re.findall(r'\bw\("([a-z]+)"', text))
    idle = [id for id in catalogue - literal - sections if not id.startswith(kinds)]
    assert not idle


@pytest.mark.parametrize(
    ("start", "values"),
    [
        ("verdict", Verdict),
        ("provenance", Provenance),
        ("ask", AskWhom),
        ("outcome", Outcome),
        ("action", Action),
        ("place", Part),
        ("step", dossier.Verdict),
    ],
)
def test_every_value_that_the_page_can_meet_has_its_word(start, values):
    catalogue = messages.catalogue("en")
    assert not [v.value for v in values if f"report.{start}_{v.value}" not in catalogue]


def test_the_page_mirrors_since_no_side_is_left_or_right():
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    sided = r"\b(?:left|right|top|bottom)\b[\w-]*\s*:|:[^;{}]*\b(?:left|right)\b|-(?:left|right|top|bottom)\b"
    sized = r"(?<![-\w(])(?:min-|max-)?(?:width|height)\s*:"
    assert not re.findall(f"{sided}|{sized}", css)


def test_colours_have_the_contrast_that_wcag_asks_for():
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    light, dark, print_ = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    )
    for palette in (light, {**light, **dark}, {**light, **print_}):
        pairs = [
            (ink, ground) for ground in ("paper", "card", "sunk") for ink in ("ink", "soft", "link", "a", "b")
        ]
        pairs += [(tone, f"{tone}-bg") for tone in ("met", "bad", "ask", "note")]
        pairs += [("ask", ground) for ground in ("card", "paper")]
        pairs += [("navy-ink", "navy"), ("navy-soft", "navy")]
        for ink, ground in pairs:
            assert contrast(palette[ink], palette[ground]) >= 4.5, (ink, ground)


def contrast(one, other):
    """WCAG 2.2, contrast ratio of two colours."""
    lights = sorted((luminance(one), luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
