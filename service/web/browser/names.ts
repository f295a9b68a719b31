// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * User names as onwiki/names.py normalises them: to tick a reader who was named, and to compare authors with accounts.
 * The server decides in the end; a test holds the two to the same answers.
 */

const SPACES = /[ _\u00A0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/g;
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e]/g;
const BRACKETS = /^\[\[:?([^[\]|]*)(?:\|[^[\]]*)?\]\]$/;
const PREFIX = /^:?\s*user(?:[ _]talk)?\s*:/i;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const LETTER_AT_END = /[\p{L}\p{N}]$/u;
const LETTER_AT_START = /^[\p{L}\p{N}]/u;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*$/i;

/** `user:alice_B ` → `Alice B`; an IPv6 address → its /64. */
export function normalise(name: string): string {
	let text = name.replace(DIRECTION_MARKS, "").replace(SPACES, " ").trim();
	text = BRACKETS.exec(text)?.[1]?.trim() ?? text;
	text = text.replace(PREFIX, "").trim().normalize("NFC");
	return connection(text) ?? upperFirst(text);
}

/**
 * Whether `text` holds `name` as words of its own, whatever stands around it: `@Name`, the address of a user page, two
 * names on a line. The server leaves out the same readers.
 */
export function mentions(text: string, name: string): boolean {
	const whole = plain(text);
	const part = plain(name);
	let start = part === "" ? -1 : whole.indexOf(part);
	while (start >= 0) {
		const before = LETTER_AT_END.test(whole.slice(0, start));
		if (!before && !LETTER_AT_START.test(whole.slice(start + part.length))) {
			return true;
		}
		start = whole.indexOf(part, start + 1);
	}
	return false;
}

function plain(text: string): string {
	const decoded = text.replace(PERCENT, decode).replace(INVISIBLE, "");
	return decoded.replace(SPACES, " ").trim().normalize("NFC").toLowerCase();
}

function decode(escapes: string): string {
	try {
		return decodeURIComponent(escapes);
	} catch {
		return escapes;
	}
}

function upperFirst(text: string): string {
	const [first = ""] = text;
	const upper = first.toUpperCase();
	const georgian = first >= "\u10d0" && first <= "\u10ff";
	return [...upper].length !== 1 || georgian ? text : upper + text.slice(first.length);
}

/** The /64 of an IPv6 address, as MediaWiki writes it; null for anything else. */
function connection(text: string): string | null {
	const [head = "", tail] = text.split("::");
	if (!IPV6.test(text) || text.split("::").length > 2) {
		return null;
	}
	const front = head === "" ? [] : head.split(":");
	const back = tail ? tail.split(":") : [];
	const missing = 8 - front.length - back.length;
	if (tail === undefined ? missing !== 0 : missing < 1) {
		return null;
	}
	const words = [...front, ...Array<string>(missing).fill("0"), ...back];
	if (!words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) {
		return null;
	}
	const kept = words.slice(0, 4).map((word) => Number.parseInt(word, 16).toString(16).toUpperCase());
	return `${kept.join(":")}:0:0:0:0/64`;
}
