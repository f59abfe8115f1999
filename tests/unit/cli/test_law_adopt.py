"""A State's adviser adopts law data: two sign, the node goes by it from then on, and old acts keep theirs."""

import json

import pytest
from desk import PLAIN, found

from comity import store
from comity.app.node import open_node
from comity.law import Bundle, packaged_bundle

OVERLAY = """
[overlay]
state = "GH"
name = "Ghana, an example"
version = {version}
on = "2026-11-21"
review_by = "2027-11-21"

[[adopt]]
what = "provision"
key = "uncc.mla.reasons"
source = "Gazette 1, article 40"
"""


@pytest.fixture
def desk(tmp_path):
    """A node with an adviser; each test its own, since adoption lasts."""
    made = found(tmp_path / "gh", "GH")
    made(
        "person", "add", "efua", "--office", "gh:central-authority", "--work", "adviser", "--shown-name",
        "Officer 9", "--function", "adviser", "--instrument", "Appointment 9", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    return made


def write(tmp_path, text, version=1):
    file = tmp_path / f"overlay-{version}.toml"
    file.write_text(text.format(version=version))
    return file


def adopt(desk, tmp_path, version=1, text=OVERLAY):
    file = write(tmp_path, text, version)
    act = desk.act("law", "adopt", file, "--as", "efua", "--approver", "kofi", "--text", "Compared.")
    desk("approve", act, "--as", "kofi")
    return act


def bundle_of(desk):
    node = open_node(desk.folder, PLAIN)
    with node.db:
        return node.bundle


def test_without_a_name_it_is_shown_and_nothing_is_signed(desk, tmp_path):
    told = desk.json("law", "adopt", write(tmp_path, OVERLAY))
    assert told["changes"] == [{"how": "adopted", "what": "provision", "key": "uncc.mla.reasons"}]
    words = desk("law", "adopt", write(tmp_path, OVERLAY, 2)).stdout
    assert "Nothing is signed yet" in words
    assert bundle_of(desk).digest == packaged_bundle().digest


def test_from_the_second_signature_on_the_node_goes_by_it(desk, tmp_path):
    file = write(tmp_path, OVERLAY)
    act = desk.act("law", "adopt", file, "--as", "efua", "--approver", "kofi", "--text", "Compared.")
    assert bundle_of(desk).digest == packaged_bundle().digest, "one signature is not enough"
    assert "to be confirmed" in desk("law", "show", "40(25)").stdout
    desk("approve", act, "--as", "kofi")
    shown = desk("law", "show", "40(25)").stdout
    assert "number A, content A]" in shown
    assert "to be confirmed" not in shown
    assert act in shown
    assert "Gazette 1" in shown
    told = desk.json("law", "bundle")
    assert told["digest"] == bundle_of(desk).digest
    assert [a["act"] for a in told["applied"]] == [act]


def test_each_act_names_the_law_data_of_its_time_and_both_are_kept(desk, tmp_path):
    first = adopt(desk, tmp_path)
    second = adopt(desk, tmp_path, 2)
    node = open_node(desk.folder, PLAIN)
    with node.db, node.db.read() as conn:
        named = [store.get_act(conn, act).header.law.bundle for act in (first, second)]
        assert named[0] == packaged_bundle().digest
        assert named[1] != named[0]
        assert node.bundle.digest not in named
        for digest in (*named, node.bundle.digest):
            assert Bundle.load(store.get_bundle(conn, digest)).digest == digest
    told = desk.json("law", "bundle")
    assert [a["act"] for a in told["applied"]] == [second], "a new version replaces the old one"


def test_the_bundle_in_force_can_be_taken_away_signed_by_the_node(desk, tmp_path):
    adopt(desk, tmp_path)
    file = tmp_path / "law.json"
    told = desk.json("law", "bundle", "-o", file)
    node = open_node(desk.folder, PLAIN)
    with node.db:
        assert Bundle.load_signed(file.read_bytes(), node.keys.acts.public).digest == told["digest"]


def test_a_version_that_is_not_newer_is_refused_before_and_at_the_last_signature(desk, tmp_path):
    file = write(tmp_path, OVERLAY, 1)
    waiting = desk.act("law", "adopt", file, "--as", "efua", "--approver", "kofi", "--text", "One.")
    other = write(tmp_path, OVERLAY, 2)
    later = desk.act("law", "adopt", other, "--as", "efua", "--approver", "kofi", "--text", "Two.")
    desk("approve", later, "--as", "kofi")
    desk.refused("approve", waiting, "--as", "kofi", status=6)
    assert "version 2 is in force" in desk.refused("law", "adopt", file, status=6)[0]
    assert [a["version"] for a in desk.json("law", "bundle")["applied"]] == [2]


@pytest.mark.parametrize(
    ("change", "said", "status"),
    [
        (lambda t: t.replace('"GH"', '"PT"'), "this is the node of GH", 2),
        (lambda t: t.replace("uncc.mla.reasons", "uncc.mla.whim"), "does not hold", 2),
        (lambda t: t.replace("[[adopt]]", "[adopt"), "not TOML", 2),
        (lambda _: "<html></html>", "not TOML", 2),
        (lambda _: "", "does not have the shape", 2),
    ],
)
def test_a_wrong_overlay_is_refused_with_what_to_do(desk, tmp_path, change, said, status):
    file = tmp_path / "wrong.toml"
    file.write_text(change(OVERLAY.replace("{version}", "1")))
    assert said in desk.refused("law", "adopt", file, status=status)[0]


def test_who_may_not_adopt_does_not(desk, tmp_path):
    file = write(tmp_path, OVERLAY)
    common = ("law", "adopt", file, "--text", "x")
    desk.refused(*common, "--as", "ama", "--approver", "kofi", status=4)
    desk.refused(*common, "--as", "efua", "--approver", "efua", status=4)
    desk.refused(*common, "--as", "efua", status=2)
    assert bundle_of(desk).digest == packaged_bundle().digest


def test_doctor_says_when_an_overlay_no_longer_fits_and_the_node_goes_on(desk, tmp_path, monkeypatch):
    from comity.app import node as of_node

    adopt(desk, tmp_path)
    content = packaged_bundle().content
    kept = tuple(p for p in content.provisions if p.key != "uncc.mla.reasons")
    grounds = tuple(g.model_copy(update={"reasons_provision": None}) for g in content.grounds)
    other = content.model_copy(update={"provisions": kept, "grounds": grounds})
    from comity.law import remade

    newer = remade(other)
    monkeypatch.setattr(of_node.Node, "base", property(lambda _: newer))
    assert bundle_of(desk).digest == newer.digest
    told = json.loads(desk.run("doctor", "--json").stdout)
    assert any("no longer fits" in str(line) for line in told)


def test_what_is_not_newer_is_refused_at_the_commit_whoever_prepared_it(desk, tmp_path):
    from comity.app.adopt import Proposal
    from comity.app.adopt import adopt as sign
    from comity.app.prepare import approve
    from comity.errors import Conflict
    from comity.law import compile_overlay, load_overlay

    adopt(desk, tmp_path, 2)
    data = compile_overlay(OVERLAY.format(version=1).encode())
    old = Proposal(load_overlay(data), data, ())
    node = open_node(desk.folder, PLAIN)
    with node.db:
        waiting = sign(node, old, node.person("efua"), approver="kofi", text="Old.").act
        with pytest.raises(Conflict) as caught:
            approve(node, waiting.id, node.person("kofi"))
        assert caught.value.id == "app.overlay_not_newer"
        assert [a.version for a in node.bundle.content.applied] == [2]


def test_after_a_change_of_the_packaged_data_its_bundle_is_kept_with_the_first_act(desk, monkeypatch):
    from comity.app import node as of_node
    from comity.law import remade

    newer = remade(packaged_bundle().content.model_copy(update={"name": "of another version"}))
    monkeypatch.setattr(of_node.Node, "base", property(lambda _: newer))
    desk(
        "person", "add", "abena", "--office", "gh:central-authority", "--work", "officer", "--shown-name",
        "Officer 8", "--function", "officer", "--instrument", "Appointment 8", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    node = open_node(desk.folder, PLAIN)
    with node.db, node.db.read() as conn:
        assert newer.digest in store.list_bundles(conn)
        assert packaged_bundle().digest in store.list_bundles(conn)
