"""Runs of an intake that are interrupted, for the tests of what goes on afterwards."""

from __future__ import annotations

from contextlib import closing

from comity import age
from comity.evidence import FileVault, Keeping, StreamSource, list_source, take_in

MIB = 1024 * 1024
SECRET = bytes(range(32))
VAULT_KEY = age.generate_x25519()


class Run:
    """One run of an intake: ``stop`` is told the bytes done, and may raise."""

    def __init__(self, tmp_path, source, *, task=("request", "examiner"), least=1):
        self.vault = FileVault(tmp_path / "vault")
        self.source, self.task, self.least = source, task, least
        self.key = age.generate_x25519()

    def keeping(self, source=None):
        return Keeping(
            self.vault,
            self.task,
            source or list_source(self.source),
            key=self.key,
            recipients=[VAULT_KEY.recipient],
            identities=[VAULT_KEY],
            least=self.least,
        )

    def __call__(self, stop=lambda _: None):
        source = self.source if isinstance(self.source, StreamSource) else list_source(self.source)
        with closing(self.keeping(source)) as keeping:
            taken = take_in(
                source, self.vault, [self.key.recipient], SECRET,
                progress=lambda done, _: stop(done), keeping=keeping,
            )  # fmt: skip
            keeping.done()
        return taken

    def left(self):
        return sorted(path.name for path in self.vault.incoming.iterdir())

    def opens(self, taken):
        with self.vault.open(taken.stored.digest) as sealed:
            return age.decrypt([self.key], sealed).read()


def at(size, error=KeyboardInterrupt):
    def stop(done):
        if done >= size:
            raise error

    return stop
