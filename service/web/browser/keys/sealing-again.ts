// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Boxes from one key to another, in rounds: this browser opens what its key opens and seals it
 * again. It can stop at any time; whoever begins again begins with what is still missing.
 */

import { fromBase64Url, toBase64Url } from "../bytes.ts";
import { getJson, postJson } from "../http.ts";
import { run } from "../sealing/client.ts";

/** What the server answers to `from`. */
interface Backlog {
	readonly recipient: string;
	/** Reports from here on, these boxes among them. */
	readonly left: number;
	readonly boxes: readonly {
		readonly report: string;
		readonly recipient: string;
		readonly box: string;
	}[];
}

export interface Rounds {
	/** Address of the boxes, and where they go once they are sealed again. */
	readonly from: string;
	readonly to: string;
	readonly identity: string;
	/** Throws where the boxes must not be sealed to this key. */
	readonly check: (recipient: string) => void | Promise<void>;
	readonly progress: (done: number, count: number) => void;
	/** Asks the server; for what wants a step-up. */
	readonly ask?: <T>(act: () => Promise<T>) => Promise<T>;
}

export interface Done {
	/** How many the server kept. */
	readonly kept: number;
	/** Reports whose box did not open. */
	readonly failed: readonly string[];
}

/** Throws Refused, Unreachable, SealingError "worker-lost". */
export async function sealAgain(rounds: Rounds): Promise<Done> {
	const { from, to, identity, ask = (act) => act() } = rounds;
	const failed: string[] = [];
	let kept = 0;
	let count: number | undefined;
	let before = 0;
	let query = "";
	for (;;) {
		const { recipient, left, boxes } = await ask(() => getJson<Backlog>(from + query));
		const last = boxes.at(-1);
		if (!last) {
			return { kept, failed };
		}
		await rounds.check(recipient);
		const total = (count ??= left);
		const input = boxes.map((one) => ({ ...one, box: fromBase64Url(one.box) }));
		const sharing = { identity, newcomer: recipient, boxes: input };
		const results = await run("shareBoxes", sharing, (step) =>
			rounds.progress(before + step, total),
		);
		const sealed: Record<string, string> = {};
		for (const result of results) {
			if ("box" in result) {
				sealed[result.report] = toBase64Url(result.box);
			} else {
				failed.push(result.report);
			}
		}
		const body = { recipient, boxes: sealed };
		const answer = await ask(() => postJson<{ kept: number }>(to, body, { again: 2 }));
		kept += answer.kept;
		before += boxes.length;
		query = `?after=${last.report}`;
	}
}
