"""The rows of lists and searches, for comparing those that grew with those made anew."""

from sqlalchemy import text

from comity.app.index import reindex
from comity.store.schema import dialect_of

WORDS = {
    "sqlite": "SELECT rowid, words FROM case_word",
    "postgresql": "SELECT place, words::text FROM case_word",
}


def rows(node):
    """All lines with their tags and words, by case; a place is chance within a second, and left out."""
    with node.db.read() as conn:
        lines = conn.execute(text("SELECT * FROM case_line")).mappings().all()
        tags = conn.execute(text("SELECT place, name, value FROM case_tag")).all()
        dues = conn.execute(text("SELECT place, at, outcome FROM case_due")).all()
        clocks = conn.execute(text("SELECT place, n, at, ours, body FROM case_clock")).all()
        words = dict(conn.execute(text(WORDS[dialect_of(conn)])).all())
    assert {row.place for row in (*tags, *dues, *clocks)} | set(words) <= {line["place"] for line in lines}, (
        "rows of no case"
    )
    return {
        line["case_id"]: (
            {**line, "place": line["place"] >> 30},
            sorted((due.at, due.outcome) for due in dues if due.place == line["place"]),
            sorted((tag.name, tag.value) for tag in tags if tag.place == line["place"]),
            words[line["place"]],
            sorted(tuple(one[1:]) for one in clocks if one.place == line["place"]),
        )
        for line in lines
    }


def assert_as_made_anew(node):
    """The index as it grew with the acts is the one that is made of them all."""
    grown = rows(node)
    reindex(node)
    anew = rows(node)
    assert set(grown) == set(anew)
    for case, (line, dues, *rest, clocks) in grown.items():
        other, theirs, *others, ticking = anew[case]
        assert rest == others
        # What is due may have been counted by other law data, as ``doctor`` says.
        assert line["law"] != other["law"] or (line, dues, clocks) == (other, theirs, ticking)
        assert {**line, "law": ""} == {**other, "law": ""}
