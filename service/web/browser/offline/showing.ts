// SPDX-License-Identifier: AGPL-3.0-or-later
/** An opened export as a page: reports as cards, what they cite as one time line, and whatever is wrong, named. */

import { showAttachments } from "../attachments/reading.ts";
import { accountOf } from "../desk/accounts.ts";
import { showCard } from "../desk/card.ts";
import { type Cited, editsOf } from "../desk/evidence.ts";
import { entry } from "../desk/thread.ts";
import { showTimeline } from "../desk/timeline.ts";
import { notice } from "../controls.ts";
import { add, fill, h } from "../dom.ts";
import { day, msg } from "../messages.ts";
import { wordsIn } from "../report/message.ts";
import type { OpenedReport } from "../report/opened.ts";
import { checkAttachments, type Export, type Fault, type Read } from "./opening.ts";

const THREAD = /^(added|message)-\d+$/;

/** `listed`: whether the export's own list was read. Resolves when all files are checked. */
export async function showCase(
	place: HTMLElement,
	chosen: Export,
	listed: boolean,
	reports: readonly Read[],
	say: (text: string) => void,
): Promise<void> {
	const { listing, archive } = chosen;
	const cards = reports.map(card);
	const title = listing.case === null ? msg("offline-case-unnamed") : msg("desks-case", { code: listing.case });
	const heading = h("h2", { tabindex: -1 }, title);
	const evidence = h("div", { "data-evidence": true });
	const later = h("div", { role: "status", "data-checked": true });
	fill(
		place,
		heading,
		warning(!archive.whole && msg("offline-cut-off")),
		warning(!listed && msg("offline-no-list")),
		warning(noneOpened(reports) && msg("offline-wrong-key")),
		about(reports),
		listing.made !== null &&
			h("p", {}, msg("offline-made", { date: day(listing.made), desk: listing.desk ?? "" })),
		later,
		h("h2", {}, msg("desks-case-reports")),
		h("ol", { class: "cs-reports" }, ...cards.map(({ element }) => element)),
		h("h2", {}, msg("desks-evidence")),
		evidence,
	);
	showTimeline(evidence, editsOf(cards.flatMap((one) => one.cited ?? [])));
	heading.focus();
	if (!listed) {
		return;
	}
	const opened = cards.flatMap((one) => one.faults);
	const count = listing.files.length;
	const files = listing.files.filter(({ part }) => part.startsWith("attachment-")).length;
	const faults = await checkAttachments(chosen, (done) => say(msg("offline-checking", { done, count: files })));
	const all = opened.length + faults.length === 0;
	say(msg(all ? "offline-checked" : "offline-checked-not", { count }));
	fill(later, faultList(faults));
}

function noneOpened(reports: readonly Read[]): boolean {
	return reports.every(({ faults }) => faults.some(({ problem }) => problem === "not-for-this-key"));
}

function warning(text: string | false): HTMLElement | null {
	return text === false ? null : notice("warning", h("p", {}, text));
}

/** Whom the case is about: the youngest report's name for the account that is marked. */
function about(reports: readonly Read[]): HTMLElement | null {
	const names = reports.map(({ opened, listed }) => opened && accountOf(opened, listed.mark ?? "")?.name);
	const name = names.filter(Boolean).at(-1);
	return name
		? h("p", { class: "cs-lead" }, msg("desks-case-about"), " ", h("strong", {}, h("bdi", {}, name)))
		: null;
}

interface Card {
	readonly element: HTMLElement;
	readonly faults: readonly Fault[];
	/** Null where there is nothing to be cited. */
	readonly cited: Cited | null;
}

function card({ listed, opened, faults, source }: Read): Card {
	const { code, reporter, day: filed } = listed;
	const body = h("div");
	let cited: Cited | null = null;
	let found = faults;
	try {
		if (opened !== null) {
			showCard(body, opened);
			add(body, thread(opened));
			showAttachments(body, opened, source);
			cited = { id: code, code, opened };
			showTimeline(h("div"), editsOf([cited])); // to find out whether it can be shown
		}
	} catch {
		// It opened, and is not what a part of ours holds: the others must not go with it.
		cited = null;
		found = [...faults, { path: `reports/${code}`, problem: "damaged" }];
	}
	const element = h(
		"li",
		{ class: "cs-card", "data-report": code },
		h("h3", {}, msg("desks-report", { code })),
		reporter !== null &&
			filed !== null &&
			h("p", { class: "cs-hint" }, msg("desks-report-by", { reporter, date: day(filed) })),
		faultList(found),
		body,
	);
	return { element, faults: found, cited };
}

function faultList(faults: readonly Fault[]): HTMLElement | null {
	if (faults.length === 0) {
		return null;
	}
	const lines = faults.map(({ path, problem }) =>
		h("li", { "data-fault": problem }, h("bdi", {}, path), ": ", msg(`offline-fault-${problem}`)),
	);
	return h("ul", { class: "cs-error" }, ...lines);
}

/** What was added and answered, in the order of the export's list. */
function thread({ parts }: OpenedReport): HTMLElement | null {
	const lines = [...parts].filter(([part]) => THREAD.test(part)).map(([part, body]) => line(part, body, parts));
	return lines.length === 0 ? null : h("ol", { class: "cs-thread", "data-thread": true }, ...lines);
}

function line(part: string, body: string, parts: ReadonlyMap<string, string>): HTMLElement {
	const head = part.startsWith("message-")
		? body.slice(0, body.indexOf("\n"))
		: (parts.get(part.replace("added-", "added-facts-")) ?? "{}");
	const { kind, day: when } = fields(head);
	const known = kind === "closing" ? "closed" : part.startsWith("message-") ? "answered" : "added";
	return entry(known, when, wordsIn(part, body));
}

/** Of a line of JSON that a reader's browser sealed, or the server. */
function fields(text: string): { readonly kind: string; readonly day: string } {
	try {
		const { kind, day: when } = JSON.parse(text) as Record<string, unknown>;
		return { kind: String(kind), day: String(when) };
	} catch {
		return { kind: "", day: "" };
	}
}
