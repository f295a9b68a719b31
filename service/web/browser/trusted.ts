// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The one Trusted Types policy, `community-support`: it lets through the address of this very
 * bundle and nothing else. Nothing of ours makes HTML or script text, so the policy has no such
 * function.
 */

interface ScriptUrlPolicy {
	createScriptURL(address: string): string;
}

interface TrustedTypePolicies {
	createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

/** This bundle's address; the same file is the page's module and the Worker. */
export const BUNDLE = import.meta.url;

function onlyThisBundle(address: string): string {
	if (address !== BUNDLE) {
		throw new TypeError("not the address of this bundle");
	}
	return address;
}

/**
 * The bundle's address as a Worker constructor takes it under `require-trusted-types-for 'script'`.
 */
export function bundleForWorker(): string {
	policy ??= makePolicy();
	return policy.createScriptURL(BUNDLE);
}

let policy: ScriptUrlPolicy | undefined;

function makePolicy(): ScriptUrlPolicy {
	const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypePolicies };
	const rules = { createScriptURL: onlyThisBundle };
	return trustedTypes?.createPolicy("community-support", rules) ?? rules;
}
