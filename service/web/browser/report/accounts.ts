// SPDX-License-Identifier: AGPL-3.0-or-later
/** The accounts that a report names: typed one by one, kept as chips. */

import { fill, find, h, show } from "../dom.ts";
import { msg } from "../messages.ts";
import { normalise } from "../names.ts";
import { showErrors } from "./fields.ts";

export interface Accounts {
	/** As typed, each account once. */
	names(): readonly string[];
	/** Takes in what stands in the field and was not added yet. */
	takeIn(): void;
}

/** `onChange` is called with the names after every change. */
export function startAccounts(
	form: HTMLElement,
	most: number,
	onChange: (names: readonly string[]) => void,
): Accounts {
	const field = find<HTMLInputElement>("#account", form);
	const list = find("[data-accounts]", form);
	const said = find("[data-accounts-said]", form);
	const named = new Map<string, string>();

	const changed = () => {
		fill(list, ...[...named].map(([key, name]) => chip(name, () => remove(key))));
		show(list, named.size > 0);
		onChange([...named.values()]);
	};
	const remove = (key: string) => {
		fill(said, msg("reports-account-removed", { name: named.get(key) ?? "" }));
		named.delete(key);
		changed();
		field.focus();
	};
	const takeIn = () => {
		const key = normalise(field.value);
		if (key === "") {
			return;
		}
		if (named.size >= most && !named.has(key)) {
			const message = msg("reports-error-accounts-many", { most });
			showErrors(form, [{ field: "accounts", message }]);
			return;
		}
		named.set(key, field.value.trim());
		fill(said, msg("reports-account-added", { name: field.value.trim() }));
		field.value = "";
		changed();
	};
	find("[data-add-account]", form).addEventListener("click", () => {
		takeIn();
		field.focus();
	});
	field.addEventListener("keydown", (event) => {
		if (event.key === "Enter" && !event.isComposing) {
			event.preventDefault();
			takeIn();
		}
	});
	return { names: () => [...named.values()], takeIn };
}

function chip(name: string, remove: () => void): HTMLElement {
	const label = msg("reports-account-remove", { name });
	const button = h(
		"button",
		{
			type: "button",
			class: "cdx-button cdx-button--weight-quiet cdx-button--icon-only",
			"aria-label": label,
			title: label,
			onclick: remove,
		},
		h("span", { class: "cs-cross", "aria-hidden": "true" }, "×"),
	);
	return h("li", { class: "cs-chip" }, h("bdi", {}, name), button);
}
