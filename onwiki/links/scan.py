# SPDX-License-Identifier: AGPL-3.0-or-later
"""All links of a pasted text (an e-mail, a section of a talk page), in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onwiki.links import captions
from onwiki.links.recognise import recognise
from onwiki.links.reference import NotEvidence, Reference, Title
from onwiki.links.rejection import Rejection, RejectReason
from onwiki.links.trimming import without_closing
from onwiki.links.wikitext import link_label, template_label
from onwiki.wikis import WikiList

# What ends an address in running text: space, markup, and the full stop and brackets of Chinese; a
# bracket that HTML has escaped; and the punctuation between it and the next address.
_ENDING = r"""\s<>"\[\]|{}^`\\。，、；：！？）」』】》"""  # noqa: RUF001
_ADDRESS = rf"""(?:
    [^{_ENDING}&,;'()]++
  | & (?! (?:lt|gt|quot|nbsp|\#39); )
  | [,;'()] (?! https?:// )
)*+"""
# A square bracket belongs to it when it is closed again (`ids[5]=1`).
_REST = rf"{_ADDRESS} (?: \[ {_ADDRESS} \] {_ADDRESS} )*+"
# Behind an address these belong to the sentence (GitHub's rule for links without brackets, and the
# quotation marks, dashes and dots of typesetting).
_OF_THE_SENTENCE = "!?:*_~…–—’”»›"  # noqa: RUF001
_TAILS = 4
# Possessive quantifiers: each alternative reads a stretch of text once and never goes back.
_CANDIDATE = re.compile(
    rf"""
      \[\[ (?P<link> [^\[\]\n]{{1,2048}}+ ) \]\]
    | \{{\{{ (?P<template>
                \s*+ (?:(?:safe)?subst:)? (?:template:)? \s*+ (?:diff|oldid)2? \s*+ \|
                (?: [^{{}}\r\n]++ | \{{\{{ [^{{}}\r\n]*+ \}}\}} | [\r\n] \s*+ (?= [|}}] ) )++
      ) \}}\}}
    | \[ (?:https?:)? // [^\s\[\]<>"]++ [\ \t]*+ (?P<label> [^\[\]\n]*+ ) \]
    | (?P<address> https?:// {_REST} )
    | (?<! [\w.@:/-] ) (?P<bare> (?://)? [a-z0-9] [a-z0-9.-]*+ (?: :[0-9]{{1,5}}+ )? / {_REST} )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE_STARTS = ('="', "='")  # in HTML's source, where each `&` is escaped
_LINE_ENDS = re.compile(r"[\r\n]+")  # a template may stand on several lines
# A bare host counts only when it is a wiki's; "and/or" and other sites' names are plain text.
_OF_A_WIKI = frozenset(
    {
        RejectReason.PRIVATE_WIKI,
        RejectReason.DUPLICATE_PARAM,
        RejectReason.MALFORMED,
        RejectReason.MOVING_TARGET,
        RejectReason.BAD_ID,
    }
)
# Links to pages and user talk are what talk pages consist of (signatures); they cite nothing.
_UNCITED = frozenset({RejectReason.EMPTY, RejectReason.NO_ID})


@dataclass(frozen=True, slots=True)
class Found:
    """One link of a text, at `text[start:end]`; `caption` is offered, maybe empty.

    `pasted` is the link on one line and without HTML's escapes: recognising it alone gives
    `result` again.
    """

    start: int
    end: int
    pasted: str
    caption: str
    result: Reference | Rejection


def recognise_all(text: str, wikis: WikiList, context: str | None = None) -> list[Found]:
    """Every link of the text in order, with what it points at or why it cannot be used.

    Left out: ordinary wikilinks to pages and contributions, and words that merely look like an
    address. Wikitext without a `context` wiki is found and answered with `ambiguous`.
    """
    links = list(_links(text, wikis, context))
    found: list[Found] = []
    for number, (start, end, pasted, label, result) in enumerate(links):
        caption = captions.tidy(label)
        if not caption:
            previous = links[number - 1][1] if number else 0
            following = links[number + 1][0] if number + 1 < len(links) else len(text)
            caption = captions.around(text, start, end, previous, following)
        found.append(Found(start, end, pasted, caption, result))
    return found


def _links(
    text: str, wikis: WikiList, context: str | None
) -> Iterator[tuple[int, int, str, str, Reference | Rejection]]:
    """Start, end, link, own label and result of each."""
    position = 0
    while (match := _CANDIDATE.search(text, position)) is not None:
        start, end = match.span()
        kind = match.lastgroup
        pasted, label = match[0], ""
        if kind in ("address", "bare"):
            pasted = _without_sentence(pasted)
            end = start + len(pasted)
            if text[max(0, start - 2) : start] in _ATTRIBUTE_STARTS:
                pasted = pasted.replace("&amp;", "&")
        elif kind == "link":
            label = link_label(match["link"])
        elif kind == "template":
            pasted = _LINE_ENDS.sub(" ", pasted)
            label = template_label(pasted[2:-2])
        else:
            label = match["label"]
        position = end
        result = recognise(pasted, wikis, context)
        refused = result.reason if isinstance(result, Rejection) else None
        if kind == "bare" and refused is not None and refused not in _OF_A_WIKI:
            continue
        if kind == "link" and not _cites(match[0], result, wikis, context):
            continue
        yield start, end, pasted, label, result


def _without_sentence(address: str) -> str:
    """Without the punctuation of the sentence in which an address stands."""
    for _ in range(_TAILS):
        shorter = without_closing(address.rstrip(_OF_THE_SENTENCE))
        if shorter == address:
            break
        address = shorter
    return address


def _cites(
    pasted: str, result: Reference | Rejection, wikis: WikiList, context: str | None
) -> bool:
    """Whether a wikilink points at more than a page."""
    if context is None and result == Rejection(RejectReason.AMBIGUOUS):
        # Any wiki tells whether it could be a citation at all; whose it is remains open.
        probe = next(iter(wikis), None)
        return probe is not None and _cites(
            pasted, recognise(pasted, wikis, probe.dbname), wikis, probe.dbname
        )
    if isinstance(result, Rejection):
        return result.reason not in _UNCITED
    return not isinstance(result, Title | NotEvidence)
