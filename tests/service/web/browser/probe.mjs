// SPDX-License-Identifier: AGPL-3.0-or-later
// The bundle as it is, with its modules in reach of tests: they run in a real page under our CSP.
import "../../../../service/web/browser/app.ts";
import * as bytes from "../../../../service/web/browser/bytes.ts";
import * as codes from "../../../../service/web/browser/codes.ts";
import * as dom from "../../../../service/web/browser/dom.ts";
import * as http from "../../../../service/web/browser/http.ts";
import * as personal from "../../../../service/web/browser/keys/personal.ts";
import * as secrets from "../../../../service/web/browser/keys/unlock-form.ts";
import * as unlocked from "../../../../service/web/browser/keys/unlocked.ts";
import * as live from "../../../../service/web/browser/live.ts";
import * as messages from "../../../../service/web/browser/messages.ts";
import * as age from "../../../../service/web/browser/sealing/age.ts";
import * as client from "../../../../service/web/browser/sealing/client.ts";
import * as frames from "../../../../service/web/browser/sealing/frame.ts";
import * as words from "../../../../service/web/browser/words.ts";

/** What a call ended with, as plain data: { value } or { name, ... } of the error. */
async function outcome(work) {
	try {
		return { value: await work() };
	} catch (error) {
		const { name, failure, problem, status, errors } = error;
		return { name, failure, problem, status, errors };
	}
}

globalThis.probe = {
	...{ age, bytes, client, codes, dom, frames, http, live, messages, outcome },
	...{ personal, secrets, unlocked, words },
};
