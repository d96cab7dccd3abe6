import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Settings } from "../../../shared/contract/settings.ts";
import type { Clock } from "../../lib/clock.ts";
import { unlessAborted } from "../../lib/unless-aborted.ts";
import type { Models, UsableModel } from "../models/model.ts";
import type { ModelClient } from "../wire/model-client.ts";
import type { ReplyPart } from "../wire/read-reply.ts";
import {
  commitJob,
  helperLines,
  helperMessage,
  maxAnswerChars,
  searchJob,
  summaryJob,
  tagsIn,
  tagsJob,
  titleJob,
  type HelperJob,
} from "./helper-words.ts";
import type { ServerUse } from "./server-use.ts";

/** `none`: there is no model for it; `failed`: there is, and it gave nothing. */
export type HelperFailure = { type: "none" | "cancelled" | "failed"; message: string };

export type HelperDeps = {
  models: Models;
  client: ModelClient;
  use: ServerUse;
  clock: Clock;
  choice: () => Settings["helperModel"];
  /** Aborts when the core closes. */
  signal: AbortSignal;
};

type Looking = { mayLoad: boolean; signal: AbortSignal };

/** From when the server has the request; a model that isn't in memory must be read first. */
const limitMs = 180_000;
/** A search is of use at once, or not at all. */
const searchLimitMs = 5_000;
/** A model that had no words in time isn't asked for any for so long: each time, a turn would wait for nothing. */
const searchRestMs = 300_000;
/** Enough for one that thinks although it shouldn't. */
const maxTokens = 400;

const off = "The helper model is switched off in Settings, Local models";
const none = "No model is in memory on this machine. Choose one as the helper model in Settings, Local models";

/**
 * A model for small jobs beside the turns: the one that the person chose, or else (`auto`) the chat's own. It waits while
 * its server works on a turn, and makes room for one at once.
 */
export class HelperModel {
  readonly #deps: HelperDeps;
  /** Model's id → until when (monotonic) it isn't asked for a search's words. */
  readonly #resting = new Map<string, number>();

  constructor(deps: HelperDeps) {
    this.#deps = deps;
  }

  /** For a chat of the model, or of none of ours; null where there is nothing better than the prompt's own words. */
  title(prompt: string, chatModelId: string | null): Promise<string | null> {
    return this.#unasked(titleJob, prompt, chatModelId);
  }

  /** For a session that began with the prompt, in the same cases as a title; empty where there are none. */
  async tags(prompt: string, known: readonly string[], chatModelId: string | null): Promise<string[]> {
    return tagsIn((await this.#unasked(tagsJob(known), prompt, chatModelId)) ?? "");
  }

  /** `chatModelId`: of the latest turn of Hearth's own agent in the session. The caller may go at any time. */
  commitMessage(diff: string, chatModelId: string | null, caller: AbortSignal): Promise<Result<string, HelperFailure>> {
    return this.#write(commitJob, diff, chatModelId, caller);
  }

  /** What became of a conversation, in a few lines. The rest as for `commitMessage`. */
  summary(account: string, chatModelId: string | null, caller: AbortSignal): Promise<Result<string, HelperFailure>> {
    return this.#write(summaryJob, account, chatModelId, caller);
  }

  /**
   * Other words for a search that found nothing, of a model that the person chose; none where that has no time at once. A
   * turn waits for it, so its own server, which works on it, is never asked.
   */
  async searchWords(query: string, caller: AbortSignal): Promise<string> {
    const { choice, clock, signal: closing } = this.#deps;
    const modelId = choice();
    if (modelId === "auto" || modelId === "off" || (this.#resting.get(modelId) ?? 0) > clock.monotonic()) return "";
    const late = new AbortController();
    const takeBack = clock.after(searchLimitMs, () => late.abort());
    const signal = AbortSignal.any([caller, late.signal, closing]);
    const words = await unlessAborted(this.#wordsNow(query, signal), signal).finally(takeBack);
    if (late.signal.aborted || (words?.ok === false && words.error.type === "failed"))
      this.#resting.set(modelId, clock.monotonic() + searchRestMs);
    return words?.ok ? words.value : "";
  }

  /** What no person asked for is left alone where it would cost the chat's next turn something. */
  async #unasked(job: HelperJob, prompt: string, chatModelId: string | null): Promise<string | null> {
    if (this.#deps.choice() === "auto" && chatModelId === null) return null;
    const found = await this.#find(chatModelId, { mayLoad: false, signal: this.#deps.signal });
    if (!found.ok || (this.#deps.choice() === "auto" && !keepsPrompts(found.value))) return null;
    const line = await this.#ask(job, prompt, found.value, this.#deps.signal);
    return line.ok ? line.value : null;
  }

  async #write(
    job: HelperJob,
    text: string,
    chatModelId: string | null,
    caller: AbortSignal,
  ): Promise<Result<string, HelperFailure>> {
    const signal = AbortSignal.any([caller, this.#deps.signal]);
    const found = await this.#find(chatModelId, { mayLoad: true, signal });
    return found.ok ? this.#ask(job, text, found.value, signal) : found;
  }

  /** null: its server is busy. */
  async #wordsNow(query: string, signal: AbortSignal): Promise<Result<string, HelperFailure> | null> {
    const found = await this.#find(null, { mayLoad: false, signal });
    if (!found.ok) return found;
    return this.#deps.use.isFree(found.value.route.url) ? this.#ask(searchJob, query, found.value, signal) : null;
  }

  /** `mayLoad`: a person waits for it, and so for a model that Hearth must read into memory first. */
  async #find(chatModelId: string | null, how: Looking): Promise<Result<UsableModel, HelperFailure>> {
    const { models, choice } = this.#deps;
    const chosen = choice();
    if (chosen === "off") return fail({ type: "none", message: off });
    if (chosen !== "auto") return this.#usable(chosen, how);
    const own = chatModelId === null ? null : await this.#usable(chatModelId, how);
    if (own?.ok) return own;
    for (const { id, loaded } of models.list()) {
      const found = loaded === true ? await this.#usable(id, how) : null;
      // What leaves this machine goes where the person said.
      if (found?.ok && found.value.route.local) return found;
    }
    return fail({ type: "none", message: none });
  }

  async #usable(modelId: string, { mayLoad, signal }: Looking): Promise<Result<UsableModel, HelperFailure>> {
    const { models } = this.#deps;
    if (!mayLoad && models.wouldLoad(modelId)) return fail({ type: "none", message: none });
    const found = await models.find(modelId, signal);
    return found.ok ? found : fail({ type: "none", message: found.error.message });
  }

  async #ask(job: HelperJob, text: string, usable: UsableModel, signal: AbortSignal): Promise<Result<string, HelperFailure>> {
    const { use, models } = this.#deps;
    // It waits for turns: one that Hearth serves itself would have another address afterwards, or none.
    const letGo = models.hold(usable.model.id);
    const answer = await use.beside(usable.route.url, (free) => this.#request(job, text, usable, free), signal).finally(letGo);
    return answer ?? fail({ type: "cancelled", message: "Nobody waits for it any more" });
  }

  async #request(job: HelperJob, text: string, usable: UsableModel, signal: AbortSignal): Promise<Result<string, HelperFailure>> {
    const { client, clock } = this.#deps;
    const [late, enough] = [new AbortController(), new AbortController()];
    const takeBack = clock.after(limitMs, () => late.abort());
    const message = helperMessage(job, text, usable.model.window);
    let said = "";
    let count = 0;
    const onPart = (part: ReplyPart): void => {
      if (part.type !== "text" && part.type !== "reasoning") return;
      count += part.text.length;
      if (part.type === "text" && said.length < maxAnswerChars) said += part.text.slice(0, maxAnswerChars);
      // Not every server keeps to the limit of tokens.
      if (count > maxAnswerChars) enough.abort();
    };
    const reply = await client
      .request(
        {
          ...{ usable, system: job.system, messages: [{ role: "user", text: message }], tools: [], maxTokens },
          // Who isn't known to think may refuse to be told not to.
          thinking: usable.model.reasoning === true ? "off" : null,
        },
        { onPart, onRetry: () => {} },
        AbortSignal.any([signal, late.signal, enough.signal]),
      )
      .finally(takeBack);
    if (late.signal.aborted)
      return fail({ type: "failed", message: `${usable.model.label} gave no answer in ${limitMs / 60_000} min` });
    if (!reply.ok && !enough.signal.aborted)
      return fail({ type: "failed", message: reply.error.type === "failed" ? reply.error.message : "Cancelled" });
    const lines = helperLines(said, job);
    return lines === null ? fail({ type: "failed", message: `${usable.model.label} gave no line that can be used` }) : ok(lines);
  }
}

/**
 * Whether a server still has a chat's prompt after it was asked something else. One with a single place for prompts reads
 * the whole conversation in again, for which the next turn would wait.
 */
function keepsPrompts({ model, route }: UsableModel): boolean {
  return route.server === "vllm" || (model.slots ?? 1) > 1;
}
