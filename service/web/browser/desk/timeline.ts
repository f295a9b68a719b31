// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The time line of a case: days and hours, the time between the edits, and each cited edit with what
 * the wikis said of it. All times are UTC.
 */

import { checkedOn, earlier, stretchesOf } from "../answers.ts";
import { add, type Child, fill, h } from "../dom.ts";
import { day, hour, msg } from "../messages.ts";
import type { Edit } from "./evidence.ts";

const HOUR = 60 * 60 * 1000; // milliseconds
const DAY = 24 * HOUR;

/** Up to here the time between two edits is told in hours. */
const IN_HOURS = 2 * DAY;

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
	let before: Edit | undefined;
	let list: HTMLElement | undefined;
	for (const edit of edits) {
		const between = gap(before, edit);
		if (list === undefined || dateOf(edit) !== dateOf(before)) {
			add(place, between, h("h3", { class: "cs-timeline__day" }, titleOf(edit)));
			list = h("ol", { class: "cs-timeline" });
			add(place, list);
			add(list, line(edit, null));
		} else {
			add(list, line(edit, between));
		}
		before = edit;
	}
}

/** "YYYY-MM-DD"; null without a time. */
function dateOf(edit: Edit | undefined): string | null {
	return edit?.when ? new Date(edit.when).toISOString().slice(0, 10) : null;
}

function titleOf(edit: Edit): string {
	const date = dateOf(edit);
	return date === null ? msg("desks-evidence-undated") : day(date);
}

/** How long nothing was cited; less than an hour is seen from the times. */
function gap(before: Edit | undefined, edit: Edit): HTMLElement | null {
	if (!before?.when || !edit.when) {
		return null;
	}
	const passed = Date.parse(edit.when) - Date.parse(before.when);
	if (passed < HOUR) {
		return null;
	}
	const text =
		passed < IN_HOURS
			? msg("desks-evidence-gap-hours", { count: Math.floor(passed / HOUR) })
			: msg("desks-evidence-gap", { count: Math.floor(passed / DAY) });
	return h("p", { class: "cs-timeline__gap" }, text);
}

/** With a dot between those that there are. */
function separated(children: readonly Child[]): Child[] {
	return children.filter(Boolean).flatMap((child, at) => (at === 0 ? [child] : [" · ", child]));
}

function line(edit: Edit, between: HTMLElement | null): HTMLElement {
	const { codes } = edit;
	const answers = stretchesOf(edit.findings, edit.named, "reader");
	const last = answers.at(-1);
	const unknown = last === undefined || UNKNOWN.has(last.finding.kind);
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
			edit.when !== null &&
				h("time", { class: "cs-timeline__time", datetime: edit.when }, hour(edit.when)),
			" ",
			h("span", { class: "cs-badge" }, h("bdi", {}, edit.wiki)),
			" ",
			last?.text ?? msg("desks-evidence-waiting"),
		),
		...edit.captions.map((caption) => h("p", {}, h("q", {}, h("bdi", {}, caption)))),
		h(
			"p",
			{ class: "cs-hint" },
			...separated([
				!shared && msg("desks-evidence-report", { codes: written }),
				edit.address !== null &&
					h("a", { href: edit.address, target: "_blank" }, msg("desks-evidence-open")),
				last && checkedOn(last),
			]),
		),
		earlier(answers),
	];
	return h(
		"li",
		{ "data-finding": unknown ? "unknown" : "seen", "data-wiki": edit.wiki },
		between,
		h("div", shared ? { class: "cs-bracket" } : {}, ...children),
	);
}
