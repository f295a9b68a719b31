# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which form of {{PLURAL:}} a number takes. Pure.

Rules for whole numbers, from the Unicode CLDR (cldr.unicode.org, "Language Plural Rules"), in the
order in which translators write the forms. A language that is not listed has two forms, for one
and for everything else; that is the most frequent rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Rule = Callable[[int], int]


def _one(n: int) -> int:
    return 0 if n == 1 else 1


def _zero_or_one(n: int) -> int:
    return 0 if n in {0, 1} else 1


def _none(_n: int) -> int:
    return 0


def _east_slavic(n: int) -> int:
    if n % 10 == 1 and n % 100 != 11:
        return 0
    return 1 if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14} else 2


def _polish(n: int) -> int:
    if n == 1:
        return 0
    return 1 if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14} else 2


def _czech(n: int) -> int:
    if n == 1:
        return 0
    return 1 if n in {2, 3, 4} else 2


def _arabic(n: int) -> int:
    if n <= 2:
        return n
    if 3 <= n % 100 <= 10:
        return 3
    return 4 if n % 100 >= 11 else 5


def _hebrew(n: int) -> int:
    return {1: 0, 2: 1}.get(n, 2)


_FAMILIES: Final[tuple[tuple[Rule, str], ...]] = (
    (_zero_or_one, "am bn fa fr gu hi hy kn pt zu"),
    (_none, "id ja ko lo ms my th vi yue zh"),
    (_east_slavic, "be bs hr ru sr uk"),
    (_polish, "pl"),
    (_czech, "cs sk"),
    (_arabic, "ar"),
    (_hebrew, "he"),
)
_RULES: Final = {code: rule for rule, codes in _FAMILIES for code in codes.split()}


def form(language: str, number: int) -> int:
    """Index of the form for ``number`` in ``language`` (``pt-br`` counts as ``pt``)."""
    rule = _RULES.get(language) or _RULES.get(language.split("-", 1)[0]) or _one
    return rule(abs(number))
