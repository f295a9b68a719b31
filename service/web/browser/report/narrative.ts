// SPDX-License-Identifier: AGPL-3.0-or-later
/** The large field with its counter, which stays quiet until the limit is near. The field has no name, ever. */

import { utf8 } from "../bytes.ts";
import { fill, find } from "../dom.ts";
import { msg } from "../messages.ts";

const NEAR = 0.8;

export interface Narrative {
	text(): string;
	/** Whether it fits into the limit. */
	fits(): boolean;
}

/** `longest`: bytes of UTF-8. */
export function startNarrative(form: ParentNode, longest: number): Narrative {
	const field = find<HTMLTextAreaElement>("#narrative", form);
	const counter = find("[data-counter]", form);
	const count = () => fill(counter, counted(field.value, longest));
	field.addEventListener("input", count);
	count();
	return {
		text: () => field.value.trim(),
		fits: () => utf8(field.value.trim()).length <= longest,
	};
}

/** In characters of the kind that the person writes: nobody counts bytes. */
function counted(text: string, longest: number): string {
	const size = utf8(text).length;
	if (size < longest * NEAR) {
		return "";
	}
	const each = size / [...text].length;
	const left = Math.floor((longest - size) / each);
	return left >= 0
		? msg("reports-counter-left", { count: left })
		: msg("reports-counter-over", { count: -left });
}
