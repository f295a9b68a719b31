# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hold rule against brute force: all subsets are tried; the largest fair one is the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from service.cases.hold import Filed, released

PEOPLE, ACCOUNTS = b"ABCDE", b"xyz"
CHOICES = (1, 2, 3, 5)


def filed(report: int, person: int, *accounts: int, people: int = 1, counts: bool = True) -> Filed:
    return Filed(
        bytes([report]),
        bytes([person]),
        frozenset(bytes([one]) for one in accounts),
        people,
        counts,
    )


def fair(some: Sequence[Filed]) -> bool:
    """Everybody's own N is met by ``some``, in the words of the rule and nothing cleverer."""
    return all(one.people == 1 or any(_met(one, a, some) for a in one.accounts) for one in some)


def _met(one: Filed, account: bytes, some: Sequence[Filed]) -> bool:
    others = {other.person for other in some if account in other.accounts and other.counts}
    return len(others | {one.person}) >= one.people


def by_brute_force(everything: Sequence[Filed]) -> frozenset[bytes]:
    """Of all fair subsets the largest; asserts that there is one that holds all others."""
    sets = [
        frozenset(one.report for one in some)
        for size in range(len(everything) + 1)
        for some in combinations(everything, size)
        if fair(some)
    ]
    largest = max(sets, key=len)
    assert all(some <= largest for some in sets)
    return largest


@st.composite
def many_filed(draw: st.DrawFn, most: int = 8) -> list[Filed]:
    count = draw(st.integers(0, most))
    return [
        filed(
            number,
            draw(st.sampled_from(PEOPLE)),
            *draw(st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2)),
            people=draw(st.sampled_from(CHOICES)),
            counts=draw(st.booleans() | st.just(True)),
        )
        for number in range(count)
    ]


@given(many_filed())
def test_the_released_are_the_largest_set_that_meets_everybodys_own_wish(
    everything: list[Filed],
) -> None:
    assert released(everything) == by_brute_force(everything)


@given(many_filed(), st.randoms(use_true_random=False))
def test_the_order_of_filing_does_not_matter(everything: list[Filed], chance: object) -> None:
    shuffled = list(everything)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert released(shuffled) == released(everything)


@given(many_filed())
def test_a_report_that_is_not_held_is_always_released(everything: list[Filed]) -> None:
    assert {one.report for one in everything if one.people == 1} <= released(everything)


@given(many_filed(), many_filed(4))
def test_another_report_never_takes_one_back(everything: list[Filed], more: list[Filed]) -> None:
    others = [replace(one, report=b"+" + one.report) for one in more]

    assert released(everything) <= released([*everything, *others])


@dataclass(frozen=True)
class Step:
    """Something that happens between nights: a filing, or (``filed`` is None) a withdrawal of the
    n-th report on file, or the end of its hold.
    """

    filed: Filed | None
    number: int = 0
    ends: bool = False


steps = st.lists(
    st.lists(
        many_filed(1).map(lambda some: Step(some[0] if some else None))
        | st.builds(Step, st.none(), st.integers(0, 6), st.booleans()),
        max_size=3,
    ),
    max_size=5,
)


@given(steps)
def test_night_after_night_what_was_released_stays_and_the_rest_follows_the_rule(
    nights: list[list[Step]],
) -> None:
    on_file: dict[bytes, Filed] = {}
    out: frozenset[bytes] = frozenset()
    number = 0
    for day in nights:
        for step in day:
            ids = sorted(on_file)
            if step.filed is not None:
                number += 1
                if len(on_file) < 7:
                    report = bytes([number])
                    on_file[report] = replace(step.filed, report=report)
            elif ids and step.ends:
                chosen = ids[step.number % len(ids)]
                on_file[chosen] = replace(on_file[chosen], people=1)
            elif ids:
                del on_file[ids[step.number % len(ids)]]
        seen = as_seen(on_file.values(), out)
        before, out = out & on_file.keys(), released(seen)
        assert before <= out
        assert out == by_brute_force(seen)


def as_seen(on_file: Iterable[Filed], out: frozenset[bytes]) -> list[Filed]:
    """What the rule is asked: what was released does not wait any more."""
    return [replace(one, people=1) if one.report in out else one for one in on_file]


def test_two_and_five_release_nobody() -> None:
    assert released([filed(1, 1, 9, people=2), filed(2, 2, 9, people=5)]) == frozenset()


def test_two_and_two_release_both() -> None:
    assert len(released([filed(1, 1, 9, people=2), filed(2, 2, 9, people=2)])) == 2


def test_one_person_is_one_voice_however_often_filed() -> None:
    twice = [filed(number, 1, 9, people=2) for number in range(3)]

    assert released(twice) == frozenset()


def test_a_voice_that_does_not_count_releases_nobody_else() -> None:
    sock = filed(1, 1, 9, counts=False)

    assert released([sock, filed(2, 2, 9, people=2)]) == {sock.report}


def test_the_own_voice_counts_for_the_own_report_in_any_case() -> None:
    newcomer = filed(1, 1, 9, people=2, counts=False)

    assert released([newcomer, filed(2, 2, 9)]) == {newcomer.report, b"\2"}


def test_one_of_several_accounts_is_enough() -> None:
    both = filed(1, 1, 8, 9, people=2)

    assert released([both, filed(2, 2, 9)]) == {both.report, b"\2"}


def test_voices_on_different_accounts_do_not_add_up() -> None:
    both = filed(1, 1, 8, 9, people=3)

    assert released([both, filed(2, 2, 8), filed(3, 3, 9)]) == {b"\2", b"\3"}
