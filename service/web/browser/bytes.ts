// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Bytes as text and back: UTF-8, and base64url without padding (RFC 4648 §5), as every JSON of ours
 * has it.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Thrown for text that is not base64url without padding. */
export class NotBase64Url extends Error {
	override readonly name = "NotBase64Url";
}

export function utf8(text: string): Bytes {
	return encoder.encode(text);
}

/** Throws TypeError on bytes that are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
	return decoder.decode(bytes);
}

/** The same bytes, typed as resting on an ordinary ArrayBuffer; copied only where they do not. */
export function owned(bytes: Uint8Array): Bytes {
	return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes);
}

const SLICE = 0x8000; // String.fromCharCode takes its arguments from the stack: keep them few

export function toBase64Url(bytes: Uint8Array): string {
	let binary = "";
	for (let at = 0; at < bytes.length; at += SLICE) {
		binary += String.fromCharCode(...bytes.subarray(at, at + SLICE));
	}
	return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws NotBase64Url, also for padding and for stray bits in the last character. */
export function fromBase64Url(text: string): Bytes {
	if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
		throw new NotBase64Url("not base64url without padding");
	}
	const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	const bytes = new Uint8Array(binary.length);
	for (let at = 0; at < binary.length; at++) {
		bytes[at] = binary.charCodeAt(at);
	}
	if (toBase64Url(bytes.subarray(bytes.length - (bytes.length % 3 || 3))) !== lastGroup(text)) {
		throw new NotBase64Url("stray bits after the last byte");
	}
	return bytes;
}

function lastGroup(text: string): string {
	return text.slice(text.length - (text.length % 4 || Math.min(4, text.length)));
}
