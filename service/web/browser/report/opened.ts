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
		/** How to ask about it once more; null where it was not understood. */
		readonly again: Question | null;
	}[];
	readonly wishes: string;
	readonly filed: string;
}

/** A question to a wiki, marked by the server as one of this report's; handed back as it came. */
export interface Question {
	/** The link's position in the facts. */
	readonly position: number;
	readonly cited: string;
	readonly asked: string;
	readonly mark: string;
	/** Of what is asked, where that is not what was cited. */
	readonly address?: string | null;
}

/**
 * What a wiki answered at one time. `short_links`: as filed, and what each leads to. `again`: the
 * questions that name what moving and short links meant.
 */
interface FindingsPart {
	readonly findings: readonly Finding[];
	readonly short_links: Readonly<Record<string, string>>;
	readonly again: readonly Question[];
}

export interface OpenedReport {
	readonly narrative: string | null;
	readonly facts: Facts | null;
	/** Resolved by the wiki as soon as the worker did it; before that as they were typed. */
	readonly named: readonly NamedAccount[];
	/** All answers about a link, by its notation, in the order in which they came. */
	readonly findings: ReadonlyMap<string, readonly Finding[]>;
	/** How to ask about each link once more, by its position. */
	readonly questions: ReadonlyMap<number, Question>;
	/** How many times wikis answered. */
	readonly answered: number;
	/** Every part that opened, as text, by its name. */
	readonly parts: ReadonlyMap<string, string>;
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
	const facts = withAdded(json<Facts>(texts.get("facts")), texts);
	const resolved = json<{ accounts: NamedAccount[] }>(texts.get("accounts"));
	const typed = facts?.accounts.map((name) => ({ name, central_id: null })) ?? [];
	const answers = [...texts]
		.filter(([name]) => /^(finding|again)-/.test(name))
		.map(([, text]) => JSON.parse(text) as FindingsPart);
	return {
		narrative: texts.get("narrative") ?? null,
		facts,
		named: resolved?.accounts ?? typed,
		findings: findingsIn(answers),
		questions: questionsIn(facts, answers),
		answered: answers.length,
		parts: texts,
		attachments: json<{ files: Attached[] }>(texts.get("attachments"))?.files ?? [],
		damaged: parts.some((part) => "failure" in part),
	};
}

/** Further links stand behind those that were filed, in the order in which they were added. */
function withAdded(facts: Facts | null, texts: ReadonlyMap<string, string>): Facts | null {
	const added = [...texts]
		.filter(([name]) => name.startsWith("added-facts-"))
		.flatMap(([, text]) => (JSON.parse(text) as Pick<Facts, "links">).links);
	return facts && { ...facts, links: [...facts.links, ...added] };
}

function findingsIn(answers: readonly FindingsPart[]): Map<string, Finding[]> {
	const found = new Map<string, Finding[]>();
	const keep = (notation: string, finding: Finding) =>
		found.set(notation, [...(found.get(notation) ?? []), finding]);
	for (const { findings, short_links } of answers) {
		const leads = new Map(findings.map((finding) => [finding.reference, finding]));
		leads.forEach((finding, notation) => keep(notation, finding));
		for (const [short, lead] of Object.entries(short_links)) {
			const finding = leads.get(lead);
			if (finding) {
				keep(short, finding);
			}
		}
	}
	return found;
}

/** What a link meant when it was pinned, or looked up, is what is asked about later. */
function questionsIn(
	facts: Facts | null,
	answers: readonly FindingsPart[],
): Map<number, Question> {
	const found = new Map<number, Question>();
	for (const link of facts?.links ?? []) {
		if (link.again) {
			found.set(link.again.position, link.again);
		}
	}
	for (const question of answers.flatMap(({ again }) => again)) {
		found.set(question.position, question);
	}
	return found;
}

function json<T>(text: string | undefined): T | null {
	return text === undefined ? null : (JSON.parse(text) as T);
}
