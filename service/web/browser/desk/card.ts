// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A report in a case, opened: the words as text, the wish, the accounts, and links that were not
 * understood.
 */

import { fill, h } from "../dom.ts";
import { msg } from "../messages.ts";
import type { OpenedReport } from "../report/opened.ts";

const WISHES: Readonly<Record<string, string>> = {
	act: "desks-wish-act",
	advice: "desks-wish-advice",
	combine: "desks-wish-combine",
	record: "desks-wish-record",
};

export function showCard(place: HTMLElement, opened: OpenedReport): void {
	const { facts, narrative } = opened;
	const wish = WISHES[facts?.wishes ?? ""];
	const unread = facts?.links.filter((link) => link.rejected !== null) ?? [];
	fill(
		place,
		opened.damaged && h("p", { class: "cs-error" }, msg("desks-report-cannot-open")),
		wish !== undefined && h("p", {}, h("strong", {}, msg("desks-report-wishes")), " ", msg(wish)),
		narrative !== null && h("div", { class: "cs-words", dir: "auto" }, narrative),
		opened.named.length > 0 && h("h4", {}, msg("desks-report-accounts")),
		opened.named.length > 0 &&
			h(
				"ul",
				{ class: "cs-chips" },
				...opened.named.map(({ name }) =>
					h("li", { class: "cs-chip cs-chip--plain" }, h("bdi", {}, name)),
				),
			),
		unread.length > 0 && h("p", { class: "cs-hint" }, msg("desks-evidence-not-understood")),
		unread.length > 0 &&
			h("ul", {}, ...unread.map((link) => h("li", {}, h("bdi", {}, link.pasted)))),
	);
}

export function showClosed(place: HTMLElement): void {
	fill(place, h("p", { class: "cs-error" }, msg("desks-report-cannot-open")));
}
