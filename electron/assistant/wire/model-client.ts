import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Message } from "../conversation/message.ts";
import type { UsableModel } from "../models/model.ts";
import { patientFetch } from "./patient-fetch.ts";
import { readReply, type Reply, type ReplyPart } from "./read-reply.ts";
import { orderBody, settingsOf, type Thinking } from "./request-body.ts";
import { RequestFailure, type FailureKind } from "./request-failure.ts";
import { retryDelay } from "./retry-delay.ts";
import { toPrompt, type WireOptions } from "./to-prompt.ts";

export type WireTool = { name: string; description: string; schema: Record<string, unknown> };

export type ModelRequest = {
  usable: UsableModel;
  system: string;
  messages: readonly Message[];
  tools: readonly WireTool[];
  /** null: the server's own limit. */
  maxTokens: number | null;
  thinking: Thinking | null;
};

export type RequestListener = {
  onPart: (part: ReplyPart) => void;
  /** It is sent again in so many ms. */
  onRetry: (message: string, delayMs: number) => void;
};

/** `cancelled`: the signal came. */
export type RequestError = { type: "cancelled" } | { type: "failed"; kind: FailureKind; message: string; status: number | null };

export type ModelClientDeps = { clock: Clock; random?: () => number };

/** Silence between two pieces of an answer that has begun, after which it is given up. */
const stallMs = 120_000;
/** How long a server elsewhere may take to its first sign; one on this machine takes as long as it needs. */
const remoteStartMs = 300_000;

const stoppedWords = `The model server stopped in the middle of its answer, ${stallMs / 1000} s ago`;
const neverBeganWords = `The model server took the request and gave no sign for ${remoteStartMs / 60_000} minutes`;

/**
 * Sends requests to model servers. What may pass is tried again for a while, but never once something of the answer was
 * shown. A prompt may be read in for as long as it takes on this machine; an answer that has begun may not stop in the middle.
 */
export class ModelClient {
  readonly #clock: Clock;
  readonly #random: () => number;

  constructor({ clock, random = Math.random }: ModelClientDeps) {
    this.#clock = clock;
    this.#random = random;
  }

  async request(request: ModelRequest, listener: RequestListener, signal: AbortSignal): Promise<Result<Reply, RequestError>> {
    const began = this.#clock.monotonic();
    for (let attempt = 0; ; attempt += 1) {
      const shown = { any: false };
      try {
        return ok(await this.#once(request, listener, shown, signal));
      } catch (error) {
        if (signal.aborted) return fail({ type: "cancelled" });
        const failure = failureOf(error);
        const spentMs = this.#clock.monotonic() - began;
        const isOver = shown.any || hasEnded(failure, request);
        const delay = isOver ? null : retryDelay(failure, { attempt, spentMs, random: this.#random() });
        const message = withoutKey(failure.message, request.usable.route.key);
        if (delay === null) return fail({ type: "failed", kind: failure.kind, message, status: failure.status });
        listener.onRetry(message, delay);
        await this.#pause(delay, signal);
        if (signal.aborted) return fail({ type: "cancelled" });
      }
    }
  }

  async #once(request: ModelRequest, listener: RequestListener, shown: { any: boolean }, signal: AbortSignal): Promise<Reply> {
    const stalled = new AbortController();
    const { local } = request.usable.route;
    let takeBack = local ? (): void => {} : this.#clock.after(remoteStartMs, () => stalled.abort());
    let begun = false;
    const onPart = (part: ReplyPart): void => {
      begun ||= part.type !== "progress";
      shown.any ||= part.type === "text" || part.type === "reasoning";
      onSign();
      listener.onPart(part);
    };
    // A call of some pages comes for minutes before it is one.
    const onSign = (): void => {
      takeBack();
      const limitMs = begun ? stallMs : remoteStartMs;
      if (begun || !local) takeBack = this.#clock.after(limitMs, () => stalled.abort());
    };
    try {
      const { stream } = await modelOf(request).doStream({
        ...optionsOf(request),
        abortSignal: AbortSignal.any([signal, stalled.signal]),
      });
      return await readReply(stream, onPart, onSign);
    } catch (error) {
      if (!stalled.signal.aborted) throw error;
      throw new RequestFailure("stalled", begun ? stoppedWords : neverBeganWords);
    } finally {
      takeBack();
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const takeBack = this.#clock.after(ms, resolve);
      const stop = (): void => {
        takeBack();
        resolve();
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
  }
}

function modelOf({ usable }: ModelRequest) {
  const { route, model } = usable;
  const provider = createOpenAICompatible({
    name: "endpoint",
    baseURL: route.url,
    ...(route.key === null ? {} : { apiKey: route.key }),
    includeUsage: true,
    fetch: patientFetch,
    transformRequestBody: orderBody,
  });
  return provider.chatModel(model.name);
}

function optionsOf({ usable, system, messages, tools, maxTokens, thinking }: ModelRequest): WireOptions {
  const settings = settingsOf(usable.sampling, usable.route.server, thinking);
  return {
    prompt: toPrompt(system, messages),
    tools: tools.map(({ name, description, schema }) => ({ type: "function", name, description, inputSchema: schema })),
    ...(maxTokens === null ? {} : { maxOutputTokens: maxTokens }),
    providerOptions: { endpoint: settings },
    includeRawChunks: true,
  };
}

/** A process of Hearth's own that is gone doesn't come back at its address. */
function hasEnded({ kind }: RequestFailure, { usable }: ModelRequest): boolean {
  return kind === "unreachable" && usable.route.server === "embedded";
}

function failureOf(error: unknown): RequestFailure {
  if (error instanceof RequestFailure) return error;
  if (error instanceof Error && error.cause instanceof RequestFailure) return error.cause;
  const message = error instanceof Error ? error.message : String(error);
  return new RequestFailure("unreadable", `The model server's answer can't be read: ${message.slice(0, 300)}`);
}

function withoutKey(text: string, key: string | null): string {
  return key === null || key === "" ? text : text.replaceAll(key, "***");
}
