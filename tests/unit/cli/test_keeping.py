"""Where the vault and its key are, on the command line: a folder or a bucket, a file or a token."""

import shutil

import pytest
import seaweedfs
from desk import PLAIN, Desk
from softhsm import PIN


@pytest.fixture
def desk(lone, tmp_path):
    """A copy of the node, and the means to add to its settings and to its surroundings."""
    shutil.copytree(lone.folder, tmp_path / "gh")
    return Desk(tmp_path / "gh")


def settle(desk, **told):
    with (desk.folder / "settings.toml").open("a") as file:
        file.writelines(f'{name} = "{value}"\n' for name, value in told.items())


def secret(path, text):
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


def run(desk, *args, status=0, **environment):
    came = desk.run(*args, environment={**PLAIN, "COMITY_DATA": str(desk.folder), **environment})
    assert came.exit_code == status, (came.output, came.stderr)
    return came


def test_a_vault_on_files_says_so(desk):
    assert desk.json("vault", "status")["store"] == "files"
    assert "nothing there is under a lock" in desk("vault", "status").stdout


def test_a_locked_bucket_is_told_and_one_that_does_not_lock_is_refused(desk, s3, tmp_path):
    told = {"COMITY_S3_CREDENTIALS_FILE": secret(tmp_path / "who", "\n".join(seaweedfs.WHO))}
    settle(desk, vault_store=f"s3:{s3.endpoint}/{s3.shared(lock=True)}/cli", vault_lock="compliance")
    assert "Locked (compliance)" in run(desk, "vault", "status", **told).stdout
    assert "doctor.store" in run(desk, "doctor", "--json", **told).stdout
    broken = {**told, "COMITY_VAULT_STORE": f"s3:{s3.endpoint}/{s3.shared(lock=False)}/cli"}
    came = run(desk, "vault", "status", status=5, **broken)
    assert "NOT LOCKED" in came.stdout
    run(desk, "serve", "--port", "0", status=7, **broken)
    assert "comity-s3" in run(desk, "vault", "status", status=4).stderr
    for one in (came.output, came.stderr):
        assert seaweedfs.WHO[1] not in one


def test_a_vault_is_moved_and_says_how_far(desk, s3, tmp_path):
    assert "vault_before" in desk.refused("vault", "move", status=4)[1]
    told = {"COMITY_S3_CREDENTIALS_FILE": secret(tmp_path / "who", "\n".join(seaweedfs.WHO))}
    settle(desk, vault_store=f"s3:{s3.endpoint}/{s3.shared(lock=False)}/moved")
    both = {**told, "COMITY_VAULT_BEFORE": "files"}
    assert "being moved" in run(desk, "vault", "status", **both).stdout
    assert "doctor.vault_moving" in run(desk, "doctor", "--json", **both).stdout
    assert "Nothing was removed" in run(desk, "vault", "move", "--keep-old", **both).stdout
    run(desk, "serve", "--port", "0", status=6, **told)  # it is not at its end
    assert "was left" in run(desk, "vault", "move", "--rate", "1G", **both).stdout
    assert run(desk, "vault", "status", "--json", **told).stdout.count('"left":') == 1
    run(desk, "serve", "--port", "0", status=6, COMITY_VAULT_STORE="files")  # there it was
    run(desk, "vault", "move", status=2, COMITY_VAULT_STORE="files", COMITY_VAULT_BEFORE="files")


def test_the_vaults_key_goes_into_a_token_and_out_again(desk, softhsm, tmp_path):
    assert "is in no token" in desk("token", "status").stdout
    assert len(desk.refused("token", "init", status=4)) == 2  # no token is set
    settle(desk, token_module=softhsm, token_label="here")
    assert "comity-token-pin" in run(desk, "token", "init", status=4).stderr  # nobody to be asked
    pin = {"COMITY_TOKEN_PIN_FILE": secret(tmp_path / "pin", PIN)}
    before = desk.json("token", "status")
    assert "No recovery recipient is set" in run(desk, "token", "init", **pin).stdout
    assert "and opens" in run(desk, "token", "status", **pin).stdout
    assert "doctor.keys" in run(desk, "doctor", "--json", **pin).stdout
    assert b"AGE-SECRET-KEY" not in (desk.folder / "keys" / "vault.key").read_bytes()
    wrong = {"COMITY_TOKEN_PIN_FILE": secret(tmp_path / "wrong", "0000")}
    assert "does not take the PIN" in run(desk, "token", "status", status=5, **wrong).stderr
    run(desk, "token", "init", status=6, **pin)
    run(desk, "token", "leave", **pin)
    assert desk.json("token", "status") == before
    desk("token", "leave", status=6)
