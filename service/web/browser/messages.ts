// SPDX-License-Identifier: AGPL-3.0-or-later
/** The page's messages, which the server put into `<script type="application/json" id="messages">`. */

/** Read when needed: the Worker, which shares the bundle, has no document. */
function language(): string {
	return document.documentElement.lang || "en";
}

let loaded: Readonly<Record<string, string>> | undefined;

/**
 * A message with $1, $2 … filled in and {{PLURAL:$1|one|other}} decided. A key that the page does not list shows as
 * ⧼key⧽, as MediaWiki has it: seen at once, and nothing breaks.
 */
export function msg(key: string, ...parameters: readonly (string | number)[]): string {
	loaded ??= read();
	const text = loaded[key];
	if (text === undefined) {
		return `⧼${key}⧽`;
	}
	return text
		.replace(/\{\{PLURAL:\$(\d)\|([^{}]*)\}\}/gi, (_, at: string, forms: string) =>
			plural(Number(parameters[Number(at) - 1]), forms.split("|")),
		)
		.replace(/\$(\d)/g, (_, at: string) => shown(parameters[Number(at) - 1]));
}

function read(): Readonly<Record<string, string>> {
	const source = document.getElementById("messages")?.textContent;
	return source ? (JSON.parse(source) as Record<string, string>) : {};
}

function shown(parameter: string | number | undefined): string {
	return typeof parameter === "number" ? number(parameter) : (parameter ?? "");
}

/** The form for `count`, in the order in which CLDR lists a language's categories, as MediaWiki's PLURAL has it. */
function plural(count: number, forms: readonly string[]): string {
	const rules = new Intl.PluralRules(language());
	const order = ["zero", "one", "two", "few", "many", "other"];
	const categories = order.filter((category) =>
		(rules.resolvedOptions().pluralCategories as string[]).includes(category),
	);
	const at = categories.indexOf(rules.select(count));
	return forms[Math.min(at, forms.length - 1)] ?? "";
}

export function number(value: number): string {
	return new Intl.NumberFormat(language()).format(value);
}

/** A day, from "YYYY-MM-DD". */
export function day(value: string): string {
	return new Intl.DateTimeFormat(language(), { dateStyle: "long", timeZone: "UTC" }).format(
		new Date(`${value}T00:00:00Z`),
	);
}

/** A moment in UTC, marked so; from ISO 8601 text. */
export function moment(value: string): string {
	return new Intl.DateTimeFormat(language(), {
		dateStyle: "long",
		timeStyle: "short",
		timeZone: "UTC",
	})
		.format(new Date(value))
		.concat(" UTC");
}

/** A time of the reader's own day, such as "14:05". */
export function clockTime(value: Date): string {
	return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(value);
}
