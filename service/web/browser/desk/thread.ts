// SPDX-License-Identifier: AGPL-3.0-or-later
/** A line of what went between a reporter and the desk, for readers. */

import { h } from "../dom.ts";
import { day, msg } from "../messages.ts";

export const THREAD_MESSAGES = [
	"desks-thread-added",
	"desks-thread-answered",
	"desks-thread-closed",
] as const;

const ENTRIES: Readonly<Record<string, string>> = {
	added: "desks-thread-added",
	answered: "desks-thread-answered",
	closed: "desks-thread-closed",
};

/** `when`: "YYYY-MM-DD". */
export function entry(kind: string, when: string, words: string): HTMLElement {
	return h(
		"li",
		{ "data-kind": kind },
		h("p", {}, h("strong", {}, msg(ENTRIES[kind] ?? kind, { date: day(when) }))),
		h("div", { class: "cs-words", dir: "auto" }, words),
	);
}
