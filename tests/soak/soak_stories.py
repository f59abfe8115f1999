"""Two thousand stories of two States, and two hundred over real nodes, from a seed that is told."""

import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cases"))
os.environ.setdefault("COMITY_TEST_SEED", str(random.SystemRandom().randrange(10**6)))
os.environ.setdefault("COMITY_TEST_STORIES", "2000")
os.environ.setdefault("COMITY_TEST_NODE_STORIES", "200")
print(f"COMITY_TEST_SEED={os.environ['COMITY_TEST_SEED']}")

from test_machine import TestTwoStates  # noqa: E402, F401 - it reads how many stories, and from which seed
from test_two_nodes import test_two_nodes_tell_one_story, told  # noqa: E402, F401 - likewise
from two_nodes import STATES, found_nodes  # noqa: E402 - it lies beside the stories


def test_two_nodes_on_postgresql_tell_one_story(postgresql):
    """Each story has two databases of its own."""

    def fresh(folder):
        found_nodes(
            folder, **{state: {"database_url": postgresql.url(postgresql.create())} for state in STATES}
        )

    told(fresh, 200)
