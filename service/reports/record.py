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
from service.reports.hold import Entered, Hold

MOST_ACCOUNTS: Final = 10
MOST_LINKS: Final = 50
MOST_ANSWERS: Final = 100
"""How often the wikis may be asked again about a report, counted by their answers."""

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


class Reviewed(enum.StrEnum):
    """What the functionary said who looked first at a report from the marked lane."""

    COUNTED = "counted"
    """It is a report like any other."""
    ASIDE = "aside"
    """It stays in its case to be read, and counts for nothing."""


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
    recused_silently: frozenset[int] = frozenset()
    """Those of them who lost their box for an account that they declared in private: what the
    reporter sees must not depend on it."""
    boxes: frozenset[int] = frozenset()
    """Central ids of everybody who has a box, the reporter among them."""
    opened_by: frozenset[int] = frozenset()
    """Central ids of functionaries who opened it: the first opening is written into the audit."""
    stage: Stage = Stage.RECEIVED
    read_on: date | None = None
    contact: Contact = Contact.TOOL
    review: bool = False
    """Filed by a blocked or new account: a functionary looks at it first (service.cases.review)."""
    reviewed: Reviewed | None = None
    """What came of that; None: nobody has looked yet, or nobody has to."""
    findings: int = 0
    """How many parts ``finding-0`` … there are: answers at the first check."""
    asked_again: int = 0
    """How many parts ``again-0`` … there are: answers when a reader had the wikis asked again."""
    asking_again: int = 0
    """How many rows of the queue ask wikis about it once more."""
    links: tuple[Link, ...] = ()
    hold: Hold | None = None
    voice: bool = False
    """The reporter's account was old and active enough at filing to count for others' holds."""
    acted_on: date | None = None
    """The day of the last act on the report besides its first reading (``Report.last_act``)."""
    prolonged: bool = False
    """The desk keeps it for one more term; it can say so once."""
    events: int = 0
    """How many events its story has (``service.thread.story``)."""
    added: int = 0
    """How often the reporter added to it: parts ``added-0`` …, ``added-facts-0`` …"""
    messages: int = 0
    """How many parts ``message-0`` … the desk wrote."""
    added_at: int | None = None
    """The desk's version when the last addition was entered; it re-opens a case as a new report
    does."""
    added_on: date | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def silent(self) -> bool:
        """Whether the reporter must not see what the desk does with it: it was to be held, and the
        desk has not written. That it was read would tell that others have reported.
        """
        return self.hold is not None and self.stage in {Stage.RECEIVED, Stage.READ}

    @property
    def counts(self) -> bool:
        """Whether it is one of the reports, and a voice, that its cases are counted by."""
        return not self.review or self.reviewed is Reviewed.COUNTED

    @property
    def waits_for_review(self) -> bool:
        return self.review and self.reviewed is None

    @property
    def folded(self) -> bool:
        return self.folded_at is not None

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts, in the order in which a reader opens them."""
        fixed = ("facts", "narrative", "identity")
        resolved = ("accounts",) if self.folded else ()
        answers = tuple(f"finding-{n}" for n in range(self.findings))
        again = tuple(f"again-{n}" for n in range(self.asked_again))
        added = tuple(f"{name}-{n}" for n in range(self.added) for name in ("added", "added-facts"))
        messages = tuple(f"message-{n}" for n in range(self.messages))
        files = (MANIFEST,) if self.attachments else ()
        return fixed + resolved + files + answers + again + added + messages

    def to_json(self) -> dict[str, Any]:
        return {
            "reporter": _text(self.reporter),
            "folded_at": self.folded_at,
            "memberships": [[one.kind.value, _text(one.token)] for one in self.memberships],
            "hidden_from": sorted(self.hidden_from),
            "recused_silently": sorted(self.recused_silently),
            "boxes": sorted(self.boxes),
            "opened_by": sorted(self.opened_by),
            "stage": self.stage.value,
            "read_on": None if self.read_on is None else self.read_on.isoformat(),
            "contact": self.contact.value,
            "review": self.review,
            "reviewed": None if self.reviewed is None else self.reviewed.value,
            "findings": self.findings,
            "asked_again": self.asked_again,
            "asking_again": self.asking_again,
            "links": [[link.wiki, link.state.value] for link in self.links],
            "hold": None if self.hold is None else self.hold.to_json(),
            "voice": self.voice,
            "acted_on": None if self.acted_on is None else self.acted_on.isoformat(),
            "prolonged": self.prolonged,
            "events": self.events,
            "added": self.added,
            "messages": self.messages,
            "added_at": self.added_at,
            "added_on": None if self.added_on is None else self.added_on.isoformat(),
            "attachments": [[one.number, one.chunks] for one in self.attachments],
        }

    @classmethod
    def from_json(cls, value: Any) -> Meta:
        read_on, hold = value["read_on"], value.get("hold")
        reviewed = value.get("reviewed")
        acted_on, added_on = value.get("acted_on"), value.get("added_on")
        return cls(
            reporter=base64.b64decode(value["reporter"]),
            folded_at=value["folded_at"],
            memberships=tuple(
                Membership(Kind(kind), base64.b64decode(token))
                for kind, token in value["memberships"]
            ),
            hidden_from=frozenset(value["hidden_from"]),
            recused_silently=frozenset(value.get("recused_silently", ())),
            boxes=frozenset(value["boxes"]),
            opened_by=frozenset(value["opened_by"]),
            stage=Stage(value["stage"]),
            read_on=None if read_on is None else date.fromisoformat(read_on),
            contact=Contact(value["contact"]),
            review=value["review"],
            reviewed=None if reviewed is None else Reviewed(reviewed),
            findings=value["findings"],
            asked_again=value.get("asked_again", 0),
            asking_again=value.get("asking_again", 0),
            links=tuple(Link(wiki, LinkState(state)) for wiki, state in value["links"]),
            hold=None if hold is None else Hold.from_json(hold),
            voice=value.get("voice", False),
            acted_on=None if acted_on is None else date.fromisoformat(acted_on),
            prolonged=value.get("prolonged", False),
            events=value.get("events", 0),
            added=value.get("added", 0),
            messages=value.get("messages", 0),
            added_at=value.get("added_at"),
            added_on=None if added_on is None else date.fromisoformat(added_on),
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

    def entered(self, reader: int | None = None) -> Entered | None:
        """When it came into the world of ``reader`` (central id; None: the desk's as a whole), with
        the day that it has there. None: not yet, since it waits to be folded or is held.
        """
        if self.meta.folded_at is None:
            return None
        if self.meta.hold is None:
            return Entered(self.meta.folded_at, self.day)
        return self.meta.hold.entered(reader)

    @property
    def last_act(self) -> date:
        """The day of the last act on this report, from which its desk's term of keeping counts.

        That a report was read counts too, unless it was to be held: its reporter sees when it is
        erased, and must not see from it that others have reported.
        """
        read_on = self.meta.read_on if self.meta.hold is None else None
        days = (self.day, read_on, self.meta.acted_on)
        return max(day for day in days if day is not None)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
