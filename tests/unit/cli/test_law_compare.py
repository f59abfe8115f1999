"""``comity law compare``: on the terminal, as JSON, as documents."""

import json

from click.testing import CliRunner

from comity.cli import program
from comity.cli.session import Session


def run(*args, ok=True):
    result = CliRunner().invoke(program, ["law", "compare", *map(str, args)], obj=Session(environment={}))
    assert (result.exit_code == 0) is ok, result.output
    return result.output


def test_a_state_is_shown_offence_by_offence_with_what_is_unknown():
    words = run("Côte d'Ivoire", "--on", "2026-11-21")
    assert "Article 7, Illegal access" in words
    assert "120 months" in words
    assert "unknown, not absent" in words
    assert "Ask the authority" in words
    told = json.loads(run("CIV", "--on", "2026-11-21", "--json"))
    assert {o["article"] for o in told["offences"]} == set(range(7, 18))
    assert "grooming" in told["unknown"]
    assert len(told["formalities"]) == 18


def test_a_stale_row_is_named_a_candidate():
    assert "Candidate, read by no check" in run("Belgium", "--on", "2026-11-21")


def test_documents_are_written_once_and_say_what_they_are_not(tmp_path):
    markdown, pdf = tmp_path / "peru.md", tmp_path / "peru.pdf"
    run("Peru", "--on", "2026-11-21", "-o", markdown)
    run("Peru", "--on", "2026-11-21", "-o", pdf)
    text = markdown.read_text(encoding="utf-8")
    assert "# Peru beside" in text
    assert "| \\[ \\] | N4 | 40(12) |" in text
    assert "nor advice" in text
    assert pdf.read_bytes().startswith(b"%PDF")
    run("Peru", "-o", markdown, ok=False)
    assert "neither .md nor .pdf" in run("Peru", "-o", tmp_path / "peru.docx", ok=False)
