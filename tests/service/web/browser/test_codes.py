# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recovery codes: 125 bits and a check, read back however a person types them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def outcome(pure: Page, typed: str) -> dict[str, Any]:
    script = "(typed) => probe.outcome(() => probe.codes.readRecoveryCode(typed))"
    found: dict[str, Any] = pure.evaluate(script, typed)
    return found


def new_code(pure: Page) -> str:
    return str(pure.evaluate("probe.codes.newRecoveryCode()"))


def test_a_code_is_seven_groups_of_four_of_crockfords_symbols(pure: Page) -> None:
    assert re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{6}}", new_code(pure))


def test_a_thousand_codes_differ_in_every_place(pure: Page) -> None:
    codes = pure.evaluate("Array.from({ length: 1000 }, probe.codes.newRecoveryCode)")
    assert len(set(codes)) == 1000
    for place in zip(*(code.replace("-", "") for code in codes), strict=True):
        assert len(set(place)) == 32


def test_all_of_25_random_symbols_are_used(pure: Page) -> None:
    """With random bytes fixed, each of the 25 first symbols is its byte modulo 32."""
    code = pure.evaluate(
        """() => {
            crypto.getRandomValues = (into) => into.map((_, at) => 224 + at);
            try {
                return probe.codes.newRecoveryCode();
            } finally {
                delete crypto.getRandomValues;
            }
        }"""
    )
    assert code.replace("-", "")[:25] == ALPHABET[:25]


@pytest.mark.parametrize(
    "spoil",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "\u2013"),
        lambda code: f"  {code}\n",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
    ],
)
def test_a_code_is_read_however_it_was_typed(pure: Page, spoil: Any) -> None:
    # One code that has both of the symbols that are easily confused.
    code = pure.evaluate(
        """() => {
            let code;
            do code = probe.codes.newRecoveryCode(); while (!/0.*1|1.*0/.test(code));
            return code;
        }"""
    )
    assert outcome(pure, spoil(code)) == {"value": code}


def test_every_single_wrong_symbol_is_found(pure: Page) -> None:
    undetected = pure.evaluate(
        """async (alphabet) => {
            const code = probe.codes.newRecoveryCode().replaceAll("-", "");
            const passed = [];
            for (let at = 0; at < code.length; at++) {
                for (const symbol of alphabet) {
                    if (symbol === code[at]) continue;
                    const typed = code.slice(0, at) + symbol + code.slice(at + 1);
                    const found = await probe.outcome(() => probe.codes.readRecoveryCode(typed));
                    if (found.problem !== "wrong-check") passed.push([at, symbol]);
                }
            }
            return passed;
        }""",
        ALPHABET,
    )
    assert undetected == []


def test_every_swap_of_two_symbols_is_found(pure: Page) -> None:
    undetected = pure.evaluate(
        """async () => {
            const passed = [];
            for (let round = 0; round < 4; round++) {
                const code = [...probe.codes.newRecoveryCode().replaceAll("-", "")];
                for (let a = 0; a < code.length; a++) {
                    for (let b = a + 1; b < code.length; b++) {
                        if (code[a] === code[b]) continue;
                        const typed = [...code];
                        [typed[a], typed[b]] = [code[b], code[a]];
                        const found = await probe.outcome(
                            () => probe.codes.readRecoveryCode(typed.join("")));
                        if (found.problem !== "wrong-check") passed.push([a, b]);
                    }
                }
            }
            return passed;
        }"""
    )
    assert undetected == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "wrong-length"),
        ("0000-0000", "wrong-length"),
        ("0" * 29, "wrong-length"),
        ("U" * 28, "wrong-symbol"),
        ("five red apples", "wrong-length"),
    ],
)
def test_what_is_no_code_says_why(pure: Page, typed: str, problem: str) -> None:
    found = outcome(pure, typed)
    assert (found["name"], found["problem"]) == ("NotARecoveryCode", problem)


def test_a_code_and_words_are_told_apart(pure: Page) -> None:
    code = new_code(pure)
    typed = [code, code.lower(), code[:-1] + "*", "amber otter quill", "0 words", ""]
    kinds = pure.evaluate("(typed) => typed.map((one) => probe.secrets.secretIn(one).kind)", typed)
    assert kinds == ["recovery"] * 3 + ["passphrase", "recovery", "passphrase"]


def test_six_words_whose_letters_make_a_valid_code_are_a_passphrase(pure: Page) -> None:
    """One passphrase in about a million reads as a code too; it would lock its owner out."""
    words = "trade rice view maze motor picnic"
    assert "value" in outcome(pure, words)
    assert pure.evaluate("(typed) => probe.secrets.secretIn(typed).kind", words) == "passphrase"
