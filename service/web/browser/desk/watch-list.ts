// SPDX-License-Identifier: AGPL-3.0-or-later
/** On a desk's list: one line when the desk is not as this browser remembers it. */

import { notice } from "../controls.ts";
import { fill, h } from "../dom.ts";
import { getJson } from "../http.ts";
import { msg } from "../messages.ts";
import { faultsOf, joined, recall, remember, type Watched } from "./memory.ts";

export const LIST_WATCH_MESSAGES = ["watching-list", "watching-list-link"] as const;

/** On the list. Nothing is said while all is well, nor when the server does not answer. */
export async function watchList(main: HTMLElement): Promise<void> {
	const place = main.querySelector<HTMLElement>("[data-watch]");
	if (!place) {
		return;
	}
	const name = place.dataset["watch"] ?? "";
	const memory = recall(name);
	if (memory === null) {
		return; // the page of the roster begins it
	}
	const watched = await getJson<Watched>(place.dataset["watchAddress"] ?? "").catch(() => null);
	if (watched === null) {
		return;
	}
	const faults = faultsOf(memory.heads, watched.heads);
	if (faults.length > 0 || watched.fingerprint !== memory.fingerprint) {
		const link = h("a", { href: place.dataset["roster"] ?? "" }, msg("watching-list-link"));
		const text = h("p", {}, `${msg("watching-list")} `, link);
		fill(place, notice("warning", text));
	}
	remember(name, { ...memory, heads: joined(memory.heads, watched.heads) });
}
