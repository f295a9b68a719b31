// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * What can be done with an open key on its page: more ways to unlock it, fewer, taking it along,
 * sealing old reports to it. The words stand in the template (keys/manage.html); the buttons there
 * have `data-add="passkey|passphrase|recovery"`, `data-export`, `data-rebox`.
 */

import { button } from "../controls.ts";
import { fill, find, findAll, h, show } from "../dom.ts";
import { tell } from "../explain.ts";
import { postJson } from "../http.ts";
import { day, msg } from "../messages.ts";
import type { KeyPair } from "../sealing/age.ts";
import { newSecret } from "./new-key.ts";
import { passkeysWork } from "./passkey.ts";
import {
	fetchWraps,
	type KeptWrap,
	type Wrap,
	type WrapKind,
	wrapKey,
	wrapKeyForPasskey,
} from "./personal.ts";
import { SHEET_MESSAGES, untilKept } from "./secret-sheet.ts";
import { sealAgain } from "./sealing-again.ts";
import { withStepUp } from "./step-up.ts";
import { lockNow } from "./unlocked.ts";

export const MANAGE_MESSAGES = [
	...SHEET_MESSAGES,
	"keys-rebox-anyway",
	"keys-rebox-done",
	"keys-rebox-failed",
	"keys-rebox-kept",
	"keys-rebox-let-go",
	"keys-rebox-working",
	"keys-unlock-passkey-asks",
	"keys-wrap-added",
	"keys-wrap-adding",
	"keys-wrap-file",
	"keys-wrap-passkey",
	"keys-wrap-passphrase",
	"keys-wrap-recovery",
	"keys-wrap-remove",
	"keys-wrap-remove-sure",
	"keys-wrap-removed",
] as const;

/** One open key and its page. */
export class Managing {
	/** Reports that did not open while they were to be sealed again. */
	private failed: readonly string[] | null = null;
	private readonly said: HTMLElement;
	private readonly error: HTMLElement;

	constructor(
		private readonly root: HTMLElement,
		private readonly owner: string,
		private readonly key: KeyPair,
	) {
		this.said = find("[data-said]", root);
		this.error = find("[data-error]", root);
	}

	/** Shows the part and makes its buttons work. */
	async start(): Promise<void> {
		show(this.root);
		const passkeys = await passkeysWork();
		for (const add of findAll<HTMLButtonElement>("[data-add]", this.root)) {
			const kind = add.dataset["add"] as WrapKind;
			show(add, kind !== "passkey" || passkeys);
			this.on(add, () => this.add(kind));
		}
		show(find("[data-no-passkeys]", this.root), !passkeys);
		this.on(find("[data-export]", this.root), () => this.export());
		const rebox = this.root.querySelector<HTMLButtonElement>("[data-rebox]");
		if (rebox) {
			this.on(rebox, () => (this.failed ? this.letGo(rebox) : this.rebox(rebox)));
		}
		await this.run(() => this.refresh());
	}

	/** Does `act` when the button is pressed, one act at a time. */
	on(pressed: HTMLElement, act: () => Promise<void>): void {
		pressed.addEventListener("click", () => void this.run(act));
	}

	/** Says what happens; for the acts of others on this page, too. */
	say(text: string): void {
		fill(this.said, text);
		this.said.scrollIntoView({ block: "nearest" }); // the button may be a screen below
	}

	ask<T>(act: () => Promise<T>): Promise<T> {
		return withStepUp(this.key.identity, act);
	}

	private async run(act: () => Promise<void>): Promise<void> {
		const buttons = findAll<HTMLButtonElement>("button:enabled", this.root);
		buttons.forEach((one) => (one.disabled = true));
		fill(this.error);
		try {
			await act();
		} catch (error) {
			fill(this.said);
			tell(error, (text) => {
				fill(this.error, h("p", { class: "cs-error" }, text));
				this.error.scrollIntoView({ block: "nearest" });
			});
		} finally {
			buttons.forEach((one) => (one.disabled = false));
		}
	}

	/** The list of what opens the key, as the server has it now. */
	private async refresh(): Promise<void> {
		const wrapped = await fetchWraps();
		if (wrapped?.recipient !== this.key.recipient) {
			await lockNow(); // changed in another tab: what is open here is the key of before
		}
		fill(find("[data-wraps]"), ...(wrapped?.wraps ?? []).map((wrap) => this.line(wrap)));
	}

	private line(wrap: KeptWrap): HTMLElement {
		const text = msg(`keys-wrap-${wrap.kind}`, { date: day(wrap.made) });
		const address = `/key/wraps/${wrap.id}/file`;
		const file = wrap.kind !== "passkey" && h("a", { href: address }, msg("keys-wrap-file"));
		const remove = button(msg("keys-wrap-remove"), () => {
			if (remove.dataset["sure"]) {
				void this.run(() => this.remove(wrap));
			} else {
				remove.dataset["sure"] = "yes";
				fill(remove, msg("keys-wrap-remove-sure"));
			}
		});
		return h("li", { class: "cs-cluster" }, text, " ", file, " ", remove);
	}

	private async add(kind: WrapKind): Promise<void> {
		const wrap = await (kind === "passkey" ? this.newPasskey() : this.newText(kind));
		const had = (await fetchWraps())?.wraps ?? [];
		// There is one passphrase and one recovery code, and any number of devices.
		const instead = had.find((one) => one.kind === kind && kind !== "passkey")?.id ?? null;
		await this.ask(() => postJson("/key/wraps", { wrap, instead }));
		await this.refresh();
		this.say(msg("keys-wrap-added"));
	}

	private newPasskey(): Promise<Wrap> {
		this.say(msg("keys-unlock-passkey-asks"));
		return wrapKeyForPasskey(this.key);
	}

	private async newText(kind: "passphrase" | "recovery"): Promise<Wrap> {
		const secret = await newSecret(kind);
		await untilKept(find("[data-sheet]", this.root), [secret], this.owner);
		this.say(msg("keys-wrap-adding"));
		return wrapKey(this.key, secret);
	}

	private async remove({ id }: KeptWrap): Promise<void> {
		await this.ask(() => postJson(`/key/wraps/${id}/remove`, {}));
		await this.refresh();
		this.say(msg("keys-wrap-removed"));
	}

	/** The plain key as an age identity file. */
	private async export(): Promise<void> {
		await this.ask(() => postJson("/key/exported", {}));
		const text = `# public key: ${this.key.recipient}\n${this.key.identity}\n`;
		const link = h("a", { download: "key-plain.txt" });
		link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
	}

	/** Whatever is still sealed to an earlier key; then that one is let go. */
	private async rebox(pressed: HTMLElement): Promise<void> {
		const { kept, failed } = await sealAgain({
			from: "/key/boxes",
			to: "/key/boxes",
			identity: this.key.identity,
			check: () => this.refresh(),
			progress: (done, count) => this.say(msg("keys-rebox-working", { done, count })),
			ask: (act) => this.ask(act),
		});
		const done = msg("keys-rebox-done", { count: kept });
		if (failed.length === 0) {
			await this.letGo(pressed, done);
			return;
		}
		// To let the earlier key go with them cannot be undone: that is asked for by itself.
		this.failed = failed;
		fill(pressed, msg("keys-rebox-anyway"));
		const count = failed.length;
		this.say([done, msg("keys-rebox-failed", { count }), msg("keys-rebox-kept")].join(" "));
	}

	private async letGo(pressed: HTMLElement, done = ""): Promise<void> {
		await this.ask(() => postJson("/key/boxes/done", { failed: this.failed ?? [] }));
		this.say(`${done} ${msg("keys-rebox-let-go")}`);
		show(pressed.closest("[data-rebox-part]") ?? pressed, false);
	}
}
