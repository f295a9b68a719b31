// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * In place of a page that wants the key: `<div data-step-up>`, and `<form data-posted>` with what a
 * form had posted. The key that is unlocked in the tab is shown at once, another is asked for; then
 * the page is asked for again, or the form is posted again; with `data-back` the person comes back
 * to the page before, and presses once more.
 */

import { fill, find, findAll, h } from "../dom.ts";
import { tell } from "../explain.ts";
import { REQUIRE_MESSAGES, requireUnlocked } from "../keys/require.ts";
import { stepUp } from "../keys/step-up.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [...REQUIRE_MESSAGES] as const;

export async function startStepUp(page: Page): Promise<void> {
	const mount = find("[data-step-up]", page.main);
	try {
		const { identity } = await requireUnlocked(page, mount);
		await stepUp(identity);
		const [posted] = findAll<HTMLFormElement>("[data-posted]", page.main);
		if ("back" in mount.dataset) {
			history.back();
		} else {
			posted ? posted.submit() : location.reload();
		}
	} catch (error) {
		tell(error, (text) => fill(mount, h("p", { class: "cs-error", role: "alert" }, text)));
	}
}
