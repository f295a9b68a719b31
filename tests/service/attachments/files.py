# SPDX-License-Identifier: AGPL-3.0-or-later
"""Real files: pictures that Chromium encoded, with what cameras and attackers put into them."""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import Page

MARKED = b"GPSMARK-Quincunx"
"""Stands in every piece of metadata; nowhere in the pixels."""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
MAIL = (
    b"Return-Path: <larkspur@example.org>\r\nFrom: Thornbury <thornbury@example.org>\r\n"
    b"Subject: you\r\nContent-Type: text/html\r\n\r\n"
    b"<img src=x onerror=alert(1)> I know where you live. Quincunx.\r\n"
)

_PAINT = """async ([type, width, height]) => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    context.fillStyle = "#c02040";
    context.fillRect(0, 0, width, height);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width / 2, height / 2);
    return canvas.toDataURL(type).split(",")[1];
}"""


def paint(page: Page, kind: str, width: int = 64, height: int = 48) -> bytes:
    """A picture, dark red with a white quarter at its upper left: ``png``, ``jpeg``, ``webp``."""
    encoded: str = page.evaluate(_PAINT, [f"image/{kind}", width, height])
    return base64.b64decode(encoded)


def with_exif(jpeg: bytes, orientation: int = 1) -> bytes:
    """A camera's JPEG: EXIF with a place (GPS) and a way to turn it, XMP, and a comment."""
    assert jpeg.startswith(b"\xff\xd8")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + MARKED + b"</x:xmpmeta>"
    segments = _segment(0xE1, _exif(orientation)) + _segment(0xE1, xmp) + _segment(0xFE, MARKED)
    return jpeg[:2] + segments + jpeg[2:]


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _exif(orientation: int) -> bytes:
    """TIFF, little endian: Orientation, Model, and a GPS directory (EXIF 2.3, 4.6.6)."""
    model_at, gps_at = 50, 70
    latitude_at = gps_at + 2 + 2 * 12 + 4
    entries = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    entries += struct.pack("<HHII", 0x0110, 2, len(MARKED), model_at)
    entries += struct.pack("<HHII", 0x8825, 4, 1, gps_at)
    tiff = b"II*\0" + struct.pack("<IH", 8, 3) + entries + struct.pack("<I", 0)
    tiff = tiff.ljust(model_at, b"\0") + MARKED
    gps = struct.pack("<HHHI4s", 2, 1, 2, 2, b"N\0\0\0")
    gps += struct.pack("<HHII", 2, 5, 3, latitude_at) + struct.pack("<I", 0)
    latitude = struct.pack("<6I", 52, 1, 31, 1, 7_777_777, 1)
    return b"Exif\0\0" + tiff.ljust(gps_at, b"\0") + gps + latitude


LATITUDE = struct.pack("<6I", 52, 1, 31, 1, 7_777_777, 1)


def png_with_text(png: bytes) -> bytes:
    """The same with a comment and a place in chunks of their own, and an archive behind its end."""
    end = png.index(b"IEND") - 4
    chunks = _chunk(b"tEXt", b"Comment\0" + MARKED) + _chunk(b"eXIf", _exif(1)[6:])
    return png[:end] + chunks + png[end:] + b"PK\x03\x04" + MARKED + HTML


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_of_size(width: int, height: int) -> bytes:
    """A small file that says it has that many pixels, and has them: all black, well compressed."""
    line = bytes(1 + -(-width // 8))
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


GIF = base64.b64decode("R0lGODlhAQABAPAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


def webp_with_exif(webp: bytes) -> bytes:
    """The same with a chunk for the place and one for XMP, which its flags announce."""
    assert webp[12:16] == b"VP8X", "Chromium writes the extended form, for its profile"
    chunks = webp[12:20] + bytes([webp[20] | 0x0C]) + webp[21:]
    chunks += _riff(b"EXIF", _exif(1)[6:]) + _riff(b"XMP ", MARKED)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def pdf(size: int, filler: bytes = b"x") -> bytes:
    """A PDF of ``size`` bytes, as far as anybody looks at it."""
    return PDF + filler * (size - len(PDF))
