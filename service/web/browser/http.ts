// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Talking to our own server: JSON in and out, CSRF header, time-outs, and asking again where that
 * is safe.
 */

import type { Bytes } from "./bytes.ts";

export interface FieldError {
	readonly field: string;
	readonly message: string;
}

/** The server answered, and not with success. */
export class Refused extends Error {
	override readonly name = "Refused";

	constructor(
		/** HTTP status; never 2xx. */
		readonly status: number,
		/** Errors at fields, when the server named any. */
		readonly errors: readonly FieldError[],
		/** Milliseconds that the server asked to wait; 0 when it named none. */
		readonly retryAfter = 0,
		/** The server's word for it, such as "step-up"; empty when it gave none. */
		readonly word = "",
	) {
		super(`the server answered ${status}`);
	}
}

/**
 * No answer: offline, time-out, connection lost, or an answer that is not ours. What was asked may
 * have been done.
 */
export class Unreachable extends Error {
	override readonly name = "Unreachable";
}

export interface Asking {
	/** Milliseconds for one attempt. */
	readonly timeout?: number;
	/**
	 * Further attempts after no answer or a passing refusal. POST: only where a repetition does no
	 * harm.
	 */
	readonly again?: number;
	readonly signal?: AbortSignal;
}

const TIMEOUT = 15_000;
const PASSING = new Set([429, 502, 503, 504]);
const LONGEST_PAUSE = 30_000;

export async function getJson<T>(path: string, asking: Asking = {}): Promise<T> {
	const response = await patiently({}, path, { again: 2, ...asking });
	return json<T>(response);
}

/** `body`: FormData goes as multipart, everything else as JSON. */
export async function postJson<T>(
	path: string,
	body: FormData | object,
	asking: Asking = {},
): Promise<T> {
	const headers: Record<string, string> = { "X-CSRFToken": csrfToken() };
	if (!(body instanceof FormData)) {
		headers["Content-Type"] = "application/json";
	}
	const init = {
		method: "POST",
		headers,
		body: body instanceof FormData ? body : JSON.stringify(body),
	};
	return json<T>(await patiently(init, path, asking));
}

/** Asks with JSON for bytes; asking again does no harm where this is used. */
export async function postBytes(path: string, body: object, asking: Asking): Promise<Bytes> {
	const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" };
	const init = { method: "POST", headers, body: JSON.stringify(body) };
	const response = await patiently(init, path, asking);
	try {
		return new Uint8Array(await response.arrayBuffer());
	} catch (cause) {
		throw new Unreachable("the answer broke off", { cause });
	}
}

export type Changed<T> = { readonly value: T; readonly etag: string | null } | "unchanged";

/** GET that costs nothing while nothing changed. `etag`: what the last answer carried. */
export async function getIfChanged<T>(
	path: string,
	etag: string | null,
	asking: Asking = {},
): Promise<Changed<T>> {
	const headers: Record<string, string> = etag === null ? {} : { "If-None-Match": etag };
	const response = await attempt({ headers }, path, asking);
	if (response.status === 304) {
		return "unchanged";
	}
	await accepted(response);
	return { value: await json<T>(response), etag: response.headers.get("ETag") };
}

/** Whether asking again soon may help: no answer, or a refusal of a busy server. */
export function passes(error: unknown): boolean {
	if (error instanceof Refused) {
		return PASSING.has(error.status) && error.retryAfter <= LONGEST_PAUSE;
	}
	return error instanceof Unreachable;
}

export function csrfToken(): string {
	return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

async function patiently(init: RequestInit, path: string, asking: Asking): Promise<Response> {
	const again = asking.again ?? 0;
	for (let tried = 0; ; tried++) {
		try {
			const response = await attempt(init, path, asking);
			await accepted(response);
			return response;
		} catch (error) {
			if (tried >= again || !passes(error)) {
				throw error;
			}
			await pause(error instanceof Refused ? error.retryAfter : 0, tried, asking.signal);
		}
	}
}

async function attempt(init: RequestInit, path: string, asking: Asking): Promise<Response> {
	const signals = [AbortSignal.timeout(asking.timeout ?? TIMEOUT)];
	if (asking.signal) {
		signals.push(asking.signal);
	}
	const headers = { Accept: "application/json", ...init.headers };
	try {
		return await fetch(path, {
			...init,
			headers,
			cache: "no-store",
			credentials: "same-origin",
			redirect: "error", // a redirect would be the sign-in page, not an answer
			signal: AbortSignal.any(signals),
		});
	} catch (cause) {
		asking.signal?.throwIfAborted();
		throw new Unreachable("no answer", { cause });
	}
}

/** Throws Refused for anything but success. */
async function accepted(response: Response): Promise<void> {
	if (!response.ok) {
		const { errors = [], error = "" } = await refusal(response);
		const seconds = Number(response.headers.get("Retry-After") ?? 0) || 0;
		throw new Refused(response.status, errors, 1000 * seconds, error);
	}
}

async function refusal(response: Response): Promise<{ errors?: FieldError[]; error?: string }> {
	return isJson(response) ? json(response) : {}; // an error page for people
}

async function json<T>(response: Response): Promise<T> {
	if (!isJson(response)) {
		throw new Unreachable("an answer that is not JSON");
	}
	try {
		return (await response.json()) as T;
	} catch (cause) {
		throw new Unreachable("the answer broke off", { cause });
	}
}

function isJson(response: Response): boolean {
	return response.headers.get("Content-Type")?.split(";")[0]?.trim() === "application/json";
}

/**
 * Waits 0.5 s, 1 s, 2 s … (or as long as the server asked), up to half of it more, so that browsers
 * spread out.
 */
function pause(asked: number, tried: number, signal: AbortSignal | undefined): Promise<void> {
	const least = Math.min(LONGEST_PAUSE, Math.max(asked, 500 * 2 ** tried));
	return sleep(least * (1 + Math.random() / 2), signal);
}

/** Milliseconds. Rejects with the signal's reason when aborted. */
export function sleep(duration: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(resolve, duration);
		signal?.addEventListener("abort", () => {
			clearTimeout(timer);
			reject(signal.reason as Error);
		});
	});
}
