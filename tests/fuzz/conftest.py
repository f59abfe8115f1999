"""The targets import each other as ``fuzz.…``: the folder of tests has to be found."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
