// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a file is, by its first bytes: never by its name or by what somebody says. Whatever is not
 * on this list (SVG, HTML, programs, archives) is refused.
 */

export type Kind = "png" | "jpeg" | "gif" | "webp" | "pdf" | "mail";

/** How much of a file is looked at. The size of a JPEG may stand behind a large profile. */
export const LOOKED_AT = 1024 * 1024;

const MAIL_FIELD = /^[!-9;-~]+:[ \t]/;
const MAIL_FIELDS =
	/^(?:From|To|Date|Subject|Received|Return-Path|Message-ID|MIME-Version|Delivered-To):/gim;

export function kindOf(start: Uint8Array): Kind | null {
	// Not TextDecoder: what it calls latin1 is windows-1252.
	const text = String.fromCharCode(...start.subarray(0, 8192));
	if (text.startsWith("\x89PNG\r\n\x1a\n")) {
		return "png";
	}
	if (text.startsWith("ÿØÿ")) {
		return "jpeg";
	}
	if (/^GIF8[79]a/.test(text)) {
		return "gif";
	}
	if (/^RIFF[^]{4}WEBPVP8/.test(text)) {
		return "webp";
	}
	if (text.startsWith("%PDF-")) {
		return "pdf";
	}
	const fields = text.match(MAIL_FIELDS) ?? [];
	return MAIL_FIELD.test(text) && fields.length > 1 && !text.includes("\0") ? "mail" : null;
}

/**
 * How many pixels a picture says that it has, before anything is decoded: a small file may unfold
 * to gigabytes. NaN where it does not say.
 */
export function pixelsOf(kind: Kind, bytes: Uint8Array): number {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	try {
		switch (kind) {
			case "png":
				return view.getUint32(16) * view.getUint32(20);
			case "gif":
				return view.getUint16(6, true) * view.getUint16(8, true);
			case "webp":
				return pixelsOfWebp(view);
			default:
				return pixelsOfJpeg(view);
		}
	} catch {
		return NaN; // it ends before its size
	}
}

function pixelsOfWebp(view: DataView): number {
	const bits = view.getUint32(21, true);
	switch (view.getUint8(15)) {
		case 0x20: // "VP8 "
			return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
		case 0x4c: // "VP8L"
			return ((bits & 0x3fff) + 1) * (((bits >> 14) & 0x3fff) + 1);
		default: // "VP8X"
			return (
				((view.getUint32(24, true) & 0xffffff) + 1) * ((view.getUint32(26, true) >>> 8) + 1)
			);
	}
}

/** From marker to marker up to the start of the frame (ISO/IEC 10918-1, B.1.1). */
function pixelsOfJpeg(view: DataView): number {
	for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
		const marker = view.getUint16(at);
		if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) {
			return view.getUint16(at + 5) * view.getUint16(at + 7);
		}
		if (marker < 0xff01) {
			return NaN;
		}
	}
}
