"""``python -m comity.cli``: the same command, for where no script is installed beside the interpreter.

Promises: what ``comity`` does. Leaves to others: everything.
"""

from comity.cli import main

if __name__ == "__main__":
    main()
