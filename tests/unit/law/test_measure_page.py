"""The page of measures is the law data; and the data holds what the article lists for every request."""

from pathlib import Path

import pytest

from comity.law import packaged_bundle
from comity.law.measure_page import markdown

LAW = packaged_bundle()
PAGE = Path(__file__).resolve().parents[3] / "docs" / "measures.md"
LISTED = "uncc.mla.contents."
OLDER = (
    "take_statement", "serve_document", "search_seize", "examine_site", "provide_document", "trace_asset",
    "video_hearing", "transfer_detained",
)  # fmt: skip
"""The measures that rest on the article on mutual legal assistance alone."""


def test_the_page_is_made_from_the_data():
    assert PAGE.read_text(encoding="utf-8") == markdown(LAW), "python -m comity.law.measure_page"


@pytest.mark.parametrize("measure", OLDER)
def test_what_the_article_lists_for_every_request_is_asked_of_each_of_its_measures(measure):
    listed = {p.key for p in LAW.content.provisions if p.key.startswith(LISTED)}
    asked = {key for content in LAW.measure(measure).contents for key in content.provisions}
    # A summary of the facts is not asked of a request to serve documents.
    missing = listed - asked - ({f"{LISTED}facts"} if measure == "serve_document" else set())
    assert missing == set()
    assert "uncc.mla.promptness" in asked, "by when it is needed can be said"


def test_every_measure_and_every_weak_paragraph_that_it_cites_stands_on_the_page():
    page = markdown(LAW)
    for measure in LAW.content.measures:
        assert f"| {measure.key}: {measure.summary} |" in page
        for key in {key for basis in measure.bases for key in basis.provisions}:
            weak = LAW.provision(key).mark_content in LAW.weak_marks
            (line,) = [row for row in page.splitlines() if row.startswith(f"| {measure.key} |")]
            assert (f"{key} (" in line) == weak
