// SPDX-License-Identifier: AGPL-3.0-or-later
/** The list of a desk: accounts opened into it, search among them, keys to move. */

import { ACCOUNT_MESSAGES, showAccounts } from "../desk/accounts.ts";
import { startShortcuts } from "../desk/shortcuts.ts";
import { unlockHere } from "../desk/unlocking.ts";
import { LIST_WATCH_MESSAGES, watchList } from "../desk/watch-list.ts";
import { fill, find, findAll, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { REQUIRE_MESSAGES } from "../keys/require.ts";
import { msg } from "../messages.ts";
import { normalise } from "../names.ts";
import type { Page } from "./pages.ts";

/** What the page lists for its script; a test compares. */
export const MESSAGES = [
	...REQUIRE_MESSAGES,
	...ACCOUNT_MESSAGES,
	...LIST_WATCH_MESSAGES,
	"desks-queue-found",
	"desks-queue-shortcuts",
] as const;

export async function startQueue(page: Page): Promise<void> {
	void watchList(page.main);
	const table = page.main.querySelector<HTMLElement>("[data-queue]");
	if (!table) {
		return; // nothing waits
	}
	const search = find<HTMLInputElement>("[data-search]", page.main);
	startShortcuts(find("[data-shortcuts]", page.main), table, search);
	const { identity } = await unlockHere(page);
	const names = new Map<Element, string>();
	show(find("[data-search-part]", page.main));
	search.addEventListener("input", () => filter(page.main, search.value, names));
	try {
		const places = findAll("[data-account]", table);
		await showAccounts(places, table.dataset["previews"] ?? "", identity, (place, name) => {
			names.set(place, name);
			filter(page.main, search.value, names);
		});
	} catch (error) {
		const place = find("[data-error]", page.main);
		tell(error, (text) => {
			fill(place, text);
			show(place);
		});
	}
}

/** Hides the rows whose account does not contain what was typed. */
function filter(main: HTMLElement, typed: string, names: ReadonlyMap<Element, string>): void {
	const wanted = normalise(typed).toLowerCase();
	let count = 0;
	for (const row of findAll("[data-row]", main)) {
		const name = names.get(find("[data-account]", row)) ?? "";
		const fits = wanted === "" || normalise(name).toLowerCase().includes(wanted);
		show(row, fits);
		count += Number(fits);
	}
	fill(find("[data-said]", main), wanted === "" ? "" : msg("desks-queue-found", { count }));
}
