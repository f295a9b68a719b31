// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What a wiki answered, as sentences: findings as onwiki/evidence/wire.py writes them, in; plain text, out.
 *
 * The message of each is chosen as onwiki/evidence/findings.py chooses it; a test holds the two together.
 */

import type { CommentFound, Exists, Finding, LogFound, RangeFound } from "./finding.ts";
import { moment, msg, type Parameters } from "./messages.ts";
import { normalise } from "./names.ts";

export type { Finding };

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
	"finding-page",
	"finding-page-redirect",
	"finding-log",
	"finding-log-user-hidden",
	"finding-log-action-hidden",
	"finding-filter-hit",
	"finding-comment",
	"finding-comment-several",
	"finding-comment-signed-by-another",
	"finding-comment-edit-unknown",
	"finding-suppressed",
	"finding-not-visible",
	"finding-no-neighbour",
	"finding-not-asked",
	"finding-not-checked-kind",
	"finding-not-checked-wiki",
	"finding-not-checked-flow",
	"finding-not-checked-history",
	"finding-not-checked-other",
	"finding-deleted",
	"finding-earlier",
	"finding-leads-nowhere",
	"finding-at-least",
	"finding-author-address",
	"finding-author-partly",
	"finding-author-temporary",
	"finding-checked",
	"finding-checked-again",
	"finding-hidden-parts",
	"finding-hidden-action",
	"finding-hidden-comment",
	"finding-hidden-text",
	"finding-hidden-user",
	"finding-other-author",
	"finding-other-authors",
	"finding-own-author-partly",
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
		...hiddenParts(finding),
		...kindOfAuthor(finding),
		...otherAuthor(finding, named, audience),
		...(finding.kind === "range" && finding.at_least ? [msg("finding-at-least")] : []),
		...(isPinned(finding) ? [msg("finding-pinned")] : []),
	];
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
		case "page":
			return msg(key, { title: finding.title });
		case "log":
		case "filter-hit":
			return msg(key, {
				author: finding.author ?? "",
				log_type: "log_type" in finding ? finding.log_type : "",
				action: finding.action,
				title: finding.title ?? "",
				timestamp: moment(finding.timestamp),
			});
		case "comment":
			return msg(key, commentParameters(finding));
		case "deleted":
			return msg(key, { title: finding.title, deleted_on: moment(finding.deleted_on) });
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
		case "page":
			return finding.redirect ? "finding-page-redirect" : "finding-page";
		case "log":
			return logKey(finding);
		case "comment":
			return commentKey(finding);
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

function logKey(finding: LogFound): string {
	if (finding.hidden.includes("user")) {
		return "finding-log-user-hidden";
	}
	return finding.hidden.includes("action") ? "finding-log-action-hidden" : "finding-log";
}

function commentKey({ edits, signed }: CommentFound): string {
	if (edits.length === 0) {
		return "finding-comment-edit-unknown";
	}
	const authors = edits.map(({ author }) => author).filter((author) => author !== null);
	if (signed !== null && authors.length > 0 && !authors.includes(signed)) {
		return "finding-comment-signed-by-another";
	}
	return edits.length === 1 ? "finding-comment" : "finding-comment-several";
}

function commentParameters({ edits, signed, titles }: CommentFound): Parameters {
	const single = edits.length === 1 ? edits[0] : undefined;
	return {
		signed: signed ?? "",
		author: single?.author ?? "",
		title: titles[0] ?? "",
		timestamp: single ? moment(single.timestamp) : "",
		edits: edits.length,
	};
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

/** What was hidden, where the sentence does not say all of it. */
function hiddenParts(finding: Finding): string[] {
	if (finding.kind !== "exists" && finding.kind !== "log") {
		return [];
	}
	const said = new Set(["finding-exists-user-hidden", "finding-log-user-hidden"]);
	const { hidden } = finding;
	if (hidden.length === 0 || (hidden.length === 1 && said.has(messageKey(finding)))) {
		return [];
	}
	const parts = hidden.map((part) => msg(`finding-hidden-${part}`));
	const list = new Intl.ListFormat(document.documentElement.lang || "en").format(parts);
	return [msg("finding-hidden-parts", { parts: list })];
}

/** What to mind about an author who is no registered account. */
function kindOfAuthor(finding: Finding): string[] {
	const { author_kind } = finding as { author_kind?: string | null };
	return author_kind === "temporary" || author_kind === "address"
		? [msg(`finding-author-${author_kind}`)]
		: [];
}

/** What is to be said of the authors beside the accounts that were named: nothing when they are the same. */
function otherAuthor(
	finding: Finding,
	named: readonly NamedAccount[],
	audience: Audience,
): string[] {
	const authors = authorsOf(finding);
	if (named.length === 0 || authors === null) {
		return [];
	}
	const own = audience === "reporter" ? "own-" : "";
	const among = authors.filter((author) => isNamed(author, named)).length;
	const [only] = authors;
	if (authors.length === 0 || among === authors.length) {
		return [];
	}
	if (among > 0) {
		return [msg(`finding-${own}author-partly`)];
	}
	return only && authors.length === 1
		? [msg(`finding-${own}other-author`, { author: only.name })]
		: [msg(`finding-${own}other-authors`)];
}

/** Everybody who made it; null where not all of them can be told. */
function authorsOf(finding: Finding): readonly NamedAccount[] | null {
	switch (finding.kind) {
		case "exists":
		case "log": {
			const { author, author_kind, central_id } = finding;
			const unknown = author === null || author_kind === "imported";
			return unknown ? null : [{ name: author, central_id }];
		}
		case "filter-hit":
			return [{ name: finding.author, central_id: null }];
		case "range": {
			const untold = finding.hidden_authors > 0 || finding.at_least;
			const imported = finding.authors.some(({ kind }) => kind === "imported");
			return untold || imported ? null : finding.authors;
		}
		case "comment": {
			const each = finding.edits.map(authorsOf);
			const known = each.filter((authors) => authors !== null).flat();
			return known.length === each.length ? known : null;
		}
		default:
			return null;
	}
}

/** Two known central ids decide: they survive renames. A name does only where one of them is missing. */
function isNamed(author: NamedAccount, named: readonly NamedAccount[]): boolean {
	const name = normalise(author.name);
	return named.some((one) =>
		one.central_id !== null && author.central_id !== null
			? one.central_id === author.central_id
			: normalise(one.name) === name,
	);
}

function isPinned(finding: Finding): boolean {
	return (finding.kind === "exists" || finding.kind === "range") && finding.reference.startsWith("rel:");
}
