// SPDX-License-Identifier: AGPL-3.0-or-later
/** The fingerprint of a roster, as service/watching/fingerprint.py computes it. */

import { utf8 } from "../bytes.ts";

export interface RosterLine {
	readonly id: string;
	readonly recipient: string;
}

/** Eight groups of four digits over the sorted lines "id recipient". */
export async function rosterFingerprint(readers: readonly RosterLine[]): Promise<string> {
	const lines = readers.map(({ id, recipient }) => `${id} ${recipient}\n`).sort();
	return groups(await sha256(lines.join("")));
}

/** SHA-256 of a text, hexadecimal. */
export async function sha256(text: string): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)));
	return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function groups(digits: string): string {
	return (digits.slice(0, 32).match(/.{4}/g) ?? []).join(" ");
}
