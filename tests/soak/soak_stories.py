"""Two thousand stories of two States, from a seed that is told: ``test_machine`` for long."""

import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cases"))
os.environ.setdefault("COMITY_TEST_SEED", str(random.SystemRandom().randrange(10**6)))
os.environ.setdefault("COMITY_TEST_STORIES", "2000")
print(f"COMITY_TEST_SEED={os.environ['COMITY_TEST_SEED']}")

from test_machine import TestTwoStates  # noqa: E402, F401 - it reads how many stories, and from which seed
