# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may know that a report exists: the one function that is asked before anything is counted.

A recused functionary meets a world without the report. Whoever lists, counts, dates or tags
anything takes reports through here first; nothing else in the program decides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onwiki.accounts import normalise
from service.matching.tokens import Kind, MatchKeys, derive
from service.reports.record import Meta, Report


@dataclass(frozen=True)
class Reader:
    """A functionary who looks. ``tokens`` are those of the cases that would be about himself, by
    whichever of his accounts.
    """

    central_id: int
    desk: str
    tokens: frozenset[bytes]


def reader(
    keys: MatchKeys,
    desk: str,
    central_id: int,
    name: str,
    also: Iterable[tuple[int | None, str]] = (),
) -> Reader:
    """The functionary as ``visible`` needs him: known by central id and by normalised name, of the
    account that he signs in with and of those that he declared (``also``).
    """
    return Reader(central_id, desk, tokens_of(keys, desk, [(central_id, name), *also]))


def tokens_of(
    keys: MatchKeys, desk: str, accounts: Iterable[tuple[int | None, str]]
) -> frozenset[bytes]:
    """All tokens under which a report that names one of these accounts may stand."""
    return frozenset().union(
        *(account_tokens(keys, desk, central_id, name) for central_id, name in accounts)
    )


def account_tokens(
    keys: MatchKeys, desk: str, central_id: int | None, name: str
) -> frozenset[bytes]:
    """Both tokens under which a report that names this account may stand."""
    values = [name_value(name)] + ([] if central_id is None else [id_value(central_id)])
    return frozenset(derive(keys, desk, Kind.ACCOUNT, value) for value in values)


def id_value(central_id: int) -> str:
    """An account in the multimap: by its central id, which survives renames."""
    return f"id:{central_id}"


def name_value(name: str) -> str:
    """An account that no wiki knows: by its name, normalised as MediaWiki does."""
    return f"name:{normalise(name)}"


def visible(reader: Reader, report: Report) -> bool:
    """Whether ``report`` exists for ``reader``: folded, not held, and not hidden from him."""
    return (
        report.desk == reader.desk
        and report.entered(reader.central_id) is not None
        and not recused(reader, report)
    )


def recused(reader: Reader, report: Report) -> bool:
    """Whether ``report`` is hidden from ``reader`` for good: named, or left out."""
    meta = report.meta
    return reader.central_id in meta.hidden_from or names(meta, reader.tokens)


def names(meta: Meta, tokens: frozenset[bytes]) -> bool:
    """Whether the report names the account of these tokens."""
    return not tokens.isdisjoint(meta.tokens(Kind.ACCOUNT))


def only_visible(reader: Reader, reports: Iterable[Report]) -> list[Report]:
    return [report for report in reports if visible(reader, report)]
