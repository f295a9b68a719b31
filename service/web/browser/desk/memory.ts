// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What this browser remembers of a desk: who read there and with which key, and the heads of the
 * record of who did what, one a day. It lies in localStorage, outlives the session (a server that
 * could make browsers forget would have nothing to fear from them) and goes with Leave now.
 */

/** Days for which heads are remembered and compared; the server gives as many. */
export const DAYS = 92;

const DAY = 24 * 60 * 60 * 1000; // milliseconds

/** A reader as he was when the person last said "I have seen this". */
export interface KnownReader {
	readonly id: string;
	readonly name: string;
	/** SHA-256 of the recipient, hexadecimal. */
	readonly key: string;
}

/** The head of the record at the end of a day. `digest`: hexadecimal. */
export interface DayHead {
	/** "YYYY-MM-DD", UTC. */
	readonly day: string;
	readonly digest: string;
}

export interface Memory {
	readonly fingerprint: string;
	readonly readers: readonly KnownReader[];
	readonly heads: readonly DayHead[];
}

/** GET …/watch: how the desk is now. */
export interface Watched {
	readonly fingerprint: string;
	readonly heads: readonly DayHead[];
}

export interface HeadFault {
	readonly day: string;
	readonly kind: "gone" | "changed";
}

/** `name`: the desk's and person's, opaque; from the page. */
export function recall(name: string): Memory | null {
	const item = localStorage.getItem(itemOf(name));
	return item === null ? null : (JSON.parse(item) as Memory);
}

export function remember(name: string, memory: Memory): void {
	localStorage.setItem(itemOf(name), JSON.stringify(memory));
}

export function forgetDesk(name: string): void {
	localStorage.removeItem(itemOf(name));
}

/** Forgets every desk. */
export function forgetMemory(): void {
	for (const item of Object.keys(localStorage)) {
		if (item.startsWith(itemOf(""))) {
			localStorage.removeItem(item);
		}
	}
}

/**
 * Where the server's heads contradict those that are remembered. `now`: milliseconds since 1970.
 * Days that the server does not give out any more by this browser's own clock are not compared: a
 * change before them would have changed all later heads, too.
 */
export function faultsOf(
	remembered: readonly DayHead[],
	served: readonly DayHead[],
	now = Date.now(),
): HeadFault[] {
	const digests = new Map(served.map((head) => [head.day, head.digest]));
	const faults: HeadFault[] = [];
	for (const { day, digest } of recent(remembered, now)) {
		const found = digests.get(day);
		if (found !== digest) {
			faults.push({ day, kind: found === undefined ? "gone" : "changed" });
		}
	}
	return faults;
}

/** The heads to remember from now on: of each day the first that was seen, so that none is replaced. */
export function joined(
	remembered: readonly DayHead[],
	served: readonly DayHead[],
	now = Date.now(),
): DayHead[] {
	const known = new Set(remembered.map((head) => head.day));
	const all = [...remembered, ...served.filter((head) => !known.has(head.day))];
	return recent(all, now).sort((one, other) => (one.day < other.day ? -1 : 1));
}

function recent(heads: readonly DayHead[], now: number): DayHead[] {
	const oldest = new Date(now - (DAYS - 1) * DAY).toISOString().slice(0, 10);
	return heads.filter((head) => head.day >= oldest);
}

function itemOf(name: string): string {
	return `community-support-memory-${name}`;
}
