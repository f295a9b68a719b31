// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a wiki answered, as sentences: findings as onwiki/evidence/wire.py writes them, in; plain text, out.
 *
 * The message of each is chosen as onwiki/evidence/findings.py chooses it; a test holds the two together.
 */

import { moment, msg } from "./messages.ts";
import { normalise } from "./names.ts";

interface Common {
	readonly version?: number;
	/** EVIDENCE.md's notation; the same as in the facts part. */
	readonly reference: string;
	/** ISO 8601, as all times here. */
	readonly checked_at: string;
}

type AuthorKind = "registered" | "temporary" | "address" | "imported";
type Hidden = "text" | "user" | "comment" | "action";

export interface Exists extends Common {
	readonly kind: "exists";
	readonly revid: number;
	readonly parentid: number;
	readonly title: string;
	readonly author: string | null;
	readonly central_id: number | null;
	readonly author_kind: AuthorKind | null;
	readonly timestamp: string;
	readonly size_change: number | null;
	readonly minor: boolean;
	readonly hidden: readonly Hidden[];
}

export interface RangeFound extends Common {
	readonly kind: "range";
	readonly title: string;
	readonly older: number;
	readonly newer: number;
	readonly first: string;
	readonly last: string;
	readonly edits: number;
	readonly at_least: boolean;
	readonly authors: readonly {
		readonly name: string;
		readonly central_id: number | null;
		readonly kind: AuthorKind;
		readonly edits: number;
	}[];
	readonly hidden_authors: number;
	readonly reversed: boolean;
}

export interface AcrossPages extends Common {
	readonly kind: "across-pages";
	readonly old: Exists;
	readonly new: Exists;
}

export interface NotChecked extends Common {
	readonly kind: "not-checked";
	readonly why: "kind" | "wiki";
}

export interface Bare extends Common {
	readonly kind: "suppressed" | "not-visible" | "no-neighbour" | "not-asked";
}

export type Finding = Exists | RangeFound | AcrossPages | NotChecked | Bare;

/** An account that a report names, from its parts "accounts" (resolved) or "facts" (as typed). */
export interface NamedAccount {
	readonly name: string;
	readonly central_id: number | null;
}

/** To whom it is said: "that you named", or "that was named". */
export type Audience = "reporter" | "reader";

/** What whoever shows findings lists in the page's messages (FINDING_PAGE_MESSAGES in Python). */
export const FINDING_PAGE_MESSAGES = [
	"finding-exists",
	"finding-exists-creation",
	"finding-exists-imported",
	"finding-exists-partly-hidden",
	"finding-exists-user-hidden",
	"finding-range",
	"finding-range-author-hidden",
	"finding-range-reversed",
	"finding-range-several-authors",
	"finding-across-pages",
	"finding-suppressed",
	"finding-not-visible",
	"finding-no-neighbour",
	"finding-not-asked",
	"finding-not-checked-kind",
	"finding-not-checked-wiki",
	"finding-at-least",
	"finding-checked",
	"finding-hidden-action",
	"finding-hidden-comment",
	"finding-hidden-text",
	"finding-hidden-user",
	"finding-other-author",
	"finding-other-authors",
	"finding-own-other-author",
	"finding-own-other-authors",
	"finding-pinned",
	"finding-size",
] as const;

/** All that there is to say about a finding: its sentence, then what belongs to it. */
export function describe(
	finding: Finding,
	named: readonly NamedAccount[],
	audience: Audience,
): string[] {
	return [
		sentence(finding),
		...sizeOf(finding),
		...otherAuthor(finding, named, audience),
		...(finding.kind === "range" && finding.at_least ? [msg("finding-at-least")] : []),
		...(isPinned(finding) ? [msg("finding-pinned")] : []),
	];
}

/** When the wiki was asked. */
export function checkedOn(finding: Finding): string {
	return msg("finding-checked", { timestamp: moment(finding.checked_at) });
}

/** The finding's own sentence. */
export function sentence(finding: Finding): string {
	const key = messageKey(finding);
	switch (finding.kind) {
		case "exists":
			return msg(key, {
				author: finding.author ?? "",
				title: finding.title,
				timestamp: moment(finding.timestamp),
				hidden: listed(finding.hidden.map((part) => msg(`finding-hidden-${part}`))),
			});
		case "range":
			return msg(key, {
				edits: finding.edits,
				authors: finding.authors.length,
				author: finding.authors[0]?.name ?? "",
				title: finding.title,
				first: moment(finding.first),
				last: moment(finding.last),
			});
		case "across-pages":
			return msg(key, { old_title: finding.old.title, new_title: finding.new.title });
		default:
			return msg(key);
	}
}

/** Key of the sentence. */
export function messageKey(finding: Finding): string {
	switch (finding.kind) {
		case "exists":
			return existsKey(finding);
		case "range":
			return rangeKey(finding);
		case "not-checked":
			return `finding-not-checked-${finding.why}`;
		default:
			return `finding-${finding.kind}`;
	}
}

function existsKey(finding: Exists): string {
	if (finding.hidden.includes("user")) {
		return "finding-exists-user-hidden";
	}
	if (finding.hidden.length > 0) {
		return "finding-exists-partly-hidden";
	}
	if (finding.author_kind === "imported") {
		return "finding-exists-imported";
	}
	return finding.parentid === 0 ? "finding-exists-creation" : "finding-exists";
}

function rangeKey(finding: RangeFound): string {
	if (finding.reversed) {
		return "finding-range-reversed";
	}
	if (finding.authors.length + (finding.hidden_authors > 0 ? 1 : 0) > 1) {
		return "finding-range-several-authors";
	}
	return finding.authors.length === 0 ? "finding-range-author-hidden" : "finding-range";
}

function sizeOf(finding: Finding): string[] {
	if (finding.kind !== "exists" || finding.size_change === null) {
		return [];
	}
	const change = new Intl.NumberFormat(document.documentElement.lang || "en", {
		signDisplay: "exceptZero",
	}).format(finding.size_change);
	return [msg("finding-size", { change, bytes: Math.abs(finding.size_change) })];
}

function otherAuthor(
	finding: Finding,
	named: readonly NamedAccount[],
	audience: Audience,
): string[] {
	if (named.length === 0) {
		return [];
	}
	const own = audience === "reporter" ? "own-" : "";
	if (finding.kind === "exists") {
		const { author, central_id } = finding;
		const unknown = author === null || finding.author_kind === "imported";
		return unknown || isNamed(author, central_id, named)
			? []
			: [msg(`finding-${own}other-author`, { author })];
	}
	if (finding.kind === "range") {
		const known = finding.authors.length > 0 && finding.hidden_authors === 0 && !finding.at_least;
		const among = finding.authors.some((one) => isNamed(one.name, one.central_id, named));
		return known && !among ? [msg(`finding-${own}other-authors`)] : [];
	}
	return [];
}

/** The central id decides where it is known: it survives renames. */
function isNamed(author: string, centralId: number | null, named: readonly NamedAccount[]): boolean {
	const name = normalise(author);
	return named.some(
		(one) =>
			(one.central_id !== null && one.central_id === centralId) || normalise(one.name) === name,
	);
}

function isPinned(finding: Finding): boolean {
	return (finding.kind === "exists" || finding.kind === "range") && finding.reference.startsWith("rel:");
}

function listed(parts: readonly string[]): string {
	return new Intl.ListFormat(document.documentElement.lang || "en").format(parts);
}
