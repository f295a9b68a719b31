// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The cited evidence of a case, over all of its reports: one entry for each edit, whoever cites it.
 * No DOM.
 */

import type { Finding, NamedAccount } from "../findings.ts";
import type { Facts, OpenedReport } from "../report/opened.ts";

type Link = Facts["links"][number];

/** A report of the case that was opened. `code` is what it is called on the page. */
export interface Cited {
	readonly code: string;
	readonly opened: OpenedReport;
}

export interface Edit {
	/** As people call the wiki: its host, or the dbname of one that shares its host. */
	readonly wiki: string;
	/** Built anew by the server; null where nothing could be built. */
	readonly address: string | null;
	/** The youngest answer of the wiki; null until it was asked. */
	readonly finding: Finding | null;
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
		for (const link of report.opened.facts?.links ?? []) {
			if (link.rejected === null) {
				const finding = report.opened.findings.get(link.notation) ?? null;
				const key = keyOf(link.notation, finding);
				found.set(key, joined(found.get(key), report, link, finding));
			}
		}
	}
	return [...found.values()].sort(byTime);
}

function joined(before: Edit | undefined, report: Cited, link: Link, answer: Finding | null): Edit {
	const finding = younger(before?.finding ?? null, answer);
	return {
		wiki: before?.wiki ?? wikiOf(link),
		address: before?.address ?? link.address,
		finding,
		when: finding && timeOf(finding),
		codes: [...new Set([...(before?.codes ?? []), report.code])],
		captions: [...new Set([...(before?.captions ?? []), link.caption])].filter(Boolean),
		named: [...(before?.named ?? []), ...report.opened.named],
	};
}

/**
 * What two links that mean one edit have in common: wiki and revision. A range is joined by the
 * newer end, as the server does it for related cases.
 */
function keyOf(notation: string, finding: Finding | null): string {
	const [kind, wiki, first, second] = notation.split(":");
	const { revid, newer } = (finding ?? {}) as { revid?: number; newer?: number };
	const known = revid ?? newer;
	if (known !== undefined) {
		return `${wiki}:${known}`;
	}
	switch (kind) {
		case "rev":
			return `${wiki}:${first}`;
		case "diff":
			return `${wiki}:${second}`;
		default:
			return notation;
	}
}

function younger(one: Finding | null, other: Finding | null): Finding | null {
	if (one === null || other === null) {
		return one ?? other;
	}
	return Date.parse(other.checked_at) > Date.parse(one.checked_at) ? other : one;
}

/** When it happened: of a range the last edit, of a comparison the newer one. */
function timeOf(finding: Finding): string | null {
	const { timestamp, last, new: newer } = finding as {
		timestamp?: string | null;
		last?: string;
		new?: { timestamp: string };
	};
	return timestamp ?? last ?? newer?.timestamp ?? null;
}

function wikiOf(link: Link): string {
	const dbname = link.notation.split(":")[1] ?? "";
	const url = link.address === null ? null : new URL(link.address);
	return url === null || url.port !== "" ? dbname : url.host;
}

function byTime(one: Edit, other: Edit): number {
	if (one.when === null || other.when === null) {
		return Number(one.when === null) - Number(other.when === null);
	}
	return Date.parse(one.when) - Date.parse(other.when);
}
