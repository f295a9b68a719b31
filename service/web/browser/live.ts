// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Following something that changes on the server: polled with its ETag, slower the longer nothing
 * happens.
 */

import { type Changed, getIfChanged, passes, sleep } from "./http.ts";

const FIRST = 2_000; // milliseconds between questions, right after a change
const LONGEST = 60_000;
const SLOWER = 1.5;

/**
 * Calls `onChange` with the first answer and with every later one that differs, until `signal` is
 * aborted (which rejects with its reason) or `onChange` answers "enough". Asks nothing while the
 * page is hidden, and goes on when the server is busy or away. Throws Refused for other refusals.
 */
export async function follow<T>(
	path: string,
	onChange: (value: T) => "enough" | undefined,
	signal: AbortSignal,
): Promise<void> {
	let etag: string | null = null;
	let pause = FIRST;
	while (!signal.aborted) {
		await seen(signal);
		try {
			const answer: Changed<T> = await getIfChanged<T>(path, etag, { signal });
			if (answer !== "unchanged") {
				etag = answer.etag;
				pause = FIRST;
				if (onChange(answer.value) === "enough") {
					return;
				}
			}
		} catch (error) {
			if (!passes(error)) {
				throw error;
			}
		}
		await sleep(pause, signal);
		pause = Math.min(LONGEST, pause * SLOWER);
	}
}

/** Resolves as soon as somebody can see the page. */
function seen(signal: AbortSignal): Promise<void> {
	if (!document.hidden) {
		return Promise.resolve();
	}
	return new Promise((resolve) => {
		const look = () => {
			if (!document.hidden || signal.aborted) {
				document.removeEventListener("visibilitychange", look);
				resolve();
			}
		};
		document.addEventListener("visibilitychange", look);
		signal.addEventListener("abort", look);
	});
}
