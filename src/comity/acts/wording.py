"""In which language something was sent, and with which translations: of a request, a decision, a delivery.

Promises: languages are tags of BCP 47 and compared by their first part; a translation is known by the digest
of its file and by how it was made. What the words say stands nowhere here. Version 1.

Leaves to others: which language a State accepts (``law.languages``), whether that was kept
(``cases.wording``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from comity.acts.names import Digest
from comity.wire import Model

Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
"""A language as BCP 47 writes it: ``pt``, ``pt-BR``, ``zh-Hant``."""


class Made(StrEnum):
    """How a translation was made: by a machine; by a person; by one who is sworn or certified it."""

    MACHINE = "machine"
    PLAIN = "plain"
    CERTIFIED = "certified"


class Translation(Model):
    language: Tag
    how: Made
    digest: Digest


class Wording(Model):
    """``original``: the language in which it is written."""

    original: Tag
    translations: tuple[Translation, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        """Refuse two translations of one digest, or one into the language of the original."""
        digests = [one.digest for one in self.translations]
        if len(set(digests)) < len(digests) or self.original in {one.language for one in self.translations}:
            raise ValueError("each translation once, and none into the language of the original")
        return self

    def made_in(self, language: str) -> tuple[Made | None, ...]:
        """How it was put into a language; none stands for the original; empty: it was not."""
        wanted = primary(language)
        own = (None,) if primary(self.original) == wanted else ()
        return (*own, *(one.how for one in self.translations if primary(one.language) == wanted))


def primary(tag: str) -> str:
    """The first part of a tag: the language itself."""
    return tag.partition("-")[0].lower()
