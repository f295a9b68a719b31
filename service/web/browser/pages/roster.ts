// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Colleagues' keys: sharing with one of them what was filed before. This browser opens its own
 * boxes and seals them again; it can stop at any time and begins again with what is still missing.
 */

import { fromBase64Url, toBase64Url } from "../bytes.ts";
import { sha256 } from "../desk/roster-lines.ts";
import { unlockHere } from "../desk/unlocking.ts";
import { WATCH_MESSAGES, watchRoster } from "../desk/watch-roster.ts";
import { fill, find, findAll } from "../dom.ts";
import { tell } from "../explain.ts";
import { getJson, postJson } from "../http.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import type { Unlocked } from "../keys/unlocked.ts";
import { msg } from "../messages.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...REQUIRE_MESSAGES,
	...WATCH_MESSAGES,
	"desks-share-done",
	"desks-share-failed",
	"desks-share-left",
	"desks-share-nothing",
	"desks-share-working",
] as const;

/** GET …/backlog */
interface Backlog {
	readonly recipient: string;
	/** Reports to share from here on, these boxes among them. */
	readonly left: number;
	readonly boxes: readonly {
		readonly report: string;
		readonly recipient: string;
		readonly box: string;
	}[];
}

interface Done {
	readonly shared: number;
	readonly failed: number;
}

export function startRoster(page: Page): void {
	void watchRoster(page.main);
	let key: Promise<Unlocked> | undefined;
	const unlocked = () => (key ??= unlockHere(page)); // asked for once, whichever button was pressed
	for (const part of findAll("[data-share]", page.main)) {
		const go = find<HTMLButtonElement>("[data-share-go]", part);
		const said = find("[data-share-said]", part);
		go.addEventListener("click", () => {
			go.disabled = true;
			share(unlocked, part, said)
				.catch((error: unknown) => tell(error, (text) => fill(said, text)))
				.finally(() => (go.disabled = false));
		});
	}
}

async function share(
	unlocked: () => Promise<Unlocked>,
	part: HTMLElement,
	said: HTMLElement,
): Promise<void> {
	const { identity } = await unlocked();
	const { shared, failed } = await shareAll(part, identity, said);
	const failures = failed > 0 ? ` ${msg("desks-share-failed", { count: failed })}` : "";
	const done = msg("desks-share-done", { count: shared }) + failures;
	fill(said, shared + failed === 0 ? msg("desks-share-nothing") : done);
}

async function shareAll(part: HTMLElement, identity: string, said: HTMLElement): Promise<Done> {
	let done: Done = { shared: 0, failed: 0 };
	let count: number | null = null;
	let after = "";
	for (;;) {
		const query = after === "" ? "" : `?after=${after}`;
		const backlog = await getJson<Backlog>((part.dataset["backlog"] ?? "") + query);
		const last = backlog.boxes.at(-1);
		if (!last) {
			return done;
		}
		await requireShownKey(part, backlog.recipient);
		count ??= backlog.left;
		const before = done.shared + done.failed;
		const total = count;
		const progress = (step: number) => {
			const working = msg("desks-share-working", { done: before + step, count: total });
			fill(said, `${working} ${msg("desks-share-left")}`);
		};
		done = await shareSome(part, identity, backlog, done, progress);
		after = last.report;
	}
}

async function shareSome(
	part: HTMLElement,
	identity: string,
	{ recipient, boxes }: Backlog,
	done: Done,
	progress: (step: number) => void,
): Promise<Done> {
	const input = boxes.map((one) => ({ ...one, box: fromBase64Url(one.box) }));
	const sharing = { identity, newcomer: recipient, boxes: input };
	const results = await run("shareBoxes", sharing, progress);
	const sealed: Record<string, string> = {};
	for (const result of results) {
		if ("box" in result) {
			sealed[result.report] = toBase64Url(result.box);
		}
	}
	const path = part.dataset["boxes"] ?? "";
	const { kept } = await postJson<{ kept: number }>(path, { boxes: sealed }, { again: 2 });
	const failed = results.length - Object.keys(sealed).length;
	return { shared: done.shared + kept, failed: done.failed + failed };
}

/**
 * Seals to the key whose fingerprint stands on the page, and to no other. Throws SealingError
 * "wrong-key".
 */
async function requireShownKey(part: HTMLElement, recipient: string): Promise<void> {
	const digits = await sha256(recipient);
	if (digits.slice(0, 32) !== part.dataset["fingerprint"]?.replaceAll(" ", "")) {
		throw new SealingError("wrong-key");
	}
}
