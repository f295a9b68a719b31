// SPDX-License-Identifier: AGPL-3.0-or-later
/** The identity gate: the name of who reported is asked for with a reason, handed out for it, and opened here. */

import { fill, find, h, show } from "../dom.ts";
import { postJson } from "../http.ts";
import { withStepUp } from "../keys/step-up.ts";
import { msg } from "../messages.ts";
import { openReport } from "../report/opened.ts";
import type { SealedOfCase } from "./accounts.ts";
import { clearErrors, showFailure } from "../report/fields.ts";
import { type Card, foldIn, say } from "./acts.ts";

/** The part "identity". */
interface Identity {
	readonly name: string;
}

export async function openIdentity(card: Card, form: HTMLFormElement): Promise<void> {
	const { acts, address, identity } = card;
	const why = form.querySelector<HTMLInputElement>("[data-why]:checked")?.value ?? "";
	const words = find<HTMLInputElement>("[data-text]", form).value;
	clearErrors(form);
	try {
		const sealed = await withStepUp(identity, () =>
			postJson<SealedOfCase>(`${address}/identity`, { why, words }),
		);
		const opened = await openReport(sealed, identity);
		const part = opened.parts.get("identity");
		const place = find("[data-name]", acts);
		const name = part === undefined ? null : (JSON.parse(part) as Identity).name;
		const said = name === null ? msg("desks-identity-unnamed") : msg("desks-identity-shown");
		fill(place, said, " ", name !== null && h("strong", {}, h("bdi", {}, name)));
		show(place);
		foldIn(acts);
		show(find("[data-open='identity']", acts), false);
		say(acts, said);
	} catch (error) {
		say(acts, "");
		showFailure(form, error);
	}
}
