"""The command line: a face of the deeds, with no rules of its own.

Promises: ``comity --help`` teaches the order of a request's life, and starts fast, since a command's
module is imported when it is invoked; a mistake is two lines on the error stream and an exit status of
its own; each reading command gives JSON too.

Leaves to others: every decision (``app`` and the rooms below), the words (``locale``).
"""

from comity.cli.program import main, program

__all__ = ["main", "program"]
