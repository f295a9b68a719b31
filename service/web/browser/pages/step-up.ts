// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * In place of a page that wants the key: `<div data-step-up data-asked="GET|POST">`. The key that
 * is unlocked in the tab is shown at once, another is asked for; then the page is asked for again.
 * What a form posted is not: the person comes back to it, and presses once more.
 */

import { fill, find, h } from "../dom.ts";
import { tell } from "../explain.ts";
import { fetchWraps } from "../keys/personal.ts";
import { stepUp } from "../keys/step-up.ts";
import { askForKey, UNLOCK_MESSAGES } from "../keys/unlock-form.ts";
import { msg } from "../messages.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [...UNLOCK_MESSAGES, "keys-none-yet"] as const;

export async function startStepUp(page: Page): Promise<void> {
	const mount = find("[data-step-up]", page.main);
	try {
		const key = (await page.unlocked()) ?? (await askedFor(mount));
		if (key) {
			await stepUp(key.identity);
			if (mount.dataset["asked"] === "GET") {
				location.reload();
			} else {
				history.back();
			}
		}
	} catch (error) {
		tell(error, (text) => fill(mount, h("p", { class: "cs-error", role: "alert" }, text)));
	}
}

async function askedFor(mount: HTMLElement) {
	const wrapped = await fetchWraps();
	if (wrapped === null) {
		fill(mount, h("p", {}, msg("keys-none-yet")));
		return null;
	}
	return askForKey(mount, wrapped);
}
