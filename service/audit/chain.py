# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hash chain of the audit log: salted leaves, so that erasing an entry keeps the chain whole.

    leaf    = SHA256(salt ‖ entry)          the entry as it is before it is sealed at rest: blobs
                                            change when keys are rotated, what was done does not
    head_n  = SHA256(head_(n-1) ‖ leaf_n)   head_0: 32 zero bytes

A link keeps position, leaf and head for ever, salt and entry until the entry is erased; without
the salt a leaf tells nothing about what it stood for. Whoever writes to the database can compute
a new chain, so it proves something only against heads that were remembered elsewhere (readers'
browsers keep one a day). Pure: the rows come in, the faults go out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DIGEST_SIZE: Final = 32
SALT_SIZE: Final = 16
MOST_FAULTS: Final = 50


class BadSalt(ValueError):
    """A salt of another size: its border to the entry would be ambiguous."""


@dataclass(frozen=True)
class Head:
    """The state of a chain after its first ``position`` entries."""

    position: int
    digest: bytes


EMPTY: Final = Head(0, bytes(DIGEST_SIZE))
"""The head of a chain that has no entry yet."""


@dataclass(frozen=True)
class Content:
    """What a leaf is made of: ``SALT_SIZE`` random bytes, and the entry."""

    salt: bytes
    entry: bytes

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_SIZE:
            raise BadSalt(f"{len(self.salt)} bytes of salt, not {SALT_SIZE}")


@dataclass(frozen=True)
class Link:
    """One stored entry; ``content`` is None once it was erased. Positions count from 1."""

    position: int
    leaf: bytes
    digest: bytes
    content: Content | None

    @property
    def head(self) -> Head:
        return Head(self.position, self.digest)

    def erased(self) -> Link:
        """The same link without its content."""
        return Link(self.position, self.leaf, self.digest, None)


class FaultKind(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    """An entry is not the one that was chained: its content does not fit its leaf, or its leaf
    follows from no entry here (as also when the one before was dropped and all renumbered)."""
    DROPPED = "dropped"
    """Positions are missing between two entries, or before the first."""
    REORDERED = "reordered"
    """An entry stands after another one than the one that it was chained to."""
    TRUNCATED = "truncated"
    """The chain was longer when a head was remembered."""
    REWRITTEN = "rewritten"
    """The chain is another one than when a head was remembered, up to this position."""


@dataclass(frozen=True, order=True)
class Fault:
    """A fault at the positions ``first`` to ``last``."""

    first: int
    last: int
    kind: FaultKind


def extend(head: Head, content: Content) -> Link:
    """Chain ``content`` after ``head``."""
    leaf = leaf_of(content)
    return Link(head.position + 1, leaf, _fold(head.digest, leaf), content)


def leaf_of(content: Content) -> bytes:
    """The leaf (32 bytes) that stands for a content in the chain."""
    return hashlib.sha256(content.salt + content.entry).digest()


def verify(links: Iterable[Link], remembered: Iterable[Head] = ()) -> list[Fault]:
    """Return what is wrong, by position, at most ``MOST_FAULTS``; nothing when all is well.

    ``remembered`` are heads that somebody kept elsewhere.
    """
    chain = sorted(links, key=lambda link: link.position)
    heads = [EMPTY, *(link.head for link in chain)]
    faults: list[Fault] = []
    for before, link in zip(heads, chain, strict=False):
        faults += _faults_of(link, before, heads)
        if len(faults) >= MOST_FAULTS:
            break
    return sorted({*faults, *_against_memory(heads, remembered)})[:MOST_FAULTS]


def _faults_of(link: Link, before: Head, heads: Sequence[Head]) -> list[Fault]:
    """What is wrong with ``link``, which stands behind ``before``."""
    here = link.position
    faults: list[Fault] = []
    if link.content is not None and leaf_of(link.content) != link.leaf:
        faults.append(Fault(here, here, FaultKind.CHANGED))
    if here > before.position + 1:
        faults.append(Fault(before.position + 1, here - 1, FaultKind.DROPPED))
    elif here <= before.position or not _follows(before, link):
        moved = any(_follows(head, link) for head in heads)
        kind = FaultKind.REORDERED if moved else FaultKind.CHANGED
        faults.append(Fault(here, here, kind))
    return faults


def _against_memory(heads: Sequence[Head], remembered: Iterable[Head]) -> list[Fault]:
    digests = {head.position: head.digest for head in heads}
    last = max(digests)
    kept = list(remembered)
    faults = [
        Fault(head.position, head.position, FaultKind.REWRITTEN)
        for head in kept
        if digests.get(head.position, head.digest) != head.digest
    ]
    furthest = max((head.position for head in kept), default=0)
    if furthest > last:
        faults.append(Fault(last + 1, furthest, FaultKind.TRUNCATED))
    return faults


def _follows(head: Head, link: Link) -> bool:
    return _fold(head.digest, link.leaf) == link.digest


def _fold(digest: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(digest + leaf).digest()
