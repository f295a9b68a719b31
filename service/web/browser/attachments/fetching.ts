// SPDX-License-Identifier: AGPL-3.0-or-later
/** The sealed files of a report on the server: fetched chunk by chunk, and opened in the Worker. */

import { type Bytes, fromBase64Url } from "../bytes.ts";
import { postBytes } from "../http.ts";
import { msg } from "../messages.ts";
import type { SealedJson } from "../report/opened.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import type { Source } from "./reading.ts";
import { CHUNK } from "./sizes.ts";

/** `address`: where the chunks of `sealed` are asked for; `identity`: whose key opens it. */
export function fetched(sealed: SealedJson, address: string, identity: string): Source {
	return async (file, say) => {
		const whole = file.chunks * CHUNK;
		const pieces: Bytes[] = [];
		let there = 0;
		while (there < whole) {
			const percent = Math.round((100 * there) / whole);
			say(msg("attachments-fetching", { percent }));
			const ask = { report: sealed.id, number: file.number, start: there / CHUNK };
			const piece = await postBytes(address, ask, { again: 3, timeout: 60_000 });
			if (piece.length === 0 || piece.length % CHUNK !== 0 || there + piece.length > whole) {
				throw new SealingError("damaged");
			}
			pieces.push(piece);
			there += piece.length;
		}
		say(msg("attachments-opening"));
		return run("openAttachment", {
			identity,
			report: sealed.id,
			recipient: sealed.recipient,
			box: fromBase64Url(sealed.box ?? ""),
			part: `attachment-${file.number}`,
			sealed: new Blob(pieces),
		});
	};
}
