// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Building and finding elements. Text always becomes a text node: narratives are hostile until
 * proven otherwise, and this is the only way in which pages make elements.
 */

type Attribute = string | number | boolean | null | undefined;

export interface Attributes {
	readonly class?: string;
	readonly onclick?: (event: MouseEvent) => void;
	readonly [name: `data-${string}` | `aria-${string}`]: Attribute;
	readonly [name: string]: Attribute | ((event: MouseEvent) => void);
}

export type Child = Node | string | null | undefined | false;

/** Attributes that could run a script or a style, whatever their value. */
const NEVER = /^(on|style$|srcdoc$|formaction$)/i;
const ADDRESSES = new Set(["href", "src", "action", "cite"]);

/** An element. A boolean attribute is set when true; links out of our site get `rel=noreferrer`. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (name === "onclick" && typeof value === "function") {
			element.addEventListener("click", value as (event: Event) => void);
		} else if (typeof value !== "function") {
			setAttribute(element, name, value);
		}
	}
	add(element, ...children);
	return element;
}

function setAttribute(element: Element, name: string, value: Attribute): void {
	if (NEVER.test(name)) {
		throw new TypeError(`${name} is not set from code`);
	}
	if (value === null || value === undefined || value === false) {
		return;
	}
	if (!ADDRESSES.has(name)) {
		element.setAttribute(name, value === true ? "" : String(value));
		return;
	}
	const address = new URL(String(value), document.baseURI);
	if (address.protocol !== "https:" && address.protocol !== "http:") {
		throw new TypeError("only web addresses");
	}
	element.setAttribute(name, address.href);
	if (address.origin !== location.origin) {
		element.setAttribute("rel", "noreferrer");
	}
}

export function add(parent: ParentNode, ...children: readonly Child[]): void {
	parent.append(...children.filter((child): child is Node | string => Boolean(child)));
}

/** Puts `children` in place of what `parent` holds. */
export function fill(parent: ParentNode, ...children: readonly Child[]): void {
	parent.replaceChildren();
	add(parent, ...children);
}

/**
 * Thrown when a page lacks an element that its script lives from: template and script do not fit.
 */
export class MissingElement extends Error {
	override readonly name = "MissingElement";
}

/** The first match inside `root`. Throws MissingElement. */
export function find<T extends Element = HTMLElement>(
	selector: string,
	root: ParentNode = document,
): T {
	const found = root.querySelector<T>(selector);
	if (!found) {
		throw new MissingElement(selector);
	}
	return found;
}

export function findAll<T extends Element = HTMLElement>(
	selector: string,
	root: ParentNode = document,
): T[] {
	return [...root.querySelectorAll<T>(selector)];
}

export function show(element: Element, visible = true): void {
	element.toggleAttribute("hidden", !visible);
}
