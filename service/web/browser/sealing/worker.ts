// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The Worker's side: the bundle loaded a second time, doing the tasks of tasks.ts one after the
 * other.
 */

import { type Failure, SealingError } from "./failure.ts";
import { type TaskName, TASKS } from "./tasks.ts";

/** From page to Worker. `id` is the page's own count. */
export interface Request {
	readonly id: number;
	readonly task: TaskName;
	readonly input: unknown;
}

/**
 * From Worker to page: any number of steps, then a result or an error. `failure` null: a fault of
 * the program.
 */
export type Reply =
	| { readonly id: number; readonly kind: "step" }
	| { readonly id: number; readonly kind: "done"; readonly output: unknown }
	| {
			readonly id: number;
			readonly kind: "failed";
			readonly failure: Failure | null;
			readonly message: string;
	  };

interface WorkerScope {
	postMessage(reply: Reply): void;
	addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

/** Whether this copy of the bundle was loaded as a Worker. */
export function isWorker(): boolean {
	return "WorkerGlobalScope" in globalThis;
}

export function serve(): void {
	const scope = globalThis as unknown as WorkerScope;
	let before: Promise<void> = Promise.resolve();
	scope.addEventListener("message", ({ data }) => {
		before = before.then(async () => scope.postMessage(await answer(data, scope)));
	});
}

async function answer(request: Request, scope: WorkerScope): Promise<Reply> {
	const { id, task, input } = request;
	const step = () => scope.postMessage({ id, kind: "step" });
	try {
		const work = TASKS[task] as (input: unknown, step: () => void) => Promise<unknown>;
		return { id, kind: "done", output: await work(input, step) };
	} catch (error) {
		const failure = error instanceof SealingError ? error.failure : null;
		return { id, kind: "failed", failure, message: failure ?? String(error) };
	}
}
