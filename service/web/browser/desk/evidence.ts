// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The cited evidence of a case, over all of its reports: one entry for each edit, whoever cites it.
 * No DOM.
 */

import type { Finding, NamedAccount } from "../findings.ts";
import type { Facts, OpenedReport, Question } from "../report/opened.ts";

type Link = Facts["links"][number];

/** A report of the case that was opened. `code` is what it is called on the page. */
export interface Cited {
	readonly id: string;
	readonly code: string;
	readonly opened: OpenedReport;
}

export interface Edit {
	/** As people call the wiki: its host, or the dbname of one that shares its host. */
	readonly wiki: string;
	/** Built anew by the server; null where nothing could be built. */
	readonly address: string | null;
	/** All answers of the wiki, over all reports that cite it; the last one is the youngest. */
	readonly findings: readonly Finding[];
	/** ISO 8601; null where no time is known. */
	readonly when: string | null;
	/** Codes of the reports that cite it, each once. */
	readonly codes: readonly string[];
	readonly captions: readonly string[];
	/** Everybody whom these reports name. */
	readonly named: readonly NamedAccount[];
}

/** All that is cited, in the order of time; what has no time comes last. */
export function editsOf(reports: readonly Cited[]): Edit[] {
	const found = new Map<string, Edit>();
	for (const report of reports) {
		(report.opened.facts?.links ?? []).forEach((link, position) => {
			if (link.rejected === null) {
				const question = report.opened.questions.get(position);
				const key = keyOf(question?.asked ?? link.notation);
				found.set(key, joined(found.get(key), report, link, question));
			}
		});
	}
	return [...found.values()].sort(byTime);
}

function joined(
	before: Edit | undefined,
	report: Cited,
	link: Link,
	question: Question | undefined,
): Edit {
	const answers = report.opened.findings.get(link.notation) ?? [];
	const findings = [...(before?.findings ?? []), ...answers].sort(byAsking);
	const address = question?.address ?? link.address;
	return {
		wiki: before?.wiki ?? wikiOf(question?.asked ?? link.notation, address),
		address: before?.address ?? address,
		findings,
		when: timeOf(findings),
		codes: [...new Set([...(before?.codes ?? []), report.code])],
		captions: [...new Set([...(before?.captions ?? []), link.caption])].filter(Boolean),
		named: [...(before?.named ?? []), ...report.opened.named],
	};
}

/**
 * What two links that mean one edit have in common: wiki and revision. A range is joined by the
 * newer end, as the server does it for related cases.
 */
function keyOf(notation: string): string {
	const [kind, wiki, first, second] = notation.split(":");
	switch (kind) {
		case "rev":
			return `${wiki}:${first}`;
		case "diff":
			return `${wiki}:${second}`;
		default:
			return notation;
	}
}

function byAsking(one: Finding, other: Finding): number {
	return Date.parse(one.checked_at) - Date.parse(other.checked_at);
}

/**
 * When it happened: of a range the last edit, of a comparison the newer one. An edit that is hidden
 * by now stays where it was seen before.
 */
function timeOf(findings: readonly Finding[]): string | null {
	for (const finding of [...findings].reverse()) {
		const { timestamp, last, new: newer } = finding as {
			timestamp?: string | null;
			last?: string;
			new?: { timestamp: string };
		};
		const when = timestamp ?? last ?? newer?.timestamp;
		if (when) {
			return when;
		}
	}
	return null;
}

function wikiOf(notation: string, address: string | null): string {
	const dbname = notation.split(":")[1] ?? "";
	const url = address === null ? null : new URL(address);
	return url === null || url.port !== "" ? dbname : url.host;
}

function byTime(one: Edit, other: Edit): number {
	if (one.when === null || other.when === null) {
		return Number(one.when === null) - Number(other.when === null);
	}
	return Date.parse(one.when) - Date.parse(other.when);
}
