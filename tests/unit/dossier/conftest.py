"""Tests of the case file use the builders of acts that all tests share, and the case files beside them."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]
