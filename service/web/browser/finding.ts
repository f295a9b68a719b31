// SPDX-License-Identifier: AGPL-3.0-or-later
/** Findings as onwiki/evidence/wire.py writes them: one interface a kind, as far as pages show it. */

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

export interface PageFound extends Common {
	readonly kind: "page";
	readonly title: string;
	readonly redirect: boolean;
}

export interface LogFound extends Common {
	readonly kind: "log";
	readonly log_type: string;
	readonly action: string;
	readonly title: string | null;
	readonly author: string | null;
	readonly central_id: number | null;
	readonly author_kind: AuthorKind | null;
	readonly timestamp: string;
	readonly hidden: readonly Hidden[];
}

export interface FilterHit extends Common {
	readonly kind: "filter-hit";
	readonly title: string;
	readonly author: string;
	readonly action: string;
	readonly result: string;
	readonly timestamp: string;
}

export interface CommentFound extends Common {
	readonly kind: "comment";
	readonly titles: readonly string[];
	/** What the signature says; null for a heading. */
	readonly signed: string | null;
	readonly edits: readonly Exists[];
}

/** The page of the edit was deleted; the wiki's log says when. */
export interface Deleted extends Common {
	readonly kind: "deleted";
	readonly title: string;
	readonly deleted_on: string;
}

export interface NotChecked extends Common {
	readonly kind: "not-checked";
	readonly why: "kind" | "wiki" | "flow" | "history" | "other";
}

export interface Bare extends Common {
	readonly kind: "suppressed" | "not-visible" | "no-neighbour" | "not-asked" | "leads-nowhere";
}

export type Finding =
	| Exists
	| RangeFound
	| AcrossPages
	| PageFound
	| LogFound
	| FilterHit
	| CommentFound
	| Deleted
	| NotChecked
	| Bare;
