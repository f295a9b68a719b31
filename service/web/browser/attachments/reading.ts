// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The files of an opened report: listed at once, fetched and opened when asked.
 *
 * What they hold attacks whoever looks, so nothing of it becomes a document, an address or a
 * style: a picture is decoded, painted and encoded anew in the Worker, and only what came out of that is
 * shown, blurred until asked; a mail is a text node; a PDF is only ever saved.
 */

import { button, statusLine } from "../controls.ts";
import { add, fill, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { msg } from "../messages.ts";
import type { OpenedReport } from "../report/opened.ts";
import { SealingError } from "../sealing/failure.ts";
import { type Attached, describeFile, KIND_MESSAGES } from "./attached.ts";
import type { Prepared } from "./prepare.ts";

export const READING_MESSAGES = [
	...KIND_MESSAGES,
	"attachments-close",
	"attachments-error-damaged",
	"attachments-error-not-so",
	"attachments-error-wrong-context",
	"attachments-fetching",
	"attachments-hide",
	"attachments-mail-shortened",
	"attachments-open",
	"attachments-opening",
	"attachments-pdf-warning",
	"attachments-save",
	"attachments-show",
	"attachments-title",
] as const;

const LONGEST_SHOWN = 64 * 1024; // bytes of a mail: more text at once would hold up the page

/** Gets a sealed file and opens it; `say` tells how far that is. */
export type Source = (file: Attached, say: (text: string) => void) => Promise<Prepared>;

/** Puts the list of files behind what `place` holds. */
export function showAttachments(
	place: HTMLElement,
	{ attachments }: OpenedReport,
	source: Source,
): void {
	if (attachments.length > 0) {
		add(
			place,
			h("h4", {}, msg("attachments-title")),
			h("ul", { class: "cs-files" }, ...attachments.map((file) => item(file, source))),
		);
	}
}

function item(file: Attached, source: Source): HTMLElement {
	const said = statusLine();
	const shown = h("div");
	const isPdf = file.kind === "pdf";
	const open = button(msg(isPdf ? "attachments-save" : "attachments-open"), () => {
		open.disabled = true;
		source(file, (text) => fill(said, text))
			.then((prepared) => {
				fill(said);
				return reveal(shown, open, file, prepared);
			})
			.catch((error: unknown) => {
				const own = error instanceof SealingError && named(error.failure);
				own ? fill(said, own) : tell(error, (text) => fill(said, text));
			})
			.finally(() => (open.disabled = false));
	});
	open.setAttribute("aria-label", `${open.textContent}: ${file.name}`);
	const warning = isPdf && h("p", { class: "cs-hint" }, msg("attachments-pdf-warning"));
	return h("li", {}, describeFile(file), warning, h("p", {}, open), said, shown);
}

function named(failure: string): string | null {
	switch (failure) {
		case "damaged":
		case "not-for-this-key":
			return msg("attachments-error-damaged");
		case "wrong-context":
			return msg("attachments-error-wrong-context");
		default:
			return null;
	}
}

/** Until it is closed, what was opened stands in the place of its button. */
async function reveal(
	shown: HTMLElement,
	open: HTMLButtonElement,
	file: Attached,
	prepared: Prepared,
): Promise<void> {
	if ("refused" in prepared || prepared.kind !== file.kind) {
		fill(shown, h("p", { class: "cs-error" }, msg("attachments-error-not-so")));
		return;
	}
	if (prepared.kind === "pdf") {
		save(prepared.file, file.name);
		return;
	}
	const close = button(
		msg("attachments-close"),
		() => {
			fill(shown);
			show(open);
			open.focus();
		},
		"quiet",
	);
	show(open, false);
	if (prepared.kind === "picture") {
		showPicture(shown, close, prepared.file, file.name);
		return;
	}
	const text = await prepared.file.slice(0, LONGEST_SHOWN).text();
	const longer = prepared.file.size > LONGEST_SHOWN;
	fill(
		shown,
		h("div", { class: "cs-actions" }, close),
		h("pre", { class: "cs-preview cs-mail", tabindex: 0, dir: "auto" }, text),
		longer && h("p", { class: "cs-hint" }, msg("attachments-mail-shortened")),
	);
	close.focus();
}

/** An image, not a canvas: browsers decode it beside the page, which stays awake. */
function showPicture(shown: HTMLElement, close: HTMLElement, file: Blob, name: string): void {
	const picture = h("img", { class: "cs-picture", alt: name, "data-veiled": true });
	picture.src = URL.createObjectURL(file);
	const toggle = button(msg("attachments-show"), () => {
		const veiled = picture.toggleAttribute("data-veiled");
		fill(toggle, msg(veiled ? "attachments-show" : "attachments-hide"));
	});
	close.addEventListener("click", () => URL.revokeObjectURL(picture.src));
	fill(shown, h("div", { class: "cs-actions" }, toggle, close), picture);
	toggle.focus();
}

/** As bytes of no kind, so that no program opens it by itself, under a name that ends as it must. */
function save(file: Blob, name: string): void {
	const address = URL.createObjectURL(new Blob([file], { type: "application/octet-stream" }));
	const link = h("a", { download: name.toLowerCase().endsWith(".pdf") ? name : `${name}.pdf` });
	link.href = address;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
