"""Tests of cases use the builders of acts that all tests share."""

import sys
from pathlib import Path

for folder in (Path(__file__).resolve().parents[2], Path(__file__).resolve().parent):
    sys.path.insert(0, str(folder))
