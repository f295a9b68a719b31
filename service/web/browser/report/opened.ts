// SPDX-License-Identifier: AGPL-3.0-or-later
/** The parts of a report that a browser opened, read: what was filed, and what the wikis answered. */

import type { Attached } from "../attachments/attached.ts";
import { fromBase64Url, fromUtf8 } from "../bytes.ts";
import type { Finding, NamedAccount } from "../findings.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import type { OpenedPart } from "../sealing/tasks.ts";

/** One report in the answer of GET …/sealed; sealed things are base64url. */
export interface SealedJson {
	readonly id: string;
	readonly recipient: string;
	readonly box: string | null;
	readonly parts: readonly { readonly name: string; readonly sealed: string }[];
}

/** The part "facts": what the server sealed of what was posted. */
export interface Facts {
	readonly accounts: readonly string[];
	readonly links: readonly {
		readonly pasted: string;
		readonly caption: string;
		readonly notation: string;
		readonly address: string | null;
		readonly rejected: string | null;
	}[];
	readonly wishes: string;
	readonly filed: string;
}

/** What a wiki answered at one time. `short_links`: as filed, and what each leads to. */
interface FindingsPart {
	readonly findings: readonly Finding[];
	readonly short_links?: Readonly<Record<string, string>>;
}

export interface OpenedReport {
	readonly narrative: string | null;
	readonly facts: Facts | null;
	/** Resolved by the wiki as soon as the worker did it; before that as they were typed. */
	readonly named: readonly NamedAccount[];
	/** By the reference's notation; the youngest answer counts. */
	readonly findings: ReadonlyMap<string, Finding>;
	readonly attachments: readonly Attached[];
	/** Some part did not open. */
	readonly damaged: boolean;
}

/** Opens a report with a reader's identity. Throws SealingError when its box does not open. */
export async function openReport(sealed: SealedJson, identity: string): Promise<OpenedReport> {
	if (sealed.box === null) {
		throw new SealingError("not-for-this-key");
	}
	const report = {
		report: sealed.id,
		recipient: sealed.recipient,
		box: fromBase64Url(sealed.box),
		parts: sealed.parts.map((part) => ({ name: part.name, sealed: fromBase64Url(part.sealed) })),
	};
	const [opened] = await run("openReports", { identity, reports: [report] });
	if (opened === undefined || "failure" in opened) {
		throw new SealingError(opened?.failure ?? "damaged");
	}
	return read(opened.parts);
}

/** Parts that were opened, as what they hold. */
export function read(parts: readonly OpenedPart[]): OpenedReport {
	const texts = new Map<string, string>();
	for (const part of parts) {
		if ("body" in part) {
			texts.set(part.name, fromUtf8(part.body));
		}
	}
	const facts = json<Facts>(texts.get("facts"));
	const resolved = json<{ accounts: NamedAccount[] }>(texts.get("accounts"));
	const typed = facts?.accounts.map((name) => ({ name, central_id: null })) ?? [];
	const findings = new Map<string, Finding>();
	for (const [name, text] of texts) {
		if (name.startsWith("finding-")) {
			const part = JSON.parse(text) as FindingsPart;
			for (const finding of part.findings) {
				findings.set(finding.reference, finding);
			}
			for (const [short, lead] of Object.entries(part.short_links ?? {})) {
				const finding = findings.get(lead);
				if (finding !== undefined) {
					findings.set(short, finding);
				}
			}
		}
	}
	return {
		narrative: texts.get("narrative") ?? null,
		facts,
		named: resolved?.accounts ?? typed,
		findings,
		attachments: json<{ files: Attached[] }>(texts.get("attachments"))?.files ?? [],
		damaged: parts.some((part) => "failure" in part),
	};
}

function json<T>(text: string | undefined): T | null {
	return text === undefined ? null : (JSON.parse(text) as T);
}
