# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we seal opens elsewhere, and what is sealed elsewhere opens by the same rules.

Stock ``age`` is not on every machine (see ``debian_age``). Where none can be had, that is named
in the report's section "named facts" rather than skipped, and the other two implementations
have still been tried.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from service.sealing import age
from tests.named_facts import NAMED_FACT
from tests.service.sealing.age_opener import NoMatch, open_file
from tests.service.sealing.age_peer import AgePeer, Refused
from tests.service.sealing.debian_age import OutOfReach, StockAge, find_stock_age

Reader = tuple[str, str]

SIZES = pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 5_000_000])
COUNTS = pytest.mark.parametrize("count", [1, 20, 50])


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - reproducible, not secret


@SIZES
@COUNTS
def test_typage_opens_what_python_sealed(
    typage: AgePeer, readers: list[Reader], count: int, size: int
) -> None:
    sealed = age.seal(content(size), [recipient for _, recipient in readers[:count]])
    for identity, _ in {readers[0], readers[count - 1]}:
        assert typage.open(sealed, identity) == content(size)


@SIZES
@COUNTS
def test_python_opens_what_typage_sealed(
    typage: AgePeer, readers: list[Reader], count: int, size: int
) -> None:
    sealed = typage.seal(content(size), [recipient for _, recipient in readers[:count]])
    expected = age.Envelope(("mlkem768x25519",) * count, size)
    assert age.inspect(sealed) == expected
    for identity, _ in {readers[0], readers[count - 1]}:
        assert open_file(sealed, [identity]) == content(size)


def test_both_sides_derive_the_same_recipient(typage: AgePeer) -> None:
    ours, our_recipient = age.new_identity()
    assert typage.recipient(ours) == our_recipient
    theirs, their_recipient = typage.new_identity()
    assert open_file(age.seal(b"narrative", [their_recipient]), [theirs]) == b"narrative"


def test_somebody_else_opens_nothing(typage: AgePeer, readers: list[Reader]) -> None:
    sealed = age.seal(b"narrative", [readers[0][1]])
    with pytest.raises(NoMatch):
        open_file(sealed, [readers[1][0]])
    with pytest.raises(Refused, match="no identity matched"):
        typage.open(sealed, readers[1][0])


def test_stock_age_opens_and_seals_the_same_files(
    readers: list[Reader], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = find_stock_age()
    if isinstance(found, OutOfReach):
        record_property(NAMED_FACT, f"stock age: NOT TRIED, {found.reason}")
        assert found.reason
        return
    record_property(NAMED_FACT, f"stock age: tried with {found.version}")
    keys = tmp_path / "keys"
    keys.write_text(readers[0][0] + "\n")
    for size in (0, 1, 65_536, 65_537, 5_000_000):
        for count in (1, 20, 50):
            recipients = [recipient for _, recipient in reversed(readers[:count])]
            sealed = age.seal(content(size), recipients)
            assert _run(found, ["-d", "-i", str(keys)], sealed) == content(size)
    options = [option for _, recipient in readers[:20] for option in ("-r", recipient)]
    sealed = _run(found, options, content(65_537))
    assert age.inspect(sealed).payload_size == 65_537
    assert open_file(sealed, [readers[19][0]]) == content(65_537)


def _run(stock: StockAge, options: list[str], data: bytes) -> bytes:
    command = [str(stock.path), *options]
    return subprocess.run(command, input=data, capture_output=True, check=True, timeout=60).stdout
