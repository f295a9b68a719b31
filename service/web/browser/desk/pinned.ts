// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The pinned roster page on the central wiki, read as onwiki/roster_page.py reads it. This is the
 * only request of ours that goes to another site; it carries no cookie and no referrer.
 */

const TIMEOUT = 8_000; // milliseconds
const LINE = /^[ *#:;]*([a-z0-9][a-z0-9-]{0,39}) *: *([0-9a-f]{4}(?: [0-9a-f]{4}){7}) *$/;

interface Answer {
	readonly query?: {
		readonly pages?: readonly {
			readonly revisions?: readonly { readonly slots?: { readonly main?: { readonly content?: string } } }[];
			readonly protection?: readonly { readonly type: string }[];
		}[];
	};
}

export interface Pinned {
	readonly text: string;
	readonly isProtected: boolean;
}

/** The page, or an empty one where there is none. Null when the wiki gives no answer of use. */
export async function fetchPinned(address: string): Promise<Pinned | null> {
	try {
		const response = await fetch(address, {
			credentials: "omit",
			referrerPolicy: "no-referrer",
			cache: "no-store",
			signal: AbortSignal.timeout(TIMEOUT),
		});
		return response.ok ? read((await response.json()) as Answer) : null;
	} catch {
		return null; // offline, blocked, too slow or no JSON: all the same to the reader
	}
}

/** What the page says of a desk: one fingerprint, none, or several, which contradict. */
export function pinnedOf(text: string, desk: string): string[] {
	const lines = text.split(/\r?\n/).map((line) => LINE.exec(line));
	return lines.flatMap((found) => (found?.[1] === desk && found[2] ? [found[2]] : []));
}

function read(answer: Answer): Pinned | null {
	const page = answer.query?.pages?.[0];
	if (!page) {
		return null;
	}
	const text = page.revisions?.[0]?.slots?.main?.content ?? "";
	return { text, isProtected: (page.protection ?? []).some(({ type }) => type === "edit") };
}
