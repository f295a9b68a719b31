// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Sealing and opening a file as a stream: one age file to the report's recipient. Inside, as in
 * every part, the line that says where it belongs, then the body, then zeros up to its size class.
 * The body is a JSON line with name and kind, and the file. Runs in the Worker.
 */

import { fromUtf8, owned, utf8 } from "../bytes.ts";
import * as age from "../sealing/age.ts";
import { SealingError } from "../sealing/failure.ts";
import { contextLine, type PartContext, readStart } from "../sealing/frame.ts";
import type { Step } from "../sealing/tasks.ts";
import { CHUNK, chunksFor, room } from "./sizes.ts";

const ZEROS = new Uint8Array(64 * 1024);
const STEP_EVERY = 4; // pieces of 64 KiB

/** Throws SealingError "unreadable-file" when the file is gone or changed since it was chosen. */
export async function sealFile(
	context: PartContext,
	about: object,
	file: Blob,
	recipient: string,
	step: Step,
): Promise<Blob> {
	const head = utf8(`${JSON.stringify(about)}\n`);
	const line = contextLine(context, head.length + file.size);
	const length = line.length + head.length + file.size;
	const chunks = chunksFor(length);
	let padding = room(chunks) - length;
	const framed = new TransformStream<Uint8Array, Uint8Array>({
		start(to) {
			to.enqueue(line);
			to.enqueue(head);
		},
		flush(to) {
			for (; padding > 0; padding -= ZEROS.length) {
				to.enqueue(ZEROS.subarray(0, Math.min(padding, ZEROS.length)));
			}
		},
	});
	const pieces: BlobPart[] = [];
	try {
		const sealed = await age.sealStream(file.stream().pipeThrough(framed), recipient);
		for await (const piece of piecesOf(sealed, step)) {
			pieces.push(owned(piece));
		}
	} catch (cause) {
		throw cause instanceof SealingError ? cause : new SealingError("unreadable-file", { cause });
	}
	const sealed = new Blob(pieces);
	if (sealed.size !== chunks * CHUNK) {
		throw new SealingError("unreadable-file"); // it grew or shrank while it was read
	}
	return sealed;
}

/** Throws what open and unframe throw; nothing comes out before all of it was authenticated. */
export async function openFile(
	context: PartContext,
	sealed: Blob,
	identity: string,
	step: Step,
): Promise<Blob> {
	const pieces: BlobPart[] = [];
	let left = -1; // bytes of the file that are still to come
	try {
		const opened = await age.openStream(sealed.stream(), identity);
		for await (const piece of piecesOf(opened, step)) {
			let start = 0;
			if (left < 0) {
				const body = readStart(context, piece);
				start = piece.indexOf(0x0a, body.start) + 1; // behind the JSON line
				fromUtf8(piece.subarray(body.start, start));
				left = body.start + body.length - start;
			}
			const part = piece.slice(start, start + left);
			left -= part.length;
			pieces.push(owned(part));
			if (piece.subarray(start + part.length).some((byte) => byte !== 0)) {
				throw new SealingError("damaged");
			}
		}
	} catch (cause) {
		throw cause instanceof SealingError ? cause : new SealingError("damaged", { cause });
	}
	if (left !== 0) {
		throw new SealingError("damaged");
	}
	return new Blob(pieces);
}

async function* piecesOf(stream: ReadableStream<Uint8Array>, step: Step): AsyncGenerator<Uint8Array> {
	const reader = stream.getReader();
	for (let count = 1; ; count++) {
		const { done, value } = await reader.read();
		if (done) {
			return;
		}
		yield value;
		if (count % STEP_EVERY === 0) {
			step();
		}
	}
}
