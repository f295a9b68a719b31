// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Talking to our own server: JSON in and out, CSRF header, time-outs, and asking again where that
 * is safe.
 */

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
	return { value: await json<T>(await accepted(response)), etag: response.headers.get("ETag") };
}

export function csrfToken(): string {
	return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

async function patiently(init: RequestInit, path: string, asking: Asking): Promise<Response> {
	for (let left = asking.again ?? 0; ; left--) {
		try {
			return await accepted(await attempt(init, path, asking));
		} catch (error) {
			const passing = error instanceof Passing;
			if (left <= 0 || !(passing || error instanceof Unreachable)) {
				throw passing ? error.refused : error;
			}
			const tried = (asking.again ?? 0) - left;
			await pause(passing ? error.pause : 0, tried, asking.signal);
		}
	}
}

/** A refusal that may pass: busy, or a proxy without its server. */
class Passing extends Error {
	constructor(
		readonly refused: Refused,
		/** Milliseconds that the server asked for. */
		readonly pause: number,
	) {
		super();
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

async function accepted(response: Response): Promise<Response> {
	if (response.ok) {
		return response;
	}
	const refused = new Refused(response.status, await fieldErrors(response));
	if (PASSING.has(response.status)) {
		throw new Passing(refused, 1000 * Number(response.headers.get("Retry-After") ?? 0) || 0);
	}
	throw refused;
}

async function fieldErrors(response: Response): Promise<FieldError[]> {
	if (!isJson(response)) {
		return []; // an error page for people
	}
	const { errors } = await json<{ errors?: FieldError[] }>(response);
	return errors ?? [];
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
