// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * User names as onwiki/names.py normalises them: to tick a reader who was named, and to compare authors with accounts.
 * The server decides in the end; a test holds the two to the same answers.
 */

const SPACES = /[ _\u00A0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/g;
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e]/g;
const BRACKETS = /^\[\[:?([^[\]|]*)(?:\|[^[\]]*)?\]\]$/;
const PREFIX = /^:?\s*user(?:[ _]talk)?\s*:/i;
const IPV6 = /^[0-9a-f:]*:[0-9a-f:]*$/i;

/** `user:alice_B ` → `Alice B`; an IPv6 address → its /64. */
export function normalise(name: string): string {
	let text = name.replace(DIRECTION_MARKS, "").replace(SPACES, " ").trim();
	text = BRACKETS.exec(text)?.[1]?.trim() ?? text;
	text = text.replace(PREFIX, "").trim().normalize("NFC");
	return connection(text) ?? upperFirst(text);
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
