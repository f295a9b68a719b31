// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Whom a case is about. The server knows a case by a token only; the name stands in the reports,
 * sealed. With each report it gives the mark that stands there beside the account that the case is
 * about.
 */

import { fill, h } from "../dom.ts";
import type { NamedAccount } from "../findings.ts";
import { getJson } from "../http.ts";
import { msg } from "../messages.ts";
import { type OpenedReport, openReport, type SealedJson } from "../report/opened.ts";
import { SealingError } from "../sealing/failure.ts";

export const ACCOUNT_MESSAGES = ["desks-account-closed", "desks-account-nobody"] as const;

/** A report of a case, as the server hands it out. */
export interface SealedOfCase extends SealedJson {
	readonly mark: string;
	/** What was added and answered, in order; "YYYY-MM-DD". */
	readonly thread: readonly {
		readonly kind: string;
		readonly part: string;
		readonly day: string;
	}[];
}

/** An account in the part "accounts". */
interface ResolvedAccount extends NamedAccount {
	readonly typed: string;
	readonly mark: string;
}

const AT_ONCE = 25; // names appear in steps; the server gives at most 50

/**
 * The account of an opened report that the mark stands for; null for a report that names nobody.
 */
export function accountOf(opened: OpenedReport, mark: string): ResolvedAccount | null {
	const accounts = opened.named as readonly Partial<ResolvedAccount>[];
	const found = accounts.find((one) => one.mark === mark);
	return (found as ResolvedAccount | undefined) ?? null;
}

/**
 * Fills every `[data-account][data-case]` of `places` with the account's name, and calls `onName`
 * for each. Throws Refused, Unreachable.
 */
export async function showAccounts(
	places: readonly HTMLElement[],
	address: string,
	identity: string,
	onName: (place: HTMLElement, name: string) => void = () => undefined,
): Promise<void> {
	for (let at = 0; at < places.length; at += AT_ONCE) {
		const some = places.slice(at, at + AT_ONCE);
		const query = new URLSearchParams(some.map((place) => ["case", caseOf(place)]));
		const { cases } = await getJson<{ cases: (SealedOfCase & { case: string })[] }>(
			`${address}?${query}`,
		);
		const sealed = new Map(cases.map((one) => [one.case, one]));
		for (const place of some) {
			const name = await nameIn(sealed.get(caseOf(place)), identity);
			fill(place, name === null ? msg("desks-account-closed") : h("bdi", {}, name));
			if (name !== null) {
				onName(place, name);
			}
		}
	}
}

/** Null where the key opens none of the case's reports. */
async function nameIn(sealed: SealedOfCase | undefined, identity: string): Promise<string | null> {
	if (!sealed) {
		return null;
	}
	try {
		const account = accountOf(await openReport(sealed, identity), sealed.mark);
		return account?.name ?? msg("desks-account-nobody");
	} catch (error) {
		if (error instanceof SealingError) {
			return null;
		}
		throw error;
	}
}

function caseOf(place: HTMLElement): string {
	return place.dataset["case"] ?? "";
}
