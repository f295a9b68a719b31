// SPDX-License-Identifier: AGPL-3.0-or-later
/** The part of a reader's page that asks for the key: shown while it is needed. */

import { fill, find, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { requireUnlocked } from "../keys/require.ts";
import type { Unlocked } from "../keys/unlocked.ts";
import type { Page } from "../pages/pages.ts";

/** The unlocked key; until there is one, `[data-unlock]` of the page asks for it. */
export async function unlockHere(page: Page): Promise<Unlocked> {
	const already = await page.unlocked();
	if (already) {
		return already;
	}
	const part = find("[data-unlock]", page.main);
	const mount = find("[data-unlock-form]", part);
	show(part);
	try {
		const key = await requireUnlocked(page, mount);
		show(part, false);
		return key;
	} catch (error) {
		tell(error, (text) => fill(mount, h("p", { class: "cs-error", role: "alert" }, text)));
		return new Promise(() => undefined); // it was said; only a new start of the page goes on
	}
}
