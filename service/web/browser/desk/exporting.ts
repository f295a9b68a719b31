// SPDX-License-Identifier: AGPL-3.0-or-later
/** The case as one file: the key is shown first, then the browser saves what the form is answered. */

import { fill, find } from "../dom.ts";
import { tell } from "../explain.ts";
import { stepUp } from "../keys/step-up.ts";
import { msg } from "../messages.ts";

export const EXPORT_MESSAGES = ["export-saving", "export-showing-key"] as const;

export function startExporting(root: HTMLElement, identity: string): void {
	const form = root.querySelector<HTMLFormElement>("[data-export]");
	form?.addEventListener("submit", (event) => {
		event.preventDefault();
		const said = find("[data-export-said]", form);
		fill(said, msg("export-showing-key"));
		stepUp(identity)
			.then(() => {
				form.submit(); // not by fetch: the file may be larger than the memory
				fill(said, msg("export-saving"));
			})
			.catch((error: unknown) => tell(error, (text) => fill(said, text)));
	});
}
