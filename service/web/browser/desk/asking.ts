// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Answers of the wikis as they arrive on the page of a case, and asking once more: evidence rots.
 */

import { button, statusLine } from "../controls.ts";
import { fill } from "../dom.ts";
import { tell } from "../explain.ts";
import { postJson, Refused } from "../http.ts";
import { follow } from "../live.ts";
import { msg } from "../messages.ts";
import type { Question } from "../report/opened.ts";
import type { Cited } from "./evidence.ts";

export const ASKING_MESSAGES = ["desks-again", "desks-again-asking", "desks-again-news"] as const;

/** GET …/answers */
interface Answers {
	readonly reports: readonly {
		readonly id: string;
		readonly findings: number;
		readonly asking: boolean;
	}[];
}

/**
 * Puts a button into `mount`, and follows what is answered for as long as the page is open.
 * `opened`: what is opened by now, by report id; `reopen` opens these reports anew.
 */
export function startAsking(
	mount: HTMLElement,
	root: HTMLElement,
	opened: ReadonlyMap<string, Cited>,
	reopen: (ids: readonly string[]) => Promise<void>,
): void {
	const said = statusLine();
	const ask = button(msg("desks-again"), () => void askAgain());
	const show = (asking: boolean) => {
		ask.disabled = asking;
		fill(said, asking && msg("desks-again-asking"));
	};
	const askAgain = async () => {
		show(true);
		try {
			const reports = questionsOf(opened);
			await postJson(root.dataset["again"] ?? "", { reports });
			following.abort();
			following = followAnswers();
		} catch (error) {
			ask.disabled = false;
			tell(error, (text) => fill(said, text));
		}
	};
	const onAnswers = ({ reports }: Answers): undefined => {
		const news = reports.filter(({ id, findings }) => findings > (opened.get(id)?.opened.answered ?? findings));
		show(reports.some(({ asking }) => asking));
		if (news.length > 0) {
			void reopen(news.map(({ id }) => id)).then(() => {
				if (!ask.disabled) {
					fill(said, msg("desks-again-news"));
				}
			});
		}
		return undefined;
	};
	const followAnswers = () => {
		const stop = new AbortController();
		follow<Answers>(root.dataset["answers"] ?? "", onAnswers, stop.signal).catch((error: unknown) => {
			if (error instanceof Refused) {
				location.reload(); // the session is over: the page says so
			} else if (!stop.signal.aborted) {
				throw error;
			}
		});
		return stop;
	};
	if (Object.keys(questionsOf(opened)).length === 0) {
		return; // nothing that a wiki could be asked about
	}
	fill(mount, ask, said);
	let following = followAnswers();
}

function questionsOf(opened: ReadonlyMap<string, Cited>): Record<string, readonly Question[]> {
	const asked = [...opened.values()].map(({ id, opened: { questions } }) => [id, [...questions.values()]] as const);
	return Object.fromEntries(asked.filter(([, questions]) => questions.length > 0));
}
