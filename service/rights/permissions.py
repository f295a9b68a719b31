# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may do what at a desk. A permission is (desk, act); a right at one desk is none at another.

    @blueprint.post("/desk/<desk>/cases/<case>/state")
    @permitted(DeskAct.SET_STATE)

Every view of a desk names its act (``service.desks.permitted``); what an act wants stands here
and nowhere else, so that it is read, compared and changed in one table.
"""

from __future__ import annotations

import enum


class Whose(enum.Enum):
    """Who has the permission, of the people of that desk."""

    FUNCTIONARIES = "functionaries, with a vouched key or without"
    READERS = "functionaries whose key was vouched for"
    COORDINATORS = "those whom desks.toml names; they need not be functionaries"


class Wants(enum.IntEnum):
    """What is wanted beside the permission; each step has the one before it."""

    SESSION = 0
    """Rights as the session knows them."""
    RIGHTS = 1
    """The wiki's word of the last hour: ``service.web.fresh_rights``."""
    KEY = 2
    """The own key, shown in the last minutes: ``service.web.stepped_up``."""
    KEY_FIRST = 3
    """The same before an answer that is a file: who shows the key presses once more."""


@enum.unique
class DeskAct(enum.Enum):
    """What can be done at a desk, who may, and what it wants. Reading wants the session only: it is
    what people do all day, and the worker asks about everybody within the day.
    """

    def __init__(self, what: str, whose: Whose, wants: Wants = Wants.SESSION) -> None:
        self.what = what
        self.whose = whose
        self.wants = wants

    @property
    def is_sensitive(self) -> bool:
        """Whether a right that was lost since must not be enough for it."""
        return self.wants > Wants.SESSION

    SEE_DESK = "see the desk's page, or what is missing to read there", Whose.FUNCTIONARIES
    SEE_ROSTER = "see who is on the roster", Whose.FUNCTIONARIES
    SEE_DECLARED = "see the own declared accounts", Whose.FUNCTIONARIES
    DECLARE = "declare an account, or end that", Whose.FUNCTIONARIES, Wants.KEY

    SEE_CASES = "see cases, and what is known of them without a key", Whose.READERS
    OPEN_PARTS = "be handed boxes, parts and files; the first time is written down", Whose.READERS
    OPEN_IDENTITY = "be handed who reported", Whose.READERS, Wants.KEY
    EXPORT = "take a case along", Whose.READERS, Wants.KEY_FIRST

    SET_STATE = "open, work on or close a case", Whose.READERS, Wants.RIGHTS
    ASSIGN = "take a case, or give it back", Whose.READERS, Wants.RIGHTS
    ASK_LINKS_AGAIN = "have wikis asked about evidence again", Whose.READERS, Wants.RIGHTS
    ASK_MEETINGS = "have a wiki asked where two accounts met", Whose.READERS, Wants.RIGHTS
    REMOVE_QUESTION = "erase an own question and its answer", Whose.READERS
    ANSWER = "write to a reporter", Whose.READERS, Wants.RIGHTS
    REVIEW = "say that a report of the marked lane counts, or not", Whose.READERS, Wants.RIGHTS
    PROLONG = "keep a report for one more term", Whose.READERS, Wants.RIGHTS

    WATCH = "compare the roster and the record with one's memory", Whose.READERS
    SEE_BACKLOG = "be handed boxes to share with a colleague", Whose.READERS, Wants.RIGHTS
    SHARE = "share boxes with a colleague", Whose.READERS, Wants.KEY
    VOUCH = "vouch for a colleague's key", Whose.READERS, Wants.KEY
    TAKE_OFF = "take a colleague off the roster, with another one", Whose.READERS, Wants.KEY

    SEE_FIRST_KEYS = "see the first keys that wait", Whose.COORDINATORS
    CONFIRM_FIRST_KEY = "vouch for a first key", Whose.COORDINATORS, Wants.KEY
    SEE_INTAKE = "see whether the desk takes reports", Whose.COORDINATORS
    SET_INTAKE = "close the desk to new reports, or open it", Whose.COORDINATORS, Wants.KEY
