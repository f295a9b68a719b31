// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Opening what is in an export. What is damaged is named, and the rest goes on. No id of a report stands in the clear:
 * the box says of which report it is, and every part has to say the same.
 */

import type { Source } from "../attachments/reading.ts";
import { openFile } from "../attachments/stream.ts";
import { prepare } from "../attachments/prepare.ts";
import { fromUtf8 } from "../bytes.ts";
import { read, type OpenedReport } from "../report/opened.ts";
import * as age from "../sealing/age.ts";
import { SealingError } from "../sealing/failure.ts";
import { unframe } from "../sealing/frame.ts";
import type { OpenedPart } from "../sealing/tasks.ts";
import { type Archive, contentOf } from "./archive.ts";
import type { ListedFile, ListedReport, Listing } from "./listing.ts";

/** What is wrong with a file; names a message, offline-fault-… */
export type Problem = "changed" | "damaged" | "missing" | "not-for-this-key" | "swapped";

export interface Fault {
	readonly path: string;
	readonly problem: Problem;
}

export interface Read {
	readonly listed: ListedReport;
	/** Null when its box does not open. */
	readonly opened: OpenedReport | null;
	readonly faults: readonly Fault[];
	/** Opens its attachments. */
	readonly source: Source;
}

/** An export that was chosen. */
export interface Export {
	readonly file: Blob;
	readonly archive: Archive;
	readonly listing: Listing;
}

const ATTACHMENT = /^attachment-\d+$/;
const LONGEST_LINE = 512;

class Faulty extends Error {
	constructor(readonly problem: Problem) {
		super(problem);
	}
}

/** One report, with the reader's identities, one a line. Throws SealingError "invalid-identity". */
export async function openListed(
	chosen: Export,
	listed: ListedReport,
	identities: string,
): Promise<Read> {
	const files = chosen.listing.files.filter((file) => file.report === listed.code);
	const faults: Fault[] = [];
	const box = files.find((file) => file.part === "box");
	const path = box?.path ?? `reports/${listed.code}/box.age`;
	const key = await orFault(path, faults, async () => openBox(await bytesOf(chosen, box), identities));
	if (key === null) {
		return { listed, opened: null, faults, source: () => Promise.reject(new SealingError("damaged")) };
	}
	const parts: OpenedPart[] = [];
	for (const file of files) {
		if (file.part !== "box" && !ATTACHMENT.test(file.part)) {
			const context = { report: key.report, part: file.part };
			const body = await orFault(file.path, faults, async () =>
				age.openPart(context, await bytesOf(chosen, file), key.identity).catch(swapped),
			);
			if (body !== null) {
				parts.push({ name: file.part, body });
			}
		}
	}
	const opened = await orFault(`reports/${listed.code}`, faults, async () => understood(parts));
	return { listed, opened, faults, source: sourceOf(chosen, files, key) };
}

/** Whether the attachments are as the list says; `step` after each. */
export async function checkAttachments(chosen: Export, step: (done: number) => void): Promise<Fault[]> {
	const faults: Fault[] = [];
	const files = chosen.listing.files.filter((file) => ATTACHMENT.test(file.part));
	for (const [done, file] of files.entries()) {
		await orFault(file.path, faults, () => blobOf(chosen, file));
		step(done + 1);
	}
	return faults;
}

interface Key {
	/** Id of the report, as everything that is sealed to the key says it. */
	readonly report: string;
	readonly identity: string;
}

async function openBox(sealed: Uint8Array, identities: string): Promise<Key> {
	const framed = await age.open(sealed, identities);
	const end = framed.subarray(0, LONGEST_LINE).indexOf(0x0a);
	let report: unknown;
	try {
		({ report } = JSON.parse(fromUtf8(framed.subarray(0, end))) as { report: unknown });
	} catch {
		throw new SealingError("damaged");
	}
	if (typeof report !== "string") {
		throw new SealingError("damaged");
	}
	const identity = fromUtf8(unframe({ report, part: "box" }, framed));
	await age.recipientOf(identity);
	return { report, identity };
}

/** A part that is sealed to another key is another report's. */
function swapped(error: unknown): never {
	const foreign = error instanceof SealingError && error.failure === "not-for-this-key";
	throw foreign ? new SealingError("wrong-context", { cause: error }) : error;
}

/** Throws for words that are not what their part should hold. */
function understood(parts: readonly OpenedPart[]): OpenedReport {
	try {
		return read(parts);
	} catch (cause) {
		throw new SealingError("damaged", { cause });
	}
}

function sourceOf(chosen: Export, files: readonly ListedFile[], key: Key): Source {
	return async (attached) => {
		const part = `attachment-${attached.number}`;
		const file = files.find((one) => one.part === part);
		const sealed = await blobOf(chosen, file).catch((cause: unknown) => {
			throw cause instanceof Faulty ? new SealingError("damaged", { cause }) : cause;
		});
		return prepare(await openFile({ report: key.report, part }, sealed, key.identity, () => undefined));
	};
}

async function bytesOf(chosen: Export, file: ListedFile | undefined): Promise<Uint8Array> {
	return new Uint8Array(await (await blobOf(chosen, file)).arrayBuffer());
}

/** A file, when it is as the list says. Throws Faulty. */
async function blobOf({ file, archive }: Export, listed: ListedFile | undefined): Promise<Blob> {
	const place = archive.files.get(listed?.path ?? "");
	if (listed === undefined || place === undefined) {
		throw new Faulty("missing");
	}
	const content = place && (await contentOf(file, place));
	if (content === null) {
		throw new Faulty("damaged");
	}
	const { size, sha256 } = listed;
	if (size !== null && content.size !== size) {
		throw new Faulty("changed");
	}
	if (sha256 !== null && (await hashOf(content)) !== sha256) {
		throw new Faulty("changed");
	}
	return content;
}

async function hashOf(content: Blob): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", await content.arrayBuffer());
	return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function orFault<T>(path: string, faults: Fault[], work: () => Promise<T>): Promise<T | null> {
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof Faulty || error instanceof SealingError)) {
			throw error;
		}
		faults.push({ path, problem: error instanceof Faulty ? error.problem : problemOf(error) });
		return null;
	}
}

function problemOf({ failure }: SealingError): Problem {
	switch (failure) {
		case "not-for-this-key":
			return failure;
		case "wrong-context":
			return "swapped";
		default:
			return "damaged";
	}
}
