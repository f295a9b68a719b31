# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the server keeps about a report for its own work: the sealed, fixed-size ``meta``.

No name, no link and no word of the report is in it: memberships are HMACs, people are central
ids, links are their position in the list and the wiki to ask.
"""

from __future__ import annotations

import base64
import enum
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from service.matching.tokens import Kind

MOST_ACCOUNTS: Final = 10
MOST_LINKS: Final = 50

MANIFEST: Final = "attachments"
"""Name of the part that lists a report's files."""


class Stage(enum.StrEnum):
    """What a reporter sees of the way of a report. Changed only by an act on the report itself."""

    RECEIVED = "received"
    READ = "read"
    ANSWERED = "answered"
    CLOSED = "closed"


class LinkState(enum.StrEnum):
    """How far the check of one pasted link is."""

    WAITING = "waiting"
    CHECKED = "checked"
    LATER = "later"
    """The wiki did not answer; it is asked again."""
    NOT_EVIDENCE = "not-evidence"
    """Kept as it was pasted: not understood, or nothing that a wiki can be asked about."""
    GIVEN_UP = "given-up"
    """The wiki did not answer for as long as the queue may keep its copy."""


class Contact(enum.StrEnum):
    """How the reporter agreed to be reached."""

    TOOL = "tool"
    EMAIL = "email"
    NONE = "none"


@dataclass(frozen=True)
class Membership:
    """One multimap that the report is in."""

    kind: Kind
    token: bytes


@dataclass(frozen=True)
class Link:
    """One pasted link, by its position: the wiki to ask (None for none), and how far that is."""

    wiki: str | None
    state: LinkState


@dataclass(frozen=True)
class Attachment:
    """A file: its number in the report, and how many chunks there are of it."""

    number: int
    chunks: int


@dataclass(frozen=True)
class Meta:
    """Everything in the ``meta`` of a report."""

    reporter: bytes
    """The multimap token of the reporter: also the proof of who may open the own page."""
    folded_at: int | None = None
    """The desk's version (``Cases.lock``) when the report was entered into its cases; None until
    all names are resolved: until then no functionary meets the report."""
    memberships: tuple[Membership, ...] = ()
    hidden_from: frozenset[int] = frozenset()
    """Central ids of functionaries for whom the report does not exist."""
    boxes: frozenset[int] = frozenset()
    """Central ids of everybody who has a box, the reporter among them."""
    opened_by: frozenset[int] = frozenset()
    """Central ids of functionaries who opened it: the first opening is written into the audit."""
    stage: Stage = Stage.RECEIVED
    read_on: date | None = None
    contact: Contact = Contact.TOOL
    review: bool = False
    """Filed by a blocked or new account: a functionary reviews it first (DESIGN, issue D)."""
    findings: int = 0
    """How many parts ``finding-0`` … there are."""
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def folded(self) -> bool:
        return self.folded_at is not None

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts, in the order in which a reader opens them."""
        fixed = ("facts", "narrative", "identity")
        resolved = ("accounts",) if self.folded else ()
        files = (MANIFEST,) if self.attachments else ()
        return fixed + resolved + files + tuple(f"finding-{n}" for n in range(self.findings))

    def to_json(self) -> dict[str, Any]:
        return {
            "reporter": _text(self.reporter),
            "folded_at": self.folded_at,
            "memberships": [[one.kind.value, _text(one.token)] for one in self.memberships],
            "hidden_from": sorted(self.hidden_from),
            "boxes": sorted(self.boxes),
            "opened_by": sorted(self.opened_by),
            "stage": self.stage.value,
            "read_on": None if self.read_on is None else self.read_on.isoformat(),
            "contact": self.contact.value,
            "review": self.review,
            "findings": self.findings,
            "links": [[link.wiki, link.state.value] for link in self.links],
            "attachments": [[one.number, one.chunks] for one in self.attachments],
        }

    @classmethod
    def from_json(cls, value: Any) -> Meta:
        read_on = value["read_on"]
        return cls(
            reporter=base64.b64decode(value["reporter"]),
            folded_at=value["folded_at"],
            memberships=tuple(
                Membership(Kind(kind), base64.b64decode(token))
                for kind, token in value["memberships"]
            ),
            hidden_from=frozenset(value["hidden_from"]),
            boxes=frozenset(value["boxes"]),
            opened_by=frozenset(value["opened_by"]),
            stage=Stage(value["stage"]),
            read_on=None if read_on is None else date.fromisoformat(read_on),
            contact=Contact(value["contact"]),
            review=value["review"],
            findings=value["findings"],
            links=tuple(Link(wiki, LinkState(state)) for wiki, state in value["links"]),
            attachments=tuple(
                Attachment(number, chunks) for number, chunks in value.get("attachments", ())
            ),
        )

    @property
    def wikis(self) -> frozenset[str]:
        """dbnames that the evidence is on."""
        return frozenset(link.wiki for link in self.links if link.wiki is not None)

    def tokens(self, kind: Kind) -> tuple[bytes, ...]:
        return tuple(one.token for one in self.memberships if one.kind is kind)


@dataclass(frozen=True)
class Report:
    """A report as the service handles it: what is in the row, opened."""

    id: bytes
    desk: str
    day: date
    recipient: str
    meta: Meta = field(repr=False)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
