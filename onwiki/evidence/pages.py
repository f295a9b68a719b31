# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pages, by number or by name: ⌈distinct / limit⌉ requests for each of the two."""

from collections.abc import Mapping, Sequence
from typing import Any

from onwiki.bot import ApiRefused
from onwiki.errors import Unavailable
from onwiki.evidence.asking import Asker
from onwiki.evidence.findings import Uncheckable
from onwiki.evidence.found import PageFound
from onwiki.evidence.late import Late, not_asked, not_checked, not_visible
from onwiki.evidence.shapes import BadShape, number, rows, text
from onwiki.links import Page, Reference, Title


def ask_pages(asker: Asker, references: Sequence[Page | Title]) -> dict[Reference, Late]:
    """What the wiki says about each page."""
    by_id = {str(ref.page_id): ref for ref in references if isinstance(ref, Page)}
    by_name = {ref.title: ref for ref in references if isinstance(ref, Title)}
    # No title holds a `|`: such a name would be read as two.
    askable = {name: ref for name, ref in by_name.items() if "|" not in name}
    found: dict[Reference, Late] = {
        ref: not_visible(ref) for name, ref in by_name.items() if name not in askable
    }
    found |= ask_each(asker, "pageids", by_id)
    found |= ask_each(asker, "titles", askable)
    return found


def ask_each(
    asker: Asker, parameter: str, named: Mapping[str, Page | Title]
) -> dict[Reference, Late]:
    names = list(named)
    found: dict[Reference, Late] = {}
    for start in range(0, len(names), asker.limit):
        batch = names[start : start + asker.limit]
        found |= ask_batch(asker, parameter, {name: named[name] for name in batch})
    return found


def ask_batch(
    asker: Asker, parameter: str, batch: Mapping[str, Page | Title]
) -> dict[Reference, Late]:
    try:
        query = asker.query({"prop": "info", parameter: "|".join(batch)})
        if query is None:
            return {ref: not_asked(ref, asker) for ref in batch.values()}
        pages = pages_by_name(query)
        return {ref: late_of(ref, pages.get(name), asker) for name, ref in batch.items()}
    except ApiRefused:
        return {ref: not_asked(ref, asker, Unavailable.REFUSED) for ref in batch.values()}
    except BadShape:
        return {ref: not_asked(ref, asker, Unavailable.MALFORMED) for ref in batch.values()}


def pages_by_name(query: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Pages under their number, their title, and every spelling that was asked for."""
    pages: dict[str, dict[str, Any]] = {}
    for page in rows(query, "pages"):
        for key in ("pageid", "title"):
            if key in page:
                pages[str(page[key])] = page
    for elsewhere in rows(query, "interwiki"):
        pages[text(elsewhere, "title")] = {"interwiki": True}
    for notes in ("converted", "normalized"):
        for note in rows(query, notes):
            if text(note, "to") in pages:
                pages[text(note, "from")] = pages[text(note, "to")]
    return pages


def late_of(ref: Page | Title, page: Mapping[str, Any] | None, asker: Asker) -> Late:
    """Raises BadShape."""
    if page is None:
        return not_asked(ref, asker, Unavailable.INCOMPLETE)
    if page.get("interwiki") or page.get("special"):
        return not_checked(ref, Uncheckable.KIND)
    if page.get("missing") or page.get("invalid"):
        return not_visible(ref)
    pageid, namespace, title = number(page, "pageid"), number(page, "ns"), text(page, "title")
    latest, redirect = number(page, "lastrevid"), bool(page.get("redirect"))
    return lambda _, now: PageFound(ref, now, pageid, namespace, title, latest, redirect)
