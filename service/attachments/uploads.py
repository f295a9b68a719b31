# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one person has uploaded for forms that are not filed yet: which files, how far. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from service.attachments.sizes import MOST_CHUNKS

MOST_FORMS: Final = 4
"""Forms whose uploads are kept at a time: somebody may write in several tabs."""


@dataclass(frozen=True)
class Chunk:
    """The place of a chunk: the form (which becomes the report), the file, and which one it is."""

    form: bytes
    number: int
    index: int


@dataclass
class Uploads:
    """Numbers of chunks by form and file; the form that was used last comes last."""

    forms: dict[bytes, dict[int, int]] = field(default_factory=dict)

    def files(self, form: bytes) -> dict[int, int]:
        """How many chunks there are of each file of a form. Changing it changes the record."""
        files = self.forms.pop(form, {})
        self.forms[form] = files
        return files

    def drop(self, form: bytes, numbers: Collection[int]) -> list[Chunk]:
        """Take files off a form; their chunks, to be erased."""
        files = self.forms.get(form, {})
        dropped = {number: files.pop(number) for number in numbers if number in files}
        return list(_chunks(form, dropped))

    def make_room(self, form: bytes) -> list[Chunk]:
        """Take off what was longest not used, other forms than ``form``, until the rest is as much
        as one person may leave lying; the chunks, to be erased.
        """
        dropped: list[Chunk] = []
        while len(self.forms) > 1 and (
            len(self.forms) > MOST_FORMS or len(list(self.chunks())) > MOST_CHUNKS
        ):
            oldest = next(one for one in self.forms if one != form)
            dropped += _chunks(oldest, self.forms.pop(oldest))
        return dropped

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk that was uploaded."""
        for form, files in self.forms.items():
            yield from _chunks(form, files)

    def to_json(self) -> dict[str, Any]:
        return {
            "forms": [[form.hex(), list(files.items())] for form, files in self.forms.items()],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Uploads:
        return cls({bytes.fromhex(form): dict(map(tuple, files)) for form, files in value["forms"]})


def _chunks(form: bytes, files: Mapping[int, int]) -> Iterator[Chunk]:
    for number, count in files.items():
        for index in range(count):
            yield Chunk(form, number, index)
