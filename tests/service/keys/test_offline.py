# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be saved of a key opens with stock ``age``, without our code.

Where no ``age`` >= 1.3 can be had, that is named in the report's section "named facts"; the same
files are opened by the tests' own opener elsewhere.
"""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from service.sealing import age
from tests.named_facts import NAMED_FACT
from tests.service.desks.scene import PASSPHRASES, make_key
from tests.service.keys.holder import keyring_of
from tests.service.sealing.debian_age import OutOfReach, StockAge, find_stock_age

WORDS = b"Word by word."


@pytest.fixture(scope="module")
def stock() -> StockAge | OutOfReach:
    return find_stock_age()


def typed(stock: StockAge, secret: str, *options: str) -> int:
    """Runs ``age`` at a terminal of its own and types ``secret`` where it asks; its status."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(stock.path, [str(stock.path), *options])  # noqa: S606 - stock age, at a terminal
    shown = b""
    while b"passphrase" not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, f"{secret}\n".encode())
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status)


def test_wrapped_key_opens_with_the_passphrase_and_then_what_is_sealed_to_it(
    stock: StockAge | OutOfReach,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    if isinstance(stock, OutOfReach):
        record_property(NAMED_FACT, f"saved keys in stock age: NOT TRIED, {stock.reason}")
        assert stock.reason
        return
    record_property(NAMED_FACT, f"saved keys in stock age: tried with {stock.version}")
    passphrase = PASSPHRASES["Rowanbark"]
    recipient, wrap = make_key(passphrase)
    (tmp_path / "key.age").write_bytes(wrap)
    (tmp_path / "part.age").write_bytes(age.seal(WORDS, [recipient]))
    out, part = tmp_path / "out", str(tmp_path / "part.age")

    assert (
        typed(stock, passphrase, "-d", "-i", str(tmp_path / "key.age"), "-o", str(out), part) == 0
    )
    assert out.read_bytes() == WORDS
    plain = tmp_path / "plain"
    assert typed(stock, passphrase, "-d", "-o", str(plain), str(tmp_path / "key.age")) == 0
    assert plain.read_text("ascii").startswith("AGE-SECRET-KEY-PQ-1")


def test_plain_key_and_keyring_are_identity_files(
    stock: StockAge | OutOfReach, tmp_path: Path
) -> None:
    """As the browser writes them: comments, a line an identity, line feeds at the end."""
    if isinstance(stock, OutOfReach):
        assert stock.reason  # named above
        return
    (old, old_recipient), (new, recipient) = age.new_identity(), age.new_identity()
    key, keyring = tmp_path / "key-plain.txt", tmp_path / "key-earlier.txt"
    key.write_text(f"# public key: {recipient}\n{new}\n")
    keyring.write_bytes(run(stock, key, keyring_of([old], recipient)))

    assert run(stock, key, age.seal(WORDS, [recipient])) == WORDS
    assert run(stock, keyring, age.seal(WORDS, [old_recipient])) == WORDS


def run(stock: StockAge, identities: Path, sealed: bytes) -> bytes:
    command = [str(stock.path), "-d", "-i", str(identities)]
    return subprocess.run(command, input=sealed, capture_output=True, check=True, timeout=60).stdout
