// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The files of the report form: chosen or dropped, looked at one after the other in the Worker,
 * sealed and uploaded when the report is sent. They go before the report, which then names them.
 *
 * A file that was sealed stays so while the page lives: after a broken line the next attempt goes
 * on behind the last chunk that the server has.
 */

import { utf8 } from "../bytes.ts";
import { button } from "../controls.ts";
import { fill, find, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { postJson } from "../http.ts";
import { makeKey } from "../keys/personal.ts";
import { msg } from "../messages.ts";
import { showErrors } from "../report/fields.ts";
import { NeedsAnotherLook } from "../report/send.ts";
import type { KeyPair } from "../sealing/age.ts";
import { run } from "../sealing/client.ts";
import { SealingError } from "../sealing/failure.ts";
import { frame } from "../sealing/frame.ts";
import { type Attached, describeFile, KIND_MESSAGES } from "./attached.ts";
import { CHUNK, LARGEST_TOGETHER, MOST_FILES } from "./sizes.ts";

export const ATTACHING_MESSAGES = [
	...KIND_MESSAGES,
	"attachments-added",
	"attachments-error-broken",
	"attachments-error-canvas",
	"attachments-error-gone",
	"attachments-error-kind",
	"attachments-error-large",
	"attachments-error-many",
	"attachments-error-pixels",
	"attachments-error-together",
	"attachments-looking",
	"attachments-remove",
	"attachments-removed",
	"attachments-sealing",
	"attachments-sending",
	"attachments-sent-some",
] as const;

/** Milliseconds for one chunk on a slow line, and how often it is tried. */
const PATIENCE = { timeout: 60_000, again: 4 };
const LONGEST_NAME = 120;
// Control characters, and those that turn the direction of what follows: "gpj.exe" for "exe.jpg".
const NEVER_IN_NAMES = /[\p{Cc}\p{Cf}/\\]+/gu;

export interface Attachments {
	/** The key pair that the report gets because its files are sealed to it; none without files. */
	key(): Promise<KeyPair | undefined>;
	/** Seals and uploads what is not there yet; gives what adds the files to the filing's body. */
	deliver(say: (text: string) => void): Promise<(body: FormData) => void>;
}

/** A file on the list. Its number is never given to another one of this form. */
interface Item {
	readonly number: number;
	readonly name: string;
	readonly kind: Attached["kind"];
	readonly file: Blob;
	sealed?: Blob;
}

export function startAttachments(form: HTMLElement): Attachments {
	const field = find<HTMLInputElement>("#attachments", form);
	const said = find("[data-attachments-said]", form);
	const list = find("[data-attachments-list]", form);
	const { report = "", formId = "", attachmentsAddress: address = "" } = form.dataset;
	let items: Item[] = [];
	let last = 0;
	let looking = Promise.resolve();
	let pair: Promise<KeyPair> | undefined;
	let unseen = "";

	const showList = () => {
		fill(list, ...items.map((item) => row(item, () => remove(item))));
		show(list, items.length > 0);
	};
	const remove = (item: Item) => {
		items = items.filter((one) => one !== item);
		fill(said, msg("attachments-removed", { name: item.name }));
		showList();
		field.focus();
	};
	const refuse = (message: string) => {
		// While the report is on its way nobody sees the field: then it must not go without the file.
		unseen = form.hidden ? message : "";
		showErrors(form, [{ field: "attachments", message }]);
	};
	const take = async (files: readonly File[]) => {
		const refused: string[] = [];
		for (const file of files) {
			const name = nameOf(file.name);
			fill(said, msg("attachments-looking", { name }));
			const prepared = await run("prepareFile", { file });
			const why = "refused" in prepared ? prepared.refused : tooMuch(items, prepared.file);
			if (why !== null || "refused" in prepared) {
				refused.push(msg(`attachments-error-${why}`, { name, most: MOST_FILES }));
			} else {
				items.push({ ...prepared, number: last++, name: withEnding(name, prepared.ending) });
				showList();
			}
		}
		fill(said, msg("attachments-added", { count: items.length }));
		if (refused.length > 0) {
			refuse(refused.join(" "));
		}
	};
	const takeLater = (files: FileList | null | undefined) => {
		const chosen = [...(files ?? [])];
		looking = looking
			.then(() => take(chosen))
			.catch((error: unknown) => tell(error, refuse));
	};
	field.addEventListener("change", () => {
		takeLater(field.files);
		field.value = ""; // the same file may be chosen again
	});
	// Dropped beside the field, a file would take the place of the page and of all that was typed.
	document.addEventListener("dragover", (event) => event.preventDefault());
	document.addEventListener("drop", (event) => {
		event.preventDefault();
		takeLater(event.dataTransfer?.files);
	});

	const upload = async (item: Item, kept: number, say: (percent: number) => void) => {
		const sealed = item.sealed ?? new Blob();
		for (let index = kept; index * CHUNK < sealed.size; index++) {
			const body = new FormData();
			body.set("form_id", formId);
			body.set("number", String(item.number));
			body.set("index", String(index));
			body.set("chunk", sealed.slice(index * CHUNK, (index + 1) * CHUNK), "chunk");
			await postJson(address, body, PATIENCE);
			say(Math.round((100 * (index + 1) * CHUNK) / sealed.size));
		}
	};
	const deliver = async (say: (text: string) => void) => {
		const { recipient } = (await pair) ?? { recipient: "" };
		const count = items.length;
		const asked = new FormData();
		asked.set("form_id", formId);
		items.forEach(({ number }) => asked.append("wanted", String(number)));
		const { kept } = await postJson<{ kept: Record<string, number> }>(
			`${address}/kept`,
			asked,
			PATIENCE,
		);
		for (const [at, item] of items.entries()) {
			const { number, name, kind, file } = item;
			const told = { name, at: at + 1, count };
			const about = { name, kind };
			say(msg("attachments-sealing", { ...told, percent: 0 }));
			try {
				item.sealed ??= await run(
					"sealAttachment",
					{ report, part: `attachment-${number}`, about, file, recipient },
					(steps) => {
						const percent = Math.min(100, Math.round((100 * steps * CHUNK) / file.size));
						say(msg("attachments-sealing", { ...told, percent }));
					},
				);
			} catch (error) {
				if (error instanceof SealingError && error.failure === "unreadable-file") {
					const message = msg("attachments-error-gone", { name });
					throw new NeedsAnotherLook([{ field: "attachments", message }]);
				}
				throw error;
			}
			fill(said, msg("attachments-sent-some", { done: at, count }));
			await upload(item, kept[number] ?? 0, (percent) =>
				say(msg("attachments-sending", { ...told, percent })),
			);
		}
		fill(said);
		const files: Attached[] = items.map(({ number, name, kind, file, sealed }) => {
			return { number, name, kind, size: file.size, chunks: (sealed?.size ?? 0) / CHUNK };
		});
		const plaintext = frame({ report, part: "attachments" }, utf8(JSON.stringify({ files })));
		const manifest = await run("seal", { plaintext, recipients: [recipient] });
		return (body: FormData) => {
			body.set("attachments", new Blob([manifest]), "attachments.age");
			items.forEach(({ number }) => body.append("attachment", String(number)));
		};
	};
	return {
		key: async () => {
			await looking;
			const message = unseen;
			unseen = "";
			if (message !== "") {
				throw new NeedsAnotherLook([{ field: "attachments", message }]);
			}
			return items.length > 0 ? (pair ??= makeKey()) : undefined;
		},
		deliver: async (say) => (items.length > 0 ? deliver(say) : () => undefined),
	};
}

function tooMuch(items: readonly Item[], file: Blob): "many" | "together" | null {
	const together = items.reduce((sum, item) => sum + item.file.size, file.size);
	const many = items.length >= MOST_FILES;
	return many ? "many" : together > LARGEST_TOGETHER ? "together" : null;
}

function row(item: Item, remove: () => void): HTMLElement {
	const gone = button("×", remove, "quiet");
	gone.setAttribute("aria-label", msg("attachments-remove", { name: item.name }));
	return h("li", { class: "cs-chip" }, describeFile({ ...item, size: item.file.size }), gone);
}

function nameOf(name: string): string {
	return name.replace(NEVER_IN_NAMES, " ").trim().slice(-LONGEST_NAME) || "–";
}

/** The ending says what the file is now, not what it was. */
function withEnding(name: string, ending: string): string {
	const known = name.toLowerCase().endsWith(`.${ending}`);
	return known ? name : `${name.replace(/\.[^. ]{1,5}$/, "")}.${ending}`;
}
