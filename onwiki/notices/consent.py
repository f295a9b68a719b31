# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does a page let our bot write? `{{bots}}` and `{{nobots}}`, as Template:Bots defines them; pure.

Where the wikitext is unclear the answer is no: a notice that does not come does no harm.
"""

import re

NOT_WIKITEXT = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(nowiki|pre|syntaxhighlight|source)\b[^<>]*>.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
"""What MediaWiki does not look for templates in."""

CALL = re.compile(r"\{\{\s*(?:template\s*:\s*)?(no)?bots\s*(?=[|}<{])", re.IGNORECASE)
ARGUMENTS = re.compile(r"(?:\|([^{}<>\[\]]*))?\}\}")

MESSAGE_KINDS = frozenset({"all", "community-support", "reminder", "reminders"})
"""Words after `optout=` that mean us."""


def may_write(wikitext: str, bot_name: str) -> bool:
    """Whether every {{bots}} and {{nobots}} on the page allows `bot_name` to leave a message."""
    text = NOT_WIKITEXT.sub("", wikitext)
    for call in CALL.finditer(text):
        if call[1]:
            return False
        arguments = ARGUMENTS.match(text, call.end())
        if arguments is None or not bots_allows(arguments[1] or "", bot_name):
            return False
    return True


def bots_allows(arguments: str, bot_name: str) -> bool:
    """One `{{bots|…}}`. Without arguments it allows everybody."""
    wanted = name_key(bot_name)
    for argument in filter(str.strip, arguments.split("|")):
        key, equals, value = argument.partition("=")
        names = {name_key(name) for name in value.split(",")} - {""}
        match key.strip().lower() if equals else "":
            case "allow":
                allowed = not names.isdisjoint({wanted, "all"}) and "none" not in names
            case "deny":
                allowed = names.isdisjoint({wanted, "all"})
            case "optout":
                allowed = names.isdisjoint(MESSAGE_KINDS)
            case _:
                allowed = False
        if not allowed:
            return False
    return True


def name_key(name: str) -> str:
    """Bot names are compared without regard to case, `_` being a space."""
    return " ".join(name.replace("_", " ").split()).lower()
