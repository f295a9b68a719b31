# SPDX-License-Identifier: AGPL-3.0-or-later
"""Static files: hashed names from the bundle's manifest, compressed when the bundle was built.

Only names in the manifest are served, so no address leads anywhere else in the file system.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, current_app, request, url_for

DIST: Final = Path(__file__).parent / "static" / "dist"

_EXTENSION: Final = "community_support_assets"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_YEAR_S: Final = 31_536_000
# Written out: the table of a machine may say otherwise, or nothing. Without HTML: the offline
# reader is saved, and never a page of this site.
_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}


class BundleMissing(Exception):
    """The browser bundle was not built."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"no manifest.json in {folder}: build the bundle first (npm run build)")


class UnknownAsset(KeyError):
    """A name that the bundle's manifest does not have."""


class Assets:
    """A built bundle. Raises BundleMissing."""

    def __init__(self, folder: Path = DIST) -> None:
        self.folder = folder
        try:
            text = (folder / "manifest.json").read_text("utf-8")
        except FileNotFoundError:
            raise BundleMissing(folder) from None
        self.hashed: dict[str, str] = json.loads(text)
        self.served = frozenset(self.hashed.values())

    def response(self, name: str) -> Response:
        """A file of the bundle, in the best encoding that the browser takes; 404 for others."""
        if name not in self.served:
            abort(404)
        path, encoding = self._encoded(name)
        kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
        response = Response(path.read_bytes(), mimetype=kind)
        if encoding is not None:
            response.content_encoding = encoding
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
        return response

    def _encoded(self, name: str) -> tuple[Path, str | None]:
        plain = self.folder / name
        for encoding, suffix in _ENCODINGS:
            path = plain.with_name(plain.name + suffix)
            if request.accept_encodings.quality(encoding) > 0 and path.is_file():
                return path, encoding
        return plain, None


def init_app(app: Flask, assets: Assets) -> None:
    app.extensions[_EXTENSION] = assets
    app.add_template_global(asset)


def current_assets() -> Assets:
    assets: Assets = current_app.extensions[_EXTENSION]
    return assets


def asset(name: str) -> str:
    """Address of a file of the bundle by its plain name (``app.js``). Raises UnknownAsset."""
    hashed = current_assets().hashed.get(name)
    if hashed is None:
        raise UnknownAsset(name)
    return url_for("web.static", name=hashed)
