// SPDX-License-Identifier: AGPL-3.0-or-later
/** For readers' pages: the unlocked key of the tab, asked for in place where there is none. */

import { fill, h } from "../dom.ts";
import { msg } from "../messages.ts";
import { showLock } from "../session.ts";
import { fetchWraps } from "./personal.ts";
import { askForKey, UNLOCK_MESSAGES } from "./unlock-form.ts";
import { keepUnlocked, type Unlocked } from "./unlocked.ts";

export const REQUIRE_MESSAGES = [
	...UNLOCK_MESSAGES,
	"keys-none-yet",
	"keys-make-link",
	"keys-unlocked-until",
] as const;

/** What this needs of a page (pages/pages.ts). */
interface Reader {
	readonly person: string | null;
	readonly unlocked: () => Promise<Unlocked | null>;
}

/**
 * Resolves with the key once it is unlocked; until then `mount` holds the form that asks. Never
 * resolves for a person without a key: `mount` then leads to where one is made. Throws Refused,
 * Unreachable.
 */
export async function requireUnlocked(page: Reader, mount: HTMLElement): Promise<Unlocked> {
	const already = await page.unlocked();
	if (already || page.person === null) {
		return already ?? never();
	}
	const wrapped = await fetchWraps();
	if (wrapped === null) {
		const make = h("a", { href: "/key" }, msg("keys-make-link"));
		fill(mount, h("p", {}, msg("keys-none-yet")), h("p", {}, make));
		return never();
	}
	const key = await askForKey(mount, wrapped);
	const kept = await keepUnlocked(key, page.person);
	showLock(kept.until);
	return kept;
}

function never(): Promise<never> {
	return new Promise(() => undefined);
}
