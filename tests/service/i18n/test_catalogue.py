# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages with parameters, plurals, and languages that are only half there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from service.i18n.catalogue import Catalogue, Messages, UnknownMessage
from service.i18n.plurals import form

ENGLISH = {
    "@metadata": {"authors": []},
    "web-digit-separator": ",",
    "plain": "Tea & <b>cake</b>",
    "named": "$who has $count keys",
    "plural": "{{PLURAL:$count|0=Nobody|One reader|$count readers}} can open this",
    "only-english": "English",
}
RUSSIAN = {
    "web-digit-separator": " ",
    "plural": "{{PLURAL:$count|$count читатель|$count читателя|$count читателей}}",
}
LANGUAGES = {
    "en": {"name": "English"},
    "ru": {"name": "русский"},
    "he": {"name": "עברית", "dir": "rtl"},
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("i18n")
    files = {"en": ENGLISH, "ru": RUSSIAN, "qqq": {"plain": "doc"}, "languages": LANGUAGES}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return Catalogue(folder)


@pytest.fixture(scope="module")
def english(catalogue: Catalogue) -> Messages:
    return catalogue.messages("en")


def test_messages_are_text_and_never_html(english: Messages) -> None:
    assert english.text("plain") == "Tea &amp; &lt;b&gt;cake&lt;/b&gt;"


def test_parameters_are_escaped_unless_they_are_markup(english: Messages) -> None:
    link = Markup("<a href='/'>Tea</a>")

    assert english.text("named", who="<script>", count=2) == "&lt;script&gt; has 2 keys"
    assert english.text("named", who=link, count=2) == "<a href='/'>Tea</a> has 2 keys"


@given(st.text())
def test_no_parameter_ever_becomes_markup_or_is_read_again(value: str) -> None:
    messages = Catalogue().messages("en")

    assert messages.text("web-error-id", id=value) == messages.text(
        "web-error-id", id="\N{SNOWMAN}"
    ).replace("\N{SNOWMAN}", escape(value))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "Nobody"), (1, "One reader"), (2, "2 readers"), (1234567, "1,234,567 readers")],
)
def test_plural_in_english(english: Messages, count: int, text: str) -> None:
    assert english.text("plural", count=count) == f"{text} can open this"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "1 читатель"),
        (3, "3 читателя"),
        (5, "5 читателей"),
        (11, "11 читателей"),
        (21, "21 читатель"),
        (1000, "1 000 читателей"),
    ],
)
def test_plural_with_three_forms(catalogue: Catalogue, count: int, text: str) -> None:
    assert catalogue.messages("ru").text("plural", count=count) == text


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ar", [0, 1, 2, 3, 3, 4, 5]),
        ("he", [2, 0, 1, 2, 2, 2, 2]),
        ("cs", [2, 0, 1, 1, 2, 2, 2]),
        ("pl", [2, 0, 1, 1, 2, 2, 2]),
        ("fr", [0, 0, 1, 1, 1, 1, 1]),
        ("ja", [0, 0, 0, 0, 0, 0, 0]),
        ("pt-br", [0, 0, 1, 1, 1, 1, 1]),
        ("de", [1, 0, 1, 1, 1, 1, 1]),
    ],
)
def test_plural_forms_of_other_languages(language: str, forms: list[int]) -> None:
    assert [form(language, number) for number in (0, 1, 2, 3, 10, 11, 100)] == forms


def test_gap_in_a_translation_is_filled_with_english(catalogue: Catalogue) -> None:
    assert catalogue.messages("ru").text("only-english") == "English"
    assert catalogue.messages("he").text("only-english") == "English"
    assert catalogue.messages("he").direction == "rtl"
    assert catalogue.messages("he").html_lang == "en"
    assert catalogue.messages("ru").html_lang == "ru"


def test_unknown_key_is_an_error(english: Messages) -> None:
    with pytest.raises(UnknownMessage):
        english.text("nowhere")


def test_missing_parameter_stays_visible(english: Messages) -> None:
    assert english.text("named", who="Tea") == "Tea has $count keys"


def test_language_names_are_there_for_every_message_file() -> None:
    catalogue = Catalogue()

    assert set(catalogue.texts) <= set(catalogue.languages)
    assert {code for code, one in catalogue.languages.items() if one.rtl} >= {
        "ar",
        "fa",
        "he",
        "ur",
    }
    assert (Path(__file__).parents[3] / "service/i18n/en.json").is_file()
