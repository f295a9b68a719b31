// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The inside of every sealed file: one JSON line that says what it is, the body, and padding.
 *
 * The same bytes as service/sealing/parts.py writes. age has no associated data, so the line
 * carries the context and the opener compares it: a server that swaps two files, or serves another
 * report's, is noticed.
 */

import { type Bytes, fromUtf8, owned, utf8 } from "../bytes.ts";
import { SealingError } from "./failure.ts";

/**
 * Which part of which report: `report` is its id in base64url, `part` "narrative", "facts", "box",
 * "finding-0"…
 */
export interface PartContext {
	readonly report: string;
	readonly part: string;
}

/** Bytes; a framed part is a multiple of it, so that lengths tell little. */
export const PART_STEP = 4096;
/** A box holds one identity and is made for each reader: it has a step of its own. */
export const BOX_STEP = 256;

const NEWLINE = 0x0a;
const LONGEST_LINE = 512;

/**
 * The line, `body` and zero bytes: a multiple of `step` bytes. Throws RangeError for an over-long
 * context.
 */
export function frame(context: PartContext, body: Uint8Array, step = PART_STEP): Bytes {
	const line = contextLine(context, body.length);
	const framed = new Uint8Array(Math.ceil((line.length + body.length) / step) * step);
	framed.set(line);
	framed.set(body, line.length);
	return framed;
}

/** The line before a body of `length` bytes. Throws RangeError for an over-long context. */
export function contextLine({ report, part }: PartContext, length: number): Bytes {
	const line = utf8(`${JSON.stringify({ report, part, length })}\n`);
	if (line.length > LONGEST_LINE) {
		throw new RangeError("the names of report and part are too long");
	}
	return line;
}

/**
 * The body. Throws SealingError "wrong-context" when the line names another report or part,
 * "damaged" for no frame.
 */
export function unframe(expected: PartContext, framed: Uint8Array): Bytes {
	const { start, length } = readStart(expected, framed);
	const body = framed.slice(start, start + length);
	const padding = framed.subarray(start + length);
	if (body.length !== length || padding.some((byte) => byte !== 0)) {
		throw new SealingError("damaged");
	}
	return owned(body);
}

/** Where the body begins, and how long it is. Throws as unframe does. */
export function readStart(
	expected: PartContext,
	framed: Uint8Array,
): { readonly start: number; readonly length: number } {
	const end = framed.subarray(0, LONGEST_LINE).indexOf(NEWLINE);
	if (end < 0) {
		throw new SealingError("damaged");
	}
	const { report, part, length } = readLine(framed.subarray(0, end));
	if (report !== expected.report || part !== expected.part) {
		throw new SealingError("wrong-context");
	}
	return { start: end + 1, length };
}

function readLine(bytes: Uint8Array): PartContext & { readonly length: number } {
	let line: unknown;
	try {
		line = JSON.parse(fromUtf8(bytes));
	} catch (cause) {
		throw new SealingError("damaged", { cause });
	}
	if (typeof line !== "object" || line === null) {
		throw new SealingError("damaged");
	}
	const { report, part, length, ...rest } = line as Record<string, unknown>;
	const known = typeof report === "string" && typeof part === "string" && isLength(length);
	if (!known || Object.keys(rest).length > 0) {
		throw new SealingError("damaged");
	}
	return { report, part, length };
}

function isLength(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0;
}
