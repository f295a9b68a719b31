// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page's messages, which the server put into `<script type="application/json" id="messages">`.
 */

/** Read when needed: the Worker, which shares the bundle, has no document. */
function language(): string {
	return document.documentElement.lang || "en";
}

let loaded: Readonly<Record<string, string>> | undefined;

export type Parameters = Readonly<Record<string, string | number>>;

/**
 * A message with `$name` filled in and `{{PLURAL:$count|one|more}}` decided, as
 * service/i18n/catalogue.py does it; a form may be tied to one number (`0=none`). A key that the
 * page does not list shows as ⧼key⧽, as MediaWiki has it: seen at once, and nothing breaks.
 */
export function msg(key: string, parameters: Parameters = {}): string {
	loaded ??= read();
	const text = loaded[key];
	if (text === undefined) {
		return `⧼${key}⧽`;
	}
	return text
		.replace(/\{\{PLURAL:\$([a-z_]+)\|([^{}]*)\}\}/g, (_, name: string, forms: string) =>
			choose(parameters[name], forms.split("|")),
		)
		.replace(/\$([a-z_]+)/g, (whole, name: string) => shown(parameters[name] ?? whole));
}

function read(): Readonly<Record<string, string>> {
	const source = document.getElementById("messages")?.textContent;
	return source ? (JSON.parse(source) as Record<string, string>) : {};
}

function shown(parameter: string | number): string {
	return typeof parameter === "number" ? number(parameter) : parameter;
}

function choose(count: string | number | undefined, forms: readonly string[]): string {
	if (typeof count !== "number") {
		return forms.at(-1) ?? "";
	}
	const free: string[] = [];
	for (const form of forms) {
		const tied = /^([0-9]+)=(.*)$/s.exec(form);
		if (!tied) {
			free.push(form);
		} else if (Number(tied[1]) === count) {
			return tied[2] ?? "";
		}
	}
	return free[Math.min(plural(count), free.length - 1)] ?? "";
}

/**
 * Which form `count` takes: the place of its category in CLDR's order, among the categories that
 * everyday whole numbers have. Translators write those: French has a "many" for millions, Czech one
 * for fractions, and no form.
 */
function plural(count: number): number {
	const rules = new Intl.PluralRules(language());
	const everyday = new Set(Array.from({ length: 201 }, (_, number) => rules.select(number)));
	const order = ["zero", "one", "two", "few", "many", "other"] as const;
	const forms = order.filter((category) => everyday.has(category));
	const category = rules.select(count);
	return forms.indexOf(everyday.has(category) ? category : "other");
}

export function number(value: number): string {
	return new Intl.NumberFormat(language()).format(value);
}

/** Bytes in the unit that people read: kB, MB. */
export function size(bytes: number): string {
	const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
	const style = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
	return new Intl.NumberFormat(language(), style).format(value);
}

/** English dates as the wikis and our server write them: day before month, hours to 24. */
function dates(): string {
	return language() === "en" ? "en-GB" : language();
}

/** A day, from "YYYY-MM-DD". */
export function day(value: string): string {
	return new Intl.DateTimeFormat(dates(), { dateStyle: "long", timeZone: "UTC" }).format(
		new Date(`${value}T00:00:00Z`),
	);
}

/** A moment in UTC, marked so; from ISO 8601 text. */
export function moment(value: string): string {
	return new Intl.DateTimeFormat(dates(), {
		dateStyle: "long",
		timeStyle: "short",
		timeZone: "UTC",
	})
		.format(new Date(value))
		.concat(" UTC");
}

/** The time of a moment in UTC, marked so; from ISO 8601 text. */
export function hour(value: string): string {
	return new Intl.DateTimeFormat(dates(), { timeStyle: "short", timeZone: "UTC" })
		.format(new Date(value))
		.concat(" UTC");
}

/** A time of the reader's own day, such as "14:05". */
export function clockTime(value: Date): string {
	return new Intl.DateTimeFormat(dates(), { timeStyle: "short" }).format(value);
}
