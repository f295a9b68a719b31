// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * All that a wiki answered about one link, over time: evidence rots, and what was seen before is
 * kept beside what is seen now.
 */

import { h } from "./dom.ts";
import { type Audience, describe, type Finding, type NamedAccount } from "./findings.ts";
import { moment, msg } from "./messages.ts";

/** Answers, one after the other, that said the same. `first` and `last`: ISO 8601. */
export interface Stretch {
	readonly finding: Finding;
	readonly text: string;
	readonly first: string;
	readonly last: string;
}

/** The answers in order of time, those that repeat each other as one. */
export function stretchesOf(
	findings: readonly Finding[],
	named: readonly NamedAccount[],
	audience: Audience,
): Stretch[] {
	const found: Stretch[] = [];
	for (const finding of [...findings].sort(byTime)) {
		const text = describe(finding, named, audience).join(" ");
		const last = finding.checked_at;
		const before = found.at(-1);
		if (before?.text === text) {
			found[found.length - 1] = { ...before, finding, last };
		} else {
			found.push({ finding, text, first: last, last });
		}
	}
	return found;
}

/** When the wiki was asked. */
export function checkedOn(stretch: Stretch): string {
	const [first, last] = [moment(stretch.first), moment(stretch.last)];
	return first === last
		? msg("finding-checked", { timestamp: first })
		: msg("finding-checked-again", { first, last });
}

/** What was answered before the last stretch, youngest first; null where nothing differed. */
export function earlier(stretches: readonly Stretch[]): HTMLElement | null {
	const before = stretches.slice(0, -1).reverse();
	if (before.length === 0) {
		return null;
	}
	const lines = before.map((one) => h("li", {}, `${one.text} ${checkedOn(one)}`));
	return h(
		"div",
		{ class: "cs-earlier" },
		h("p", {}, msg("finding-earlier")),
		h("ul", {}, ...lines),
	);
}

function byTime(one: Finding, other: Finding): number {
	return Date.parse(one.checked_at) - Date.parse(other.checked_at);
}
