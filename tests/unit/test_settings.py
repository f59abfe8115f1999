"""Settings: read strictly, from a file and the environment; what is wrong is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from comity import settings
from comity.errors import BadInput, ComityError, Conflict, NotFound
from comity.messages import explain


def write(folder: Path, text: str) -> Path:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return folder


MINIMAL = 'state = "XA"\nnode = "Node A"\nlog_origin = "a.example/log"\n'


def test_defaults_and_paths(tmp_path):
    read = settings.load(write(tmp_path, MINIMAL), {})
    assert (read.state, read.host, read.url, read.demo) == ("XA", "127.0.0.1", None, False)
    assert read.database_url == f"sqlite:///{tmp_path}/comity.db"
    places = [read.keys, read.people, read.vault, read.log, read.guard, read.database]
    assert [p.name for p in places] == ["keys", "people", "vault", "log", "guard", "comity.db"]
    assert {p.parent for p in places} == {tmp_path}
    assert read.timestamp_folder is None


def test_the_environment_goes_before_the_file(tmp_path):
    write(tmp_path, MINIMAL + "port = 1000\n")
    environment = {
        "COMITY_PORT": "2000",
        "COMITY_RECOVERY": "age1" + "q" * 58 + ", age1" + "p" * 58,
        "COMITY_TIMESTAMP": "openssl:tsa",
        "COMITY_DATA": "elsewhere",
        "COMITY_PASSPHRASE_FILE": "/run/secret",
        "PATH": "/bin",
    }
    read = settings.load(tmp_path, environment)
    assert read.port == 2000
    assert len(read.recovery) == 2
    assert read.timestamp_folder == tmp_path / "tsa"


@pytest.mark.parametrize(
    ("text", "environment", "id", "place"),
    [
        ('node = "A"\nlog_origin = "a"\n', {}, "settings.missing", "settings.toml"),
        (MINIMAL + "prot = 1\n", {}, "settings.unknown_name", "prot"),
        (MINIMAL + "demo = true\n", {}, "settings.unknown_name", "demo"),
        (MINIMAL + 'port = "80"\n', {}, "settings.not_valid", "settings.toml"),
        (MINIMAL + "port = true\n", {}, "settings.not_valid", "port"),
        (MINIMAL + 'url = "https://a.example/"\n', {}, "settings.not_valid", "url"),
        (MINIMAL + 'recovery = ["AGE-SECRET-KEY-1"]\n', {}, "settings.not_valid", "recovery"),
        (MINIMAL, {"COMITY_PORT": "80x"}, "settings.not_valid", "COMITY_PORT"),
        (MINIMAL, {"COMITY_STATE": "xa"}, "settings.not_valid", "COMITY_STATE"),
        (MINIMAL, {"COMITY_PROT": "80"}, "settings.unknown_variable", "COMITY_PROT"),
        ("state = \n", {}, "settings.not_toml", "settings.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, environment, id, place):
    with pytest.raises(BadInput) as caught:
        settings.load(write(tmp_path, text), environment)
    assert caught.value.id == id
    what, do = explain(caught.value)
    assert place in what
    assert do


def test_a_secret_put_in_by_mistake_is_not_shown(tmp_path):
    with pytest.raises(BadInput) as caught:
        settings.load(write(tmp_path, MINIMAL + 'recovery = ["AGE-SECRET-KEY-1ZZZ"]\n'), {})
    assert "ZZZ" not in " ".join(explain(caught.value))


def test_no_file(tmp_path):
    with pytest.raises(NotFound) as caught:
        settings.load(tmp_path, {})
    assert caught.value.id == "settings.no_file"


def test_a_fresh_file_reads_back_as_it_was_made(tmp_path):
    folder = tmp_path / "node"
    made = settings.create(
        folder,
        state="XA",
        node='The "A" \\ node',
        url="https://a.example/comity",
        port=8441,
        recovery=("age1" + "q" * 58,),
    )
    assert made.log_origin == "a.example/comity/log"
    assert settings.load(folder, {}) == made
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "settings.toml").stat().st_mode & 0o777 == 0o600
    assert "database_url" not in tomllib.loads((folder / "settings.toml").read_text())


def test_a_demonstration_is_marked_by_a_file(tmp_path):
    made = settings.create(tmp_path / "node", state="XA", node="A", demo=True)
    assert made.demo
    assert settings.load(tmp_path / "node", {}) == made
    (tmp_path / "node" / "demo").unlink()
    assert not settings.load(tmp_path / "node", {}).demo


def test_settings_are_never_overwritten_and_a_folder_not_marked_afterwards(tmp_path):
    settings.create(tmp_path, state="XA", node="A")
    before = (tmp_path / "settings.toml").read_bytes()
    with pytest.raises(Conflict):
        settings.create(tmp_path, state="XB", node="B", demo=True)
    assert (tmp_path / "settings.toml").read_bytes() == before
    assert not (tmp_path / "demo").exists()


def test_what_is_not_valid_is_not_written(tmp_path):
    for wrong in ({"state": "xa", "node": "A"}, {"state": "XA", "node": "A\nport = 1"}):
        with pytest.raises(ComityError):
            settings.create(tmp_path / "node", **wrong)
        assert not (tmp_path / "node").exists()
