"""The clones over which lists are measured (``tests/bench/clones.py``) are what the program makes of their
acts, but for what they are said to differ in: when they moved, what is due, their State and their words."""

import json
import re
from dataclasses import replace

import loopback as l
import pytest
from bench import clones
from lists import rows
from sqlalchemy import text

from comity import store
from comity.acts.terms import CorrespondTerms
from comity.app.index import reindex
from comity.app.show import show_case
from comity.store import Database

COUNT = 9
ID = re.compile("[0-9a-f]{64}")


@pytest.fixture
def cloned(tmp_path):
    """PT's node with clones of a case that was granted and of one in which letters were written."""
    pair = l.make_pair(tmp_path)
    granted, written = l.ask(pair, "mailbox"), l.ask(pair, "logs")
    l.grant(pair, granted, "mailbox")
    l.said(
        pair, pair.gh, "correspond", {"terms": CorrespondTerms(answers=None), "text": "A"}, request=written
    )
    path = pair.pt.node.db.place.path
    pair.close()
    told = [granted.header.case, written.header.case]
    made = clones.fill(clones.models_of(path, told), [clones.IntoSQLite(path)], COUNT)
    with Database.open(store.url_of(path)) as db:
        yield replace(pair.pt.node, db=db), told, made


def alike(line, dues, tags, words, clocks):
    """What of a case's rows is its model's."""
    body = json.loads(ID.sub("ID", line["body"]))
    kept = [(n, {**json.loads(ID.sub("ID", told)), "ends": None}) for n, _, _, told in clocks]
    del dues, words
    return (
        {**body, "with": None, "last_at": None},
        line["law"],
        [tag for tag in tags if tag[0] not in {"state", "looked"}],
        kept,
    )


def test_a_clone_s_rows_are_what_is_made_of_its_acts(cloned):
    node, told, made = cloned
    assert len({*told, *made}) == len(told) + COUNT
    grown = rows(node)
    reindex(node)
    anew = rows(node)
    assert set(grown) == set(anew) == {*told, *made}
    with node.db.read() as conn:
        acts = {case: [id for id, _ in store.ids_of_case(conn, case, "all")] for case in anew}
        stored = conn.execute(text("SELECT count(*) FROM act WHERE case_id IS NOT NULL")).scalar()
    ids = [id for some in acts.values() for id in some]
    assert len({*ids}) == len(ids) == stored
    for n, case in enumerate(made):
        others = {*made, *told} - {case}
        assert not any(id in grown[case][0]["body"] for other in others for id in acts[other])
        assert alike(*grown[case]) == alike(*anew[case]) == alike(*anew[told[n % 2]])


def test_a_clone_reads_and_folds_as_its_model_does(cloned):
    node, told, made = cloned
    for n, case in enumerate(made[:4]):
        view, model = show_case(node, case), show_case(node, told[n % 2])
        assert [one["kind"] for one in view["acts"]] == [one["kind"] for one in model["acts"]]
        assert [one["standing"] for one in view["acts"]] == [one["standing"] for one in model["acts"]]
        assert [one["clock"] for one in view["due"]] == [one["clock"] for one in model["due"]]
        assert (view["missing"], view["unreceipted"]) == (model["missing"], model["unreceipted"])
        assert not {one["id"] for one in view["acts"]} & {one["id"] for one in model["acts"]}
