"""A small node's command line for tests, and a courier that carries between nodes in this process."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner

from comity.app.node import open_node
from comity.app.peers import own_entry
from comity.app.pieces import receive_piece
from comity.app.receive import receive
from comity.cli import program
from comity.cli.session import Session
from comity.errors import Unavailable
from comity.exchange.courier import ACT_PATH, DIRECTORY_PATH, PIECE_PATH

URLS = {"GH": "http://gh.example", "PT": "http://pt.example", "XA": "http://xa.example"}
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}


@dataclass
class Loop:
    """A courier for nodes in folders of this machine; whoever is in ``down`` is not reached."""

    folders: dict[str, Path] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    def _open(self, url, path):
        base = url.removesuffix(path)
        state = next(s for s, u in URLS.items() if u == base)
        if state in self.down:
            raise Unavailable("exchange.peer_unreachable", url=url, what="down")
        return open_node(self.folders[state], PLAIN, courier=self)

    def post(self, url, body):
        path = ACT_PATH if url.endswith(ACT_PATH) else PIECE_PATH
        node = self._open(url, path)
        with node.db:
            return receive(node, body) if path == ACT_PATH else receive_piece(node, body)

    def get(self, url):
        node = self._open(url, DIRECTORY_PATH)
        with node.db:
            return own_entry(node)


@dataclass
class Desk:
    """The command line of one node. Calling it runs a command, and asserts the exit status."""

    folder: Path
    courier: Loop | None = None

    def run(self, *args, environment=None):
        session = Session(
            environment=environment
            if environment is not None
            else {**PLAIN, "COMITY_DATA": str(self.folder)},
            opening={} if self.courier is None else {"courier": self.courier},
        )
        return CliRunner().invoke(program, [str(a) for a in args], obj=session)

    def __call__(self, *args, status=0):
        result = self.run(*args)
        assert result.exit_code == status, (args, result.exit_code, result.output, result.exception)
        return result

    def json(self, *args):
        return json.loads(self(*args, "--json").stdout)

    def act(self, *args):
        """The id of the act that a command had signed."""
        return self.json(*args)["act"]

    def refused(self, *args, status):
        """The two lines of a mistake."""
        result = self(*args, status=status)
        lines = result.stderr.splitlines()
        assert len(lines) == 2, result.stderr
        assert all(lines)
        return lines


PEOPLE = (
    ("ama", "central-authority", ("officer", "enroller", "examiner")),
    ("kofi", "central-authority", ("approver", "enroller")),
    ("esi", "desk-24-7", ("desk",)),
    ("yaw", "desk-24-7", ("approver",)),
)


def found(folder, state, courier=None):
    """A node with four people of two offices."""
    desk = Desk(folder, courier)
    low = state.lower()
    desk(
        "init", folder, "--state", state, "--name", f"Node of {state}", "--demo", "--url", URLS[state],
        "--office", f"{low}:central-authority=central_authority",
        "--office", f"{low}:desk-24-7=desk_24_7",
    )  # fmt: skip
    for number, (name, office, work) in enumerate(PEOPLE):
        by = () if number < 2 else ("--by", PEOPLE[0][0], "--by", PEOPLE[1][0])
        works = [part for one in work for part in ("--work", one)]
        desk(
            "person", "add", name, "--office", f"{low}:{office}", *works, "--shown-name", f"Officer {number}",
            "--function", "officer", "--instrument", f"Appointment {number}", *by,
        )  # fmt: skip
    return desk


def made_couple(tmp_path_factory):
    """Two fresh nodes that trust one another: by state."""
    folder = tmp_path_factory.mktemp("couple")
    courier = Loop()
    desks = {}
    for state in ("GH", "PT"):
        courier.folders[state] = folder / state.lower()
        desks[state] = found(folder / state.lower(), state, courier)
    for state, other in (("GH", "PT"), ("PT", "GH")):
        file = folder / f"{other}.json"
        fingerprint = desks[other].json("directory", "-o", file)["fingerprint"]
        desks[state]("peer", "add", file, "--fingerprint", fingerprint)
    return desks
