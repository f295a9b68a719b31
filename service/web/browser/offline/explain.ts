// SPDX-License-Identifier: AGPL-3.0-or-later
/** In place of ../explain.ts where there is no server: what can happen is told where it happens. */

import { msg } from "../messages.ts";

export function tell(error: unknown, show: (text: string) => void): void {
	show(msg("offline-error-other"));
	throw error;
}
