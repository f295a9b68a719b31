# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the build leaves: hashed, compressed, small, whole with its licences, from one lock."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.service.web.browser.node import REPOSITORY, run_node

KIB = 1024
CODEX = re.compile(r"cdx-[a-z]+(?:-[a-z]+)*")
BUILT = re.compile(r"[a-z]+-[A-Z0-9]{8}\.(js|css|txt|html)")


def size(dist: Path, name: str, suffix: str) -> int:
    return (dist / f"{name}{suffix}").stat().st_size


def test_the_manifest_names_hashed_files_that_are_there(
    dist: Path, manifest: dict[str, str]
) -> None:
    assert set(manifest) == {"app.css", "app.js", "english.txt", "licences.txt", "offline.html"}
    assert all(BUILT.fullmatch(name) for name in manifest.values())
    expected = {f"{name}{suffix}" for name in manifest.values() for suffix in ("", ".br", ".gz")}
    assert {path.name for path in dist.iterdir()} == expected | {"manifest.json"}


def test_a_compressed_file_is_the_same_file(dist: Path, manifest: dict[str, str]) -> None:
    for name in manifest.values():
        assert gzip.decompress((dist / f"{name}.gz").read_bytes()) == (dist / name).read_bytes()
        assert size(dist, name, ".br") < size(dist, name, ".gz")


def test_the_script_is_at_most_60_kib_compressed(dist: Path, manifest: dict[str, str]) -> None:
    assert size(dist, manifest["app.js"], ".gz") <= 60 * KIB


def test_script_and_styles_leave_room_for_a_page_within_100_kb(
    dist: Path, manifest: dict[str, str]
) -> None:
    together = sum(size(dist, manifest[name], ".gz") for name in ("app.js", "app.css"))
    assert together <= 75_000


def test_each_codex_component_that_a_page_uses_has_its_styles(
    dist: Path, manifest: dict[str, str]
) -> None:
    sources = [
        path.read_text("utf-8")
        for pattern in ("*.html", "*.ts")
        for path in (REPOSITORY / "service").rglob(pattern)
    ]
    used = {name for text in sources for name in CODEX.findall(text)}
    styled = set(CODEX.findall((dist / manifest["app.css"]).read_text("utf-8")))
    assert {"cdx-button", "cdx-text-input"} <= used <= styled


def test_nothing_is_loaded_from_elsewhere(dist: Path, manifest: dict[str, str]) -> None:
    styles = (dist / manifest["app.css"]).read_text("utf-8")
    assert {address[:5] for address in re.findall(r"url\([\"']?([^)\"']{5})", styles)} == {"data:"}
    assert "@import" not in styles
    assert not re.search(r"import\(", (dist / manifest["app.js"]).read_text("utf-8"))


def test_the_word_list_is_not_in_the_script(dist: Path, manifest: dict[str, str]) -> None:
    assert "zucchini" not in (dist / manifest["app.js"]).read_text("utf-8")


def test_the_same_source_builds_the_same_files(dist: Path, tmp_path: Path) -> None:
    run_node(REPOSITORY / "service/web/browser/build.mjs", str(tmp_path))
    assert digests(tmp_path) == digests(dist)


def test_a_build_removes_its_own_old_files_only(tmp_path: Path) -> None:
    (tmp_path / "app-OLDOLD00.js.br").write_bytes(b"")
    (tmp_path / "keep.js").write_bytes(b"")
    run_node(REPOSITORY / "service/web/browser/build.mjs", str(tmp_path))
    names = {path.name for path in tmp_path.iterdir()}
    assert "app-OLDOLD00.js.br" not in names
    assert "keep.js" in names


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize(
    "package", ["age-encryption", "@noble/hashes", "@noble/post-quantum", "@wikimedia/codex"]
)
def test_the_licences_of_what_is_inside_go_along(
    dist: Path, manifest: dict[str, str], package: str
) -> None:
    assert f"\n{package} " in "\n" + (dist / manifest["licences.txt"]).read_text("utf-8")


def test_the_lock_has_one_copy_of_each_package_and_no_addresses() -> None:
    lock = json.loads((REPOSITORY / "package-lock.json").read_text("utf-8"))
    names = [path.rpartition("node_modules/")[2] for path in lock["packages"] if path]
    assert len(names) == len(set(names))
    assert {"@noble/ciphers", "@noble/curves", "@noble/hashes"} <= set(names)
    assert not any("resolved" in package for package in lock["packages"].values())
