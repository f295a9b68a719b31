# SPDX-License-Identifier: AGPL-3.0-or-later
"""User names as MediaWiki normalises them; pure.

Sources: MediaWikiTitleCodec::splitTitleString() (white space, direction marks, underscores),
UserNameUtils::getCanonical() (first letter), IPUtils::sanitizeIP() and sanitizeRange().
The result is a key for matching, not proof that such an account exists.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import unquote_to_bytes

SPACES = re.compile(r"[ _\u00A0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+")
DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]")
BRACKETS = re.compile(r"\[\[:?([^\[\]|]*)(?:\|[^\[\]]*)?\]\]")
PREFIX = re.compile(r":?\s*user(?:[ _]talk)?\s*:", re.IGNORECASE)
IPV4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(/\d{1,2})?", re.ASCII)

INVALID = re.compile(r"[#<>\[\]|{}/@:=\x00-\x1f\x7f\ud800-\udfff]")
"""$wgLegalTitleChars leaves these out, or $wgInvalidUsernameCharacters and the name rules do; half
of a character, which JSON can hold, is in no name at all.
"""

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
TEMPLATE = re.compile(r"\{\{[^{}|]*\|([^{}|]*)(?:\|[^{}]*)?\}\}")
USER_PAGE = re.compile(
    r"(?:user(?:[ _]talk)?|special:(?:\w*contrib\w*|centralauth|log|block)) *[:/] *([^/?#&|\]}]+)",
    re.IGNORECASE,
)
AROUND_NAMES = " \t\r\n*#:;,@\"'“”„«»•"
"""What stands around names in lists and quotations."""

LONGEST_NAME = 255
"""Bytes of a database key."""

EDITORS_SUBNET = 64
"""Bits of an IPv6 address that stand for one connection."""


def normalise(name: str) -> str:
    """The name as MediaWiki would file it: `user:alice_B ` → `Alice B`, IPv6 → its /64."""
    text = DIRECTION_MARKS.sub("", name)
    text = SPACES.sub(" ", text).strip()
    link = BRACKETS.fullmatch(text)
    if link:
        text = link[1].strip()
    prefix = PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :].strip()
    text = unicodedata.normalize("NFC", text)
    return address(text) or upper_first(text)


def upper_first(text: str) -> str:
    """Language::ucfirst() with Wikimedia's exceptions ($wgOverrideUcfirstCharacters).

    Letters without a single upper-case letter stay (ß), as does Georgian.
    """
    first = text[:1].upper()
    if len(first) != 1 or "\u10d0" <= text[0] <= "\u10ff":
        return text
    return first + text[1:]


def address(text: str) -> str | None:
    """An IP address or range as MediaWiki writes it, or None. IPv6 is widened to its /64."""
    if "." not in text and ":" not in text:
        return None  # most names; what the library does to say so costs as much as all the rest
    old = IPV4.fullmatch(text)
    if old:
        # MediaWiki drops leading zeros, Python refuses them.
        text = ".".join(str(int(part)) for part in old.groups()[:4]) + (old[5] or "")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv4Network):
        return str(network.network_address) if network.prefixlen == 32 else str(network)
    if network.prefixlen > EDITORS_SUBNET:
        network = network.supernet(new_prefix=EDITORS_SUBNET)
    words = network.network_address.exploded.split(":")
    return ":".join(f"{int(word, 16):X}" for word in words) + f"/{network.prefixlen}"


def may_be_account(name: str) -> bool:
    """Whether a normalised name could be an account's: neither an address nor forbidden."""
    if not name or INVALID.search(name) is not None or len(name.encode()) > LONGEST_NAME:
        return False
    return address(name) is None


def mentions(text: str, name: str) -> bool:
    """Whether ``text`` holds ``name`` as words of its own, whatever stands around it.

    People write ``@Name``, paste the address of a user page or put two names on a line. For
    leaving a reader out it is enough that his name is there. The browser decides the same
    (service/web/browser/names.ts).
    """
    whole, part = _plain(text), _plain(name)
    start = whole.find(part) if part else -1
    while start >= 0:
        end = start + len(part)
        if not (whole[:start][-1:].isalnum() or whole[end:][:1].isalnum()):
            return True
        start = whole.find(part, start + 1)
    return False


def account_in(text: str) -> str:
    """The account that ``text`` most likely means, normalised: for texts that are no account's
    name as they stand (an address of a user page, ``{{ping|Name}}``, ``@Name``, ``Benutzer:Name``).
    """
    plain = INVISIBLE.sub("", _decoded(text)).strip(AROUND_NAMES)
    template = TEMPLATE.fullmatch(plain)
    page = USER_PAGE.search(plain)
    if template:
        plain = template[1]
    elif page:
        plain = page[1]
    name = plain.partition("/")[0].partition("#")[0].rpartition(":")[2]
    return normalise(name.strip(AROUND_NAMES))


def _plain(text: str) -> str:
    text = SPACES.sub(" ", INVISIBLE.sub("", _decoded(text))).strip()
    return unicodedata.normalize("NFC", text).lower()


def _decoded(text: str) -> str:
    return PERCENT.sub(_decode, text)


def _decode(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]
