// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * A message of the desk to one reporter: sealed in the browser to the report's recipient, as the part "message-N".
 * All messages are of one size, an answer of pages and a closing line alike.
 */

import { type Bytes, utf8 } from "../bytes.ts";
import { run } from "../sealing/client.ts";
import { frame, PART_STEP } from "../sealing/frame.ts";

/** Bytes of a framed message; the server refuses another size. */
const SIZE = 5 * PART_STEP;

/** Words of the reporter, or a message of the desk; to the report's recipient. Throws SealingError. */
export function sealWords(
	report: string,
	part: string,
	words: string,
	recipient: string,
	step = PART_STEP,
): Promise<Bytes> {
	const plaintext = frame({ report, part }, utf8(words), step);
	return run("seal", { plaintext, recipients: [recipient] });
}

/** In it are a line of JSON that says what it is, and then the text as it was written. */
export function sealMessage(
	report: string,
	part: string,
	about: { readonly kind: string; readonly day: string },
	text: string,
	recipient: string,
): Promise<Bytes> {
	return sealWords(report, part, `${JSON.stringify(about)}\n${text}`, recipient, SIZE);
}

/** What was written in a part of the thread: the reporter's own words as they are, the desk's out of their message. */
export function wordsIn(part: string, body: string): string {
	return part.startsWith("message-") ? body.slice(body.indexOf("\n") + 1) : body;
}
