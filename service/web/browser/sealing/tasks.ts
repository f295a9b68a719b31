// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The slow work of sealing as tasks that a Worker can do: plain data in, plain data out.
 *
 * Each task takes its input and a `step` to call after each of several like things, for progress in
 * words.
 */

import { type Bytes, toBase64Url, utf8 } from "../bytes.ts";
import { type Prepared, prepare } from "../attachments/prepare.ts";
import { openFile, sealFile } from "../attachments/stream.ts";
import * as age from "./age.ts";
import { type Failure, SealingError } from "./failure.ts";

export type Step = () => void;

/** What a reporter's browser seals when a report is filed. */
export interface Filing {
	/** The report's id, base64url. */
	readonly report: string;
	readonly narrative: string;
	/** The report's own key pair, where it exists already: its files are sealed first. */
	readonly key?: age.KeyPair | undefined;
	/** Recipient by person id: everybody who shall get a box. */
	readonly readers: Readonly<Record<string, string>>;
}

export interface SealedFiling {
	/** The report's own recipient. */
	readonly recipient: string;
	readonly narrative: Bytes;
	/** Base64url by person id. */
	readonly boxes: Readonly<Record<string, string>>;
}

/** A report's box and some of its parts, as GET …/sealed gives them. */
export interface SealedReport {
	readonly report: string;
	readonly recipient: string;
	readonly box: Uint8Array;
	readonly parts: readonly { readonly name: string; readonly sealed: Uint8Array }[];
}

/** A part that was opened, or why it was not: one bad part does not hide the others. */
export type OpenedPart =
	| { readonly name: string; readonly body: Bytes }
	| { readonly name: string; readonly failure: Failure };

export type OpenedReport =
	| { readonly report: string; readonly parts: readonly OpenedPart[] }
	| { readonly report: string; readonly failure: Failure };

/** Boxes to seal again for a newcomer (roster). */
export interface Sharing {
	readonly identity: string;
	readonly newcomer: string;
	readonly boxes: readonly {
		readonly report: string;
		readonly recipient: string;
		readonly box: Uint8Array;
	}[];
}

export type SharedBox =
	| { readonly report: string; readonly box: Bytes }
	| { readonly report: string; readonly failure: Failure };

async function sealFiling(filing: Filing, step: Step): Promise<SealedFiling> {
	const { identity, recipient } = filing.key ?? (await age.newKeyPair());
	const context = { report: filing.report, part: "narrative" };
	const narrative = await age.sealPart(context, utf8(filing.narrative), recipient);
	const boxes: Record<string, string> = {};
	for (const [person, reader] of Object.entries(filing.readers)) {
		boxes[person] = toBase64Url(await age.sealBox(filing.report, identity, reader));
		step();
	}
	return { recipient, narrative, boxes };
}

async function openReports(
	input: { readonly identity: string; readonly reports: readonly SealedReport[] },
	step: Step,
): Promise<OpenedReport[]> {
	const opened: OpenedReport[] = [];
	for (const report of input.reports) {
		opened.push(await openReport(report, input.identity));
		step();
	}
	return opened;
}

async function openReport(sealed: SealedReport, reader: string): Promise<OpenedReport> {
	const { report, recipient, box } = sealed;
	const key = await orFailure(age.openBox(report, box, reader, recipient));
	if (key instanceof SealingError) {
		return { report, failure: key.failure };
	}
	const parts: OpenedPart[] = [];
	for (const { name, sealed: part } of sealed.parts) {
		const body = await orFailure(age.openPart({ report, part: name }, part, key));
		parts.push(
			body instanceof SealingError ? { name, failure: body.failure } : { name, body },
		);
	}
	return { report, parts };
}

async function shareBoxes(sharing: Sharing, step: Step): Promise<SharedBox[]> {
	const shared: SharedBox[] = [];
	for (const { report, recipient, box } of sharing.boxes) {
		const key = await orFailure(age.openBox(report, box, sharing.identity, recipient));
		shared.push(
			key instanceof SealingError
				? { report, failure: key.failure }
				: { report, box: await age.sealBox(report, key, sharing.newcomer) },
		);
		step();
	}
	return shared;
}

/** A file of a report, to its recipient. `part`: "attachment-0"… */
interface FileToSeal {
	readonly report: string;
	readonly part: string;
	readonly recipient: string;
	readonly about: object;
	readonly file: Blob;
}

interface FileToOpen {
	readonly identity: string;
	readonly report: string;
	readonly recipient: string;
	readonly box: Uint8Array;
	readonly part: string;
	readonly sealed: Blob;
}

async function openAttachment(input: FileToOpen, step: Step): Promise<Prepared> {
	const { report, recipient, box, identity, part, sealed } = input;
	const key = await age.openBox(report, box, identity, recipient);
	return prepare(await openFile({ report, part }, sealed, key, step));
}

async function orFailure<T>(work: Promise<T>): Promise<T | SealingError> {
	try {
		return await work;
	} catch (error) {
		if (error instanceof SealingError) {
			return error;
		}
		throw error;
	}
}

export const TASKS = {
	newKeyPair: (): Promise<age.KeyPair> => age.newKeyPair(),
	recipientOf: (input: { readonly identity: string }): Promise<string> =>
		age.recipientOf(input.identity),
	wrap: (input: {
		readonly identity: string;
		readonly secret: string;
		readonly work: number;
	}): Promise<Bytes> => age.wrap(input.identity, input.secret, input.work),
	unwrap: (input: {
		readonly wrapped: Uint8Array;
		readonly secret: string;
	}): Promise<age.KeyPair> => age.unwrap(input.wrapped, input.secret),
	seal: (input: {
		readonly plaintext: Uint8Array;
		readonly recipients: readonly string[];
	}): Promise<Bytes> => age.seal(input.plaintext, input.recipients),
	open: (input: { readonly sealed: Uint8Array; readonly identity: string }): Promise<Bytes> =>
		age.open(input.sealed, input.identity),
	prepareFile: (input: { readonly file: Blob }): Promise<Prepared> => prepare(input.file),
	sealAttachment: ({ report, part, about, file, recipient }: FileToSeal, step): Promise<Blob> =>
		sealFile({ report, part }, about, file, recipient, step),
	openAttachment,
	sealFiling,
	openReports,
	shareBoxes,
} satisfies Record<string, (input: never, step: Step) => Promise<unknown>>;

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;
