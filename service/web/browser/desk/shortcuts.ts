// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Keys of the list: j and k move the focus from case to case (Enter then opens, as links do), `/`
 * goes to the search. They can be switched off (WCAG 2.1.4: voice control may type letters that
 * nobody meant).
 */

import { checkbox } from "../controls.ts";
import { add, findAll } from "../dom.ts";
import { msg } from "../messages.ts";

const ITEM = "community-support-shortcuts";
const OFF = "off";

/** `links`: asked for at each key, as a search hides some. `mount` gets the switch. */
export function startShortcuts(mount: HTMLElement, table: HTMLElement, search: HTMLElement): void {
	const { box, input } = checkbox("shortcuts", msg("desks-queue-shortcuts"));
	input.checked = sessionStorage.getItem(ITEM) !== OFF;
	input.addEventListener("change", () => {
		if (input.checked) {
			sessionStorage.removeItem(ITEM);
		} else {
			sessionStorage.setItem(ITEM, OFF);
		}
	});
	add(mount, box);
	document.addEventListener("keydown", (event) => {
		const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
		if (!input.checked || !plain || isTyping(event.target)) {
			return;
		}
		if (event.key === "/") {
			search.focus();
		} else if (event.key === "j" || event.key === "k") {
			move(table, event.key === "j" ? 1 : -1);
		} else {
			return;
		}
		event.preventDefault();
	});
}

function move(table: HTMLElement, step: number): void {
	const links = findAll<HTMLAnchorElement>("[data-row]:not([hidden]) th a", table);
	const at = links.findIndex((link) => link === document.activeElement);
	const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step));
	links[next]?.focus();
}

/** In a field letters are letters; a checkbox or radio button is none. */
function isTyping(target: EventTarget | null): boolean {
	if (target instanceof HTMLInputElement) {
		return !["checkbox", "radio", "button", "submit"].includes(target.type);
	}
	return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
