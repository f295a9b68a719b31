// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Colleagues' keys: sharing with one of them what was filed before. This browser opens its own
 * boxes and seals them again; it can stop at any time and begins again with what is still missing.
 */

import { sha256 } from "../desk/roster-lines.ts";
import { unlockHere } from "../desk/unlocking.ts";
import { WATCH_MESSAGES, watchRoster } from "../desk/watch-roster.ts";
import { fill, find, findAll } from "../dom.ts";
import { tell } from "../explain.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import { sealAgain } from "../keys/sealing-again.ts";
import { withStepUp } from "../keys/step-up.ts";
import type { Unlocked } from "../keys/unlocked.ts";
import { msg } from "../messages.ts";
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
	const { kept, failed } = await sealAgain({
		from: part.dataset["backlog"] ?? "",
		to: part.dataset["boxes"] ?? "",
		identity,
		ask: (act) => withStepUp(identity, act),
		check: (recipient) => requireShownKey(part, recipient),
		progress: (done, count) => {
			const working = msg("desks-share-working", { done, count });
			fill(said, `${working} ${msg("desks-share-left")}`);
		},
	});
	const failures = failed.length > 0 ? ` ${msg("desks-share-failed", { count: failed.length })}` : "";
	const done = msg("desks-share-done", { count: kept }) + failures;
	fill(said, kept + failed.length === 0 ? msg("desks-share-nothing") : done);
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
