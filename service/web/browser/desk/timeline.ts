// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The time line of a case: days, gaps between them, and each cited edit with what the wiki said of
 * it.
 */

import { add, type Child, fill, h } from "../dom.ts";
import { checkedOn, describe } from "../findings.ts";
import { day, msg } from "../messages.ts";
import type { Edit } from "./evidence.ts";

/** Days without a cited edit that are worth a line. */
const GAP = 3;
const DAY = 24 * 60 * 60 * 1000; // milliseconds

/** Nothing is known of these, or nothing more than that something is there. */
const UNKNOWN = new Set([
	"deleted",
	"leads-nowhere",
	"no-neighbour",
	"not-asked",
	"not-checked",
	"not-visible",
	"suppressed",
]);

export function showTimeline(place: HTMLElement, edits: readonly Edit[]): void {
	if (edits.length === 0) {
		fill(place, h("p", {}, msg("desks-evidence-none")));
		return;
	}
	fill(place);
	let before: string | null = null;
	for (const [date, some] of byDay(edits)) {
		if (date !== "") {
			add(place, gap(before, date));
			before = date;
		}
		const title = date === "" ? msg("desks-evidence-undated") : day(date);
		add(place, h("h3", { class: "cs-timeline__day" }, title));
		add(place, h("ol", { class: "cs-timeline" }, ...some.map(line)));
	}
}

/** In the order of `edits`; those without a time under "". */
function byDay(edits: readonly Edit[]): Map<string, Edit[]> {
	const days = new Map<string, Edit[]>();
	for (const edit of edits) {
		const date = edit.when === null ? "" : new Date(edit.when).toISOString().slice(0, 10);
		days.set(date, [...(days.get(date) ?? []), edit]);
	}
	return days;
}

function gap(before: string | null, date: string): HTMLElement | null {
	const count = before === null ? 0 : (Date.parse(date) - Date.parse(before)) / DAY - 1;
	return count < GAP
		? null
		: h("p", { class: "cs-timeline__gap" }, msg("desks-evidence-gap", { count }));
}

/** With a dot between those that there are. */
function separated(children: readonly Child[]): Child[] {
	return children.filter(Boolean).flatMap((child, at) => (at === 0 ? [child] : [" · ", child]));
}

function line(edit: Edit): HTMLElement {
	const { finding, codes } = edit;
	const unknown = finding === null || UNKNOWN.has(finding.kind);
	const shared = codes.length > 1;
	const written = codes.join(", ");
	const children: Child[] = [
		shared &&
			h(
				"p",
				{ class: "cs-bracket__words" },
				msg("desks-evidence-cited", { count: codes.length, codes: written }),
			),
		h(
			"p",
			{},
			h("span", { class: "cs-badge" }, h("bdi", {}, edit.wiki)),
			" ",
			finding === null
				? msg("desks-evidence-waiting")
				: describe(finding, edit.named, "reader").join(" "),
		),
		...edit.captions.map((caption) => h("p", {}, h("q", {}, h("bdi", {}, caption)))),
		h(
			"p",
			{ class: "cs-hint" },
			...separated([
				!shared && msg("desks-evidence-report", { codes: written }),
				edit.address !== null &&
					h("a", { href: edit.address, target: "_blank" }, msg("desks-evidence-open")),
				finding && checkedOn(finding),
			]),
		),
	];
	return h(
		"li",
		{ "data-finding": unknown ? "unknown" : "seen", "data-wiki": edit.wiki },
		h("div", shared ? { class: "cs-bracket" } : {}, ...children),
	);
}
