"""The soak does what some tests of ``make test`` do, more often and for longer: it shares their modules."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "story"))
