// SPDX-License-Identifier: AGPL-3.0-or-later
/** Codex's controls as its CSS wants them built. */

import { h } from "./dom.ts";

type Weight = "primary" | "normal" | "quiet";

/** A button that does something on this page. "primary": the one thing that a step is about. */
export function button(
	text: string,
	act: (() => void) | null = null,
	weight: Weight = "normal",
): HTMLButtonElement {
	const classes = {
		primary: "cdx-button cdx-button--action-progressive cdx-button--weight-primary",
		normal: "cdx-button",
		quiet: "cdx-button cdx-button--weight-quiet",
	};
	const made = h("button", { type: act ? "button" : "submit", class: classes[weight] }, text);
	if (act) {
		made.addEventListener("click", act);
	}
	return made;
}

/** A link that looks like a button: the way on. */
export function linkButton(text: string, href: string): HTMLAnchorElement {
	const classes =
		"cdx-button cdx-button--fake-button cdx-button--fake-button--enabled " +
		"cdx-button--action-progressive cdx-button--weight-primary";
	return h("a", { class: classes, href }, text);
}

/** A checkbox with its label; listen to the returned `input`. */
export function checkbox(
	id: string,
	text: string,
): { readonly box: HTMLElement; readonly input: HTMLInputElement } {
	const input = h("input", { id, type: "checkbox", class: "cdx-checkbox__input" });
	const label = h(
		"label",
		{ class: "cdx-label__label", for: id },
		h("span", { class: "cdx-label__label__text" }, text),
	);
	const wrapper = h(
		"div",
		{ class: "cdx-checkbox__wrapper" },
		input,
		h("span", { class: "cdx-checkbox__icon" }),
		h("div", { class: "cdx-checkbox__label cdx-label" }, label),
	);
	return { box: h("div", { class: "cdx-checkbox" }, wrapper), input };
}

/** A line that a screen reader speaks when it changes. */
export function statusLine(): HTMLElement {
	return h("p", { role: "status", class: "cs-hint" });
}

/** A block that cannot be overlooked. */
export function notice(kind: "warning" | "error", ...content: readonly HTMLElement[]): HTMLElement {
	return h(
		"div",
		{ class: `cdx-message cdx-message--block cdx-message--${kind}` },
		h("span", { class: "cdx-message__icon" }),
		h("div", { class: "cdx-message__content" }, ...content),
	);
}
