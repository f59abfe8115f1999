"""What commands there are, in the order of a request's life, and where each one lives.

Promises: plain data, so that the first page of help needs no command's module.

Leaves to others: the words (catalogue, ``cli.command.NAME``), the commands themselves.
"""

from __future__ import annotations

from typing import Final

SECTIONS: Final[tuple[tuple[str, tuple[tuple[str, str], ...]], ...]] = (
    (
        "set_up",
        (
            ("demo", "look_after"),
            ("init", "node"),
            ("person", "node"),
            ("directory", "node"),
            ("office", "offices"),
            ("phone", "offices"),
            ("hours", "offices"),
            ("peer", "node"),
            ("serve", "serving"),
        ),
    ),
    (
        "ask",
        (
            ("law", "law"),
            ("request", "request"),
            ("approve", "signing"),
            ("ratify", "signing"),
            ("answer", "question"),
            ("accept", "execution"),
            ("amend", "execution"),
            ("extend", "execution"),
            ("withdraw", "execution"),
        ),
    ),
    (
        "answer",
        (
            ("assess", "assessment"),
            ("scenarios", "scenarios"),
            ("ask", "question"),
            ("callback", "duties"),
            ("consult", "decision"),
            ("decide", "decision"),
            ("effected", "execution"),
            ("lift", "execution"),
            ("forward", "correspondence"),
            ("status", "correspondence"),
            ("correspond", "correspondence"),
            ("inform", "correspondence"),
            ("remedy", "afterwards"),
        ),
    ),
    (
        "desk",
        (
            ("desk", "work"),
            ("due", "due"),
            ("register", "register"),
            ("contact", "contact"),
            ("originate", "orders"),
            ("order", "orders"),
            ("import", "importing"),
            ("assign", "work"),
            ("shift", "work"),
            ("roster", "work"),
            ("chase", "work"),
            ("deconflict", "deconfliction"),
            ("costs", "costs"),
        ),
    ),
    (
        "persons",
        (
            ("arrest", "persons"),
            ("court", "persons"),
            ("surrender", "persons"),
            ("prosecute", "persons"),
            ("instead", "persons"),
            ("speciality", "persons"),
            ("sentence", "persons"),
            ("afford", "persons"),
        ),
    ),
    (
        "evidence",
        (
            ("evidence", "evidence"),
            ("deliver", "evidence"),
            ("custody", "custody"),
            ("unit", "unit"),
            ("use", "use"),
            ("seek", "afterwards"),
            ("consent", "afterwards"),
            ("recall", "afterwards"),
            ("breach", "afterwards"),
            ("destroyed", "afterwards"),
            ("destroy", "use"),
            ("notice", "duties"),
            ("close", "execution"),
        ),
    ),
    (
        "prove",
        (
            ("search", "cases"),
            ("case", "walls"),
            ("letter", "proof"),
            ("erase", "proof"),
            ("disclose", "proof"),
            ("verify", "verification"),
            ("read", "reading"),
        ),
    ),
    (
        "look_after",
        (
            ("audit", "audit"),
            ("doctor", "look_after"),
            ("timestamp", "time_authority"),
            ("vault", "vault"),
            ("token", "token"),
            ("backup", "look_after"),
            ("restore", "look_after"),
            ("recover", "look_after"),
            ("migrate", "look_after"),
            ("reindex", "cases"),
            ("drill", "drill"),
        ),
    ),
)
"""Sections of the help; in each the commands, with the module (of this room) that each one is in."""

MODULES: Final = {name: module for _, commands in SECTIONS for name, module in commands}
"""The module of each command. In it the command stands under its own name with ``_command`` added."""
