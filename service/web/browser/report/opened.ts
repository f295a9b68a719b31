// SPDX-License-Identifier: AGPL-3.0-or-later
/** The parts of a report that a browser opened, read: what was filed, and what the wikis answered. */

import { type Attached, filesIn } from "../attachments/attached.ts";
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

/**
 * Parts that were opened, as what they hold. Narrative and list of files are as their reporter's program made them,
 * whatever that was: what cannot be read counts as a part that did not open, and hides neither the rest nor other
 * reports.
 */
export function read(parts: readonly OpenedPart[]): OpenedReport {
	const texts = new Map<string, string>();
	let damaged = false;
	const readable = <T>(make: () => T): T | null => {
		try {
			return make();
		} catch {
			damaged = true;
			return null;
		}
	};
	for (const part of parts) {
		const text = "body" in part ? readable(() => fromUtf8(part.body)) : null;
		text === null ? (damaged = true) : texts.set(part.name, text);
	}
	const json = <T>(name: string): T | null =>
		readable(() => JSON.parse(texts.get(name) ?? "null") as T);
	const every = <T>(pattern: RegExp): T[] =>
		[...texts.keys()].filter((name) => pattern.test(name)).flatMap((name) => json<T>(name) ?? []);
	const filed = json<Facts>("facts");
	// Further links stand behind those that were filed, in the order in which they were added.
	const links = every<Pick<Facts, "links">>(/^added-facts-/).flatMap((added) => added.links);
	const facts = filed && { ...filed, links: [...filed.links, ...links] };
	const resolved = json<{ accounts: NamedAccount[] }>("accounts");
	const typed = facts?.accounts.map((name) => ({ name, central_id: null })) ?? [];
	const answers = every<FindingsPart>(/^(finding|again)-/);
	const attachments = readable(() => filesIn(json("attachments"))) ?? [];
	return {
		narrative: texts.get("narrative") ?? null,
		facts,
		named: resolved?.accounts ?? typed,
		findings: findingsIn(answers),
		questions: questionsIn(facts, answers),
		answered: answers.length,
		parts: texts,
		attachments,
		damaged,
	};
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
