import type { Run } from "../../shared/contract/runs.ts";
import { promptText } from "../../shared/prompt.ts";
import type { Log } from "../lib/log.ts";
import { titleOf } from "./titles.ts";

export type ModelTitlesDeps = {
  /** null where there is no model for it. `modelId`: of the chat's agent, where it is one of ours. */
  ask: (prompt: string, modelId: string | null) => Promise<string | null>;
  /** The run's own model, where a model server of ours has it. */
  modelOf: (run: Run) => string | null;
  /** Whether the chat still has the title that the prompt gave it. */
  isNamedBy: (chatId: string, prompt: string) => boolean;
  rename: (chatId: string, prompt: string, title: string) => void;
  log: Log;
};

/** A better name for a chat whose first prompt is too long to be one, behind its first turn: then nobody waits for a model. */
export class ModelTitles {
  readonly #deps: ModelTitlesDeps;
  readonly #asked = new Set<string>();

  constructor(deps: ModelTitlesDeps) {
    this.#deps = deps;
  }

  runChanged(run: Run): void {
    const { log, isNamedBy } = this.#deps;
    if (run.status !== "completed" || this.#asked.has(run.chatId)) return;
    const prompt = promptText(run.prompt);
    if (isOwnTitle(prompt) || !isNamedBy(run.chatId, prompt)) return;
    this.#asked.add(run.chatId);
    this.#name(run, prompt).catch((error: unknown) => log.error("chats.title", error));
  }

  async #name(run: Run, prompt: string): Promise<void> {
    const { ask, modelOf, rename } = this.#deps;
    const title = await ask(prompt, modelOf(run));
    if (title !== null) rename(run.chatId, prompt, title);
  }
}

function isOwnTitle(prompt: string): boolean {
  return titleOf(prompt) === prompt.trim();
}
