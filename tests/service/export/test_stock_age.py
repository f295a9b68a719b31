# SPDX-License-Identifier: AGPL-3.0-or-later
"""README.txt of an export is done line by line: a shell, stock ``age`` and the key open it all.

Where no ``age`` >= 1.3 can be had, that is named in the report's section "named facts"; the same
files are opened by the tests' own opener elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.export.readme import TEXT
from service.sealing import age
from tests.named_facts import NAMED_FACT
from tests.service.attachments import files
from tests.service.export.exports import (
    LARKSPUR,
    QUILLFEATHER,
    Attached,
    Export,
    address,
    file_report,
    save,
)
from tests.service.keys.holder import keyring_of
from tests.service.sealing.debian_age import OutOfReach, StockAge, find_stock_age
from tests.service.visiting import Visitor
from tests.service.world import World

WORDS = "Words with 'quotes', $signs, `ticks`\nand Grüße. Quincunx."
MAIL = Attached("threat.eml", "mail", files.MAIL + bytes(range(256)) * 1000 + b"\0\0", 2)
HOSTILE = Attached("../../$(touch owned).pdf", "pdf", files.PDF)

BLOCK = re.compile(r"(?:^ {4}.*\n|^\n(?= {4}))+", re.MULTILINE)


def blocks() -> Iterator[str]:
    """What README.txt says to type, in its order."""
    for found in BLOCK.finditer(TEXT):
        block = textwrap.dedent(found[0]).strip()
        if not block.startswith("manifest.json "):  # the list of what is in it
            yield block


@pytest.fixture(scope="module")
def stock() -> StockAge | OutOfReach:
    return find_stock_age()


@pytest.fixture
def export(reader: Visitor, world: World) -> Export:
    file_report(world, LARKSPUR, WORDS, MAIL, HOSTILE)
    file_report(world, QUILLFEATHER, "Me, too.")
    return save(reader, address(world))


@pytest.fixture
def folder(tmp_path: Path, export: Export) -> Path:
    """The zip, unpacked."""
    folder = tmp_path / "case"
    for path, content in export.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def typed(stock: StockAge, folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", commands],
        cwd=folder,
        env={"PATH": f"{stock.path.parent}:{os.environ['PATH']}", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_readme_opens_everything(
    stock: StockAge | OutOfReach,
    folder: Path,
    export: Export,
    world: World,
    record_property: Callable[[str, object], None],
) -> None:
    if isinstance(stock, OutOfReach):
        record_property(NAMED_FACT, f"exports in stock age: NOT TRIED, {stock.reason}")
        assert stock.reason
        return
    record_property(NAMED_FACT, f"exports in stock age: tried with {stock.version}")
    key = world.readers["Rowanbark"]
    (folder / "key-plain.txt").write_text(f"# public key: {key.recipient}\n{key.identity}\n")
    commands = [*blocks()]
    assert len(commands) == 4

    done = typed(stock, folder, "\n".join(commands))

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": OK\n") == len(export.manifest["files"])
    opened = folder / "opened"
    first = next(one for one in export.codes if (opened / one / "narrative").read_text() == WORDS)
    other = next(one for one in export.codes if one != first)
    assert (opened / other / "narrative").read_bytes() == b"Me, too."
    assert json.loads((opened / first / "facts").read_text())["accounts"] == ["Brackenridge"]
    named = json.loads((opened / first / "attachment-0.name").read_text())
    assert named == {"name": "threat.eml", "kind": "mail"}
    assert (opened / first / "attachment-0.content").read_bytes() == MAIL.content
    assert (opened / first / "attachment-1.content").read_bytes() == files.PDF
    assert json.loads((opened / first / "attachments").read_text())["files"][1]["kind"] == "pdf"
    parts = {one["part"] for one in export.manifest["files"] if one["report"] == first} - {"box"}
    found = {one.name.split(".")[0] for one in (opened / first).iterdir()}
    assert found == parts | {"key"}
    assert (opened / first / "key.txt").stat().st_mode & 0o077 == 0
    assert not [*folder.rglob("owned")]


def test_readme_finds_what_was_changed(
    stock: StockAge | OutOfReach, folder: Path, export: Export
) -> None:
    if isinstance(stock, OutOfReach):
        assert stock.reason  # named above
        return
    changed = folder / f"reports/{export.codes[0]}/narrative.age"
    changed.write_bytes(changed.read_bytes()[:-1] + b"\0")

    done = typed(stock, folder, "\n".join([*blocks()][:2]))

    assert f"reports/{export.codes[0]}/narrative.age: FAILED" in done.stdout


def test_earlier_keys_join_the_key_as_readme_says(
    stock: StockAge | OutOfReach, folder: Path, world: World
) -> None:
    if isinstance(stock, OutOfReach):
        assert stock.reason  # named above
        return
    (command,) = re.findall(r'"(age -d -i [^"]+>> key-plain\.txt)"', TEXT.replace("\n", " "))
    identity, recipient = age.new_identity()
    (folder / "key-plain.txt").write_text(f"{identity}\n")
    earlier = keyring_of([world.readers["Rowanbark"].identity], recipient)
    (folder / "key-earlier.age").write_bytes(earlier)

    done = typed(stock, folder, "\n".join([command, *blocks()]))

    assert (done.returncode, done.stderr) == (0, "")


def test_documentation_says_the_same_commands() -> None:
    said = (Path(__file__).parents[3] / "docs/offline.md").read_text("utf-8")

    for block in blocks():
        assert textwrap.indent(block, " " * 4) in said
