// SPDX-License-Identifier: AGPL-3.0-or-later
/** The sealed list of a report's files, which both the form and those who open it know. */

import { h } from "../dom.ts";
import { msg, size } from "../messages.ts";

export const KIND_MESSAGES = [
	"attachments-kind-mail",
	"attachments-kind-pdf",
	"attachments-kind-picture",
] as const;

/** One file; the part "attachments" is JSON `{"files": […]}`. */
export interface Attached {
	/** In the report; its part is "attachment-0"… */
	readonly number: number;
	readonly name: string;
	readonly kind: "mail" | "pdf" | "picture";
	/** Bytes of the file. */
	readonly size: number;
	/** How many the server keeps of it. */
	readonly chunks: number;
}

/** The files of an opened list; none where there is no list. Throws TypeError for a list that says anything else. */
export function filesIn(list: { readonly files: readonly Attached[] } | null): readonly Attached[] {
	const files = list?.files ?? [];
	for (const { number, name, kind, size, chunks } of files) {
		const numbers = [number, size, chunks].every((one) => Number.isSafeInteger(one) && one >= 0);
		if (!numbers || typeof name !== "string" || !/^(mail|pdf|picture)$/.test(kind)) {
			throw new TypeError("not a list of files");
		}
	}
	return files;
}

/** Name, kind and size. */
export function describeFile(file: Pick<Attached, "name" | "kind" | "size">): HTMLElement {
	const kind = msg(`attachments-kind-${file.kind}`);
	return h("span", {}, h("bdi", {}, file.name), ` · ${kind} · ${size(file.size)}`);
}
