// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What belongs to being signed in, on every page: the lock button, and forgetting the key with the
 * session.
 */

import { findAll, show } from "./dom.ts";
import { forget, lockNow, type Unlocked } from "./keys/unlocked.ts";
import { clockTime, msg } from "./messages.ts";

/** `opened`: the key that is unlocked in this tab, once that is known. */
export function startSession(opened: Promise<Unlocked | null>): void {
	for (const form of findAll("form[data-signs-out]")) {
		form.addEventListener("submit", () => void forget());
	}
	addEventListener("pageshow", (event) => {
		if (event.persisted) {
			// Out of the back-forward cache: ask the server whether this may still be seen.
			location.reload();
		}
	});
	void opened.then((key) => key && showLock(key.until));
}

/**
 * Shows every `<button data-lock hidden>` of the page; its title says until when the key is
 * unlocked.
 */
export function showLock(until: Date): void {
	for (const button of findAll<HTMLButtonElement>("button[data-lock]")) {
		button.title = msg("keys-unlocked-until", { time: clockTime(until) });
		button.addEventListener("click", () => void lockNow());
		show(button);
	}
}
