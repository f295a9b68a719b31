// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * The page's side of the Worker: `run("unwrap", {…})` and the page stays awake.
 *
 * One Worker a page, started at the first task. It keeps nothing between tasks: keys travel with
 * each.
 */

import { bundleForWorker } from "../trusted.ts";
import { SealingError } from "./failure.ts";
import type { TaskInput, TaskName, TaskOutput } from "./tasks.ts";
import type { Reply } from "./worker.ts";

interface Pending {
	resolve(output: unknown): void;
	reject(error: Error): void;
	step(): void;
}

const pending = new Map<number, Pending>();
let worker: Worker | undefined;
let last = 0;

/**
 * Does a task in the Worker. `onStep` gets the number of like things done so far.
 *
 * Throws SealingError as the task names it, "worker-lost" when the Worker cannot be started or
 * died.
 */
export function run<Name extends TaskName>(
	task: Name,
	input: TaskInput<Name>,
	onStep?: (done: number) => void,
): Promise<TaskOutput<Name>> {
	return new Promise((resolve, reject) => {
		const id = ++last;
		let done = 0;
		pending.set(id, {
			resolve: (output) => resolve(output as TaskOutput<Name>),
			reject,
			step: () => onStep?.(++done),
		});
		worker ??= start();
		worker.postMessage({ id, task, input });
	});
}

/**
 * Ends the Worker and with it whatever it was doing; what was asked of it fails as "worker-lost".
 */
export function stop(): void {
	worker?.terminate();
	worker = undefined;
	for (const waiting of pending.values()) {
		waiting.reject(new SealingError("worker-lost"));
	}
	pending.clear();
}

function start(): Worker {
	const started = new Worker(bundleForWorker(), { type: "module", name: "sealing" });
	started.addEventListener("message", ({ data }: MessageEvent<Reply>) => receive(data));
	started.addEventListener("error", stop);
	started.addEventListener("messageerror", stop);
	return started;
}

function receive(reply: Reply): void {
	const waiting = pending.get(reply.id);
	if (reply.kind === "step") {
		waiting?.step();
		return;
	}
	pending.delete(reply.id);
	if (reply.kind === "done") {
		waiting?.resolve(reply.output);
	} else {
		waiting?.reject(
			reply.failure ? new SealingError(reply.failure) : new Error(reply.message),
		);
	}
}
