# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a long list costs in memory: the command, run as somebody runs it, says so itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from onwiki.sandbox.server import SandboxServer
from onwiki.sandbox.wikis import WIKIS
from tests.bench.farm import FIRST_REVID, make_seed
from tests.bench.figures import Figure

FEW: Final = 1_000
MANY: Final = 100_000
MOST_MB: Final = 50

_PROGRAM: Final = """
import sys
from service.cli import main
try:
    main(prog_name="community-support")
finally:
    sys.stdout.flush()
    with open("/proc/self/status") as status:
        (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    print(peak, file=sys.stderr)
"""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        offline = [
            f"https://en.wikipedia.org/w/index.php?diff={number + 7}&oldid={number + 3}"
            for number in range(MANY)
        ]
        yield growth("offline", offline, folder, ["--offline"], {})
        seed = folder / "seed"
        seed.mkdir()
        with SandboxServer(make_seed(seed, MANY // len(WIKIS))) as server:
            (folder / "wikis.json").write_text(json.dumps(entries(server.base_url)), "utf-8")
            asked = [
                f"{server.base_url}/wiki{'2' * (number % 2)}/Special:Diff/"
                f"{FIRST_REVID + number // 2}"
                for number in range(MANY)
            ]
            extra = {"CS_EXTRA_WIKIS": str(folder / "wikis.json")}
            yield growth("asking two sandbox wikis", asked, folder, [], extra)


def growth(
    what: str, links: Sequence[str], folder: Path, options: list[str], extra: dict[str, str]
) -> Figure:
    """From a short list to a long one, in MB."""
    few, many = (
        peak_mb(links[:count], folder / f"{count}.txt", options, extra) for count in (FEW, MANY)
    )
    named = f"check-links, {what}: growth from {FEW:,} ({few:.0f} MB) to {MANY:,} links"
    return Figure.at_most(named, many - few, MOST_MB, "MB")


def peak_mb(links: Sequence[str], file: Path, options: list[str], extra: dict[str, str]) -> float:
    file.write_text("".join(f"{link}\n" for link in links), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "check-links", *options, str(file)],
        env={name: value for name, value in os.environ.items() if not name.startswith("CS_")}
        | extra,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("\n") == len(links)
    return int(done.stderr.split()[-1]) / 1024


def entries(base_url: str) -> list[dict[str, str]]:
    return [
        {
            "dbname": wiki.dbname,
            "url": base_url + wiki.script_path,
            "articlepath": wiki.article_path,
        }
        for wiki in WIKIS
    ]
