# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands around a link, the reasons for refusing one, and which reason comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onwiki.links import RejectReason

Read = Callable[..., str]
LINK = "https://en.wikipedia.org/wiki/Special:Diff/200"


@pytest.mark.parametrize(
    "text",
    [
        f"  {LINK}\n",
        f"<{LINK}>",
        f"({LINK})",
        f"[{LINK}]",
        f"[{LINK} a label]",
        f"[{LINK} a label].",
        f"[{LINK}. label (1)]",
        "[//en.wikipedia.org/wiki/Special:Diff/200 a label]",
        f"[[{LINK}]]",
        f"[[{LINK} a label]]",
        f"[[{LINK}|a label]]",
        f'"{LINK}"',
        f"'{LINK}',",
        f"{LINK}.",
        f"{LINK},",
        f"{LINK};",
        f"{LINK}|",
        f"{LINK})",
        f"{LINK}]",
        f"{LINK}>",
        f"{LINK}).;'",
        f"\ufeff\u200e{LINK}\u200f\u2069",
        f"<{LINK}\u200b>",
    ],
)
def test_what_surrounds_a_link_is_stripped(read: Read, text: str) -> None:
    assert read(text) == "rev:enwiki:200"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("https://en.wikipedia.org/wiki/Foo_(bar)", "Foo_(bar)"),
        ("https://en.wikipedia.org/wiki/Foo_(bar).", "Foo_(bar)"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar))", "Foo_(bar)"),
        ("(https://en.wikipedia.org/wiki/Foo_(bar)).", "Foo_(bar)"),
        ("https://en.wikipedia.org/wiki/Foo_(bar))", "Foo_(bar)"),
        ("https://en.wikipedia.org/wiki/Foo_bar)", "Foo_bar"),
        ("https://en.wikipedia.org/wiki/(a)(b)", "(a)(b)"),
        ("https://en.wikipedia.org/wiki/Inc%2E", "Inc."),
    ],
)
def test_a_balanced_parenthesis_belongs_to_the_link(read: Read, text: str, title: str) -> None:
    assert read(text) == f"title:enwiki:{title}"


@pytest.mark.parametrize("text", ["", "  ", "\n", "\u200b\ufeff", "<>", "()", "...", "[]", "[[]]"])
def test_nothing_is_empty(read: Read, text: str) -> None:
    assert read(text) == "reject:empty"


def test_two_kib_are_the_limit_in_bytes(read: Read) -> None:
    start = "https://en.wikipedia.org/wiki/"
    assert read(start + "a" * (2048 - len(start))).startswith("title:")
    assert read(start + "a" * (2049 - len(start))) == "reject:too-long"
    assert read(start + "ä" * ((2048 - len(start)) // 2)).startswith("title:")
    assert read(start + "ä" * ((2050 - len(start)) // 2)) == "reject:too-long"
    assert read(f"{' ' * 3000}{LINK}{' ' * 3000}") == "rev:enwiki:200"


@pytest.mark.parametrize(
    "character",
    ["\t", "\n", "\r", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\\", "\ud800", "\ufeff"]
    + [chr(code) for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F))]
    + [chr(code) for code in range(0x2066, 0x206A)],
)
def test_control_backslash_and_invisible_characters_inside_are_refused(
    read: Read, character: str
) -> None:
    assert read(f"https://en.wiki{character}pedia.org/wiki/X") == "reject:bad-char"
    assert read(f"https://en.wikipedia.org/wiki/Special:Diff/2{character}00") == "reject:bad-char"
    assert read(f"[[Special:Diff/2{character}00]]") == "reject:bad-char"
    assert read(f"{{{{diff|Foo|2{character}00}}}}") == "reject:bad-char"


@pytest.mark.parametrize(
    "text",
    [
        "200",
        "\uff12\uff10\uff10",
        "diff 200",
        "hello",
        "oldid=200",
        "/wiki/Special:Diff/200",
        "Special:Diff/200",
        "Spezial:Diff/200",
        "User:Foo",
        "特別:差分/200",
        f"see {LINK}",
        f"{LINK} please",
        f"{LINK} {LINK}",
        f"{LINK},{LINK}",
        f"{LINK}|{LINK}",
        f"<{LINK}><{LINK}>",
        "[[Special:Diff/1]] [[Special:Diff/2]]",
        "[[Special:Diff/1]][[Special:Diff/2]]",
        "[[Special:Diff/1",
        f"[{LINK} a label",
        f"[{LINK} a label] and more",
        "{{diff|Foo|1}}{{diff|Foo|2}}",
        "{{diff|Foo|1",
    ],
)
def test_a_number_free_text_or_more_than_one_link_is_ambiguous(read: Read, text: str) -> None:
    assert read(text) == "reject:ambiguous"


@pytest.mark.parametrize(
    "identifier",
    ["0", "-5", "+5", "5.0", "1_000", "0x10", "\uff12\uff10\uff10", "٢٠٠", "200abc", "²", "1e3"],
)
def test_only_ascii_digits_are_an_id(read: Read, identifier: str) -> None:
    assert read(f"https://en.wikipedia.org/wiki/Special:PermaLink/{identifier}") == "reject:bad-id"


def test_ids_have_at_most_63_bits_and_19_digits(read: Read) -> None:
    start = "https://en.wikipedia.org/wiki/Special:Diff/"
    assert read(f"{start}9223372036854775807") == "rev:enwiki:9223372036854775807"
    assert read(f"{start}9223372036854775808") == "reject:bad-id"
    assert read(f"{start}0000000000000000200") == "rev:enwiki:200"
    assert read(f"{start}00000000000000000200") == "reject:bad-id"


# Each of these has its own fault and those of all that follow it.
FAULTS = {
    "empty": "",
    "too-long": f"x\t javascript://u@arbcom-en.wikipedia.org:1/?{'a' * 2048}",
    "bad-char": "ftp://u@arbcom-en.wikipedia.org:1/ \t",
    "ambiguous": "ftp://u@arbcom-en.wikipedia.org:1/?diff[]=1 and more",
    "scheme": "ftp://u@arbcom-en.wikipedia.org:1/?diff[]=1",
    "userinfo": "https://u@arbcom-en.wikipedia.org:1/?diff[]=1",
    "port": "https://arbcom-en.wikipedia.org:1/?diff[]=1",
    "private-wiki": "https://arbcom-en.wikipedia.org/?diff[]=1&diff=1&diff=2",
    "not-a-wiki": "https://upload.wikimedia.org/?diff[]=1&diff=1&diff=2",
    "host": "https://evil.example/?diff[]=1&diff=1&diff=2",
    "duplicate-param": "https://en.wikipedia.org/?diff[]=1&diff=cur&diff=x",
    "malformed": "https://en.wikipedia.org/?oldid[]=1&diff=cur",
    "moving-target": "https://en.wikipedia.org/?diff=cur&oldid=x",
    "no-id": "https://en.wikipedia.org/?diff=&oldid=x",
    "bad-id": "https://en.wikipedia.org/?diff=x",
}


def test_the_list_of_reasons_is_closed_and_in_its_order() -> None:
    assert [reason.value for reason in RejectReason] == list(FAULTS)


@pytest.mark.parametrize("reason", FAULTS)
def test_of_several_reasons_the_first_is_given(read: Read, reason: str) -> None:
    text = FAULTS[reason].replace(" \t", "\tx") if reason == "bad-char" else FAULTS[reason]
    assert read(text) == f"reject:{reason}"


def test_every_reason_has_its_message_key() -> None:
    assert RejectReason.MOVING_TARGET.message_key == "link-reject-moving-target"
    assert len({reason.message_key for reason in RejectReason}) == len(RejectReason)
