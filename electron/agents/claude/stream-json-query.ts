import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Child } from "../../lib/process.ts";
import { LineReader } from "../programs/line-reader.ts";
import { Pipe } from "./pipe.ts";
import type { AskContext, PermissionResult, Query, UserMessage } from "./sdk.ts";

type Deps = {
  child: Pick<Child, "stdin" | "stdout">;
  prompts: AsyncIterable<UserMessage>;
  ask(name: string, input: Record<string, unknown>, context: AskContext): Promise<PermissionResult>;
  /** What the program is told before its first prompt. */
  setUp: Record<string, unknown>;
  /** Whether it takes Claude Code's settings while it runs. */
  takesSettings: boolean;
};

const maxLineBytes = 16 * 1024 * 1024;

const answer = z.object({
  type: z.literal("control_response"),
  response: z.object({
    subtype: z.string(),
    request_id: z.string(),
    response: z.unknown().optional(),
    error: z.unknown().optional(),
  }),
});
const asking = z.object({
  type: z.literal("control_request"),
  request_id: z.string(),
  request: z.looseObject({ subtype: z.string() }),
});
const takenBack = z.object({ type: z.literal("control_cancel_request"), request_id: z.string() });
const toolUse = z.object({
  tool_name: z.string(),
  input: z.record(z.string(), z.unknown()).catch({}),
  tool_use_id: z.string().catch(""),
});
const control = z.discriminatedUnion("type", [answer, asking, takenBack]);

/**
 * A conversation over the program's own stdin and stdout: prompts and messages as `stream-json`, and among them requests
 * of either side with an answer each. Ends with the program's output.
 */
export class StreamJsonQuery implements Query {
  readonly #deps: Deps;
  readonly #said = new Pipe<unknown>();
  readonly #calls = new Map<string, PromiseWithResolvers<unknown>>();
  /** What it asks, until that is answered or taken back. */
  readonly #asks = new Map<string, AbortController>();
  #ended: string | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
    const { stdout } = deps.child;
    const lines = new LineReader({
      maxBytes: maxLineBytes,
      onLine: (line) => this.#heard(line),
      onTooLong: () => this.#end("It said a line of more than 16 MB"),
    });
    stdout.on("data", (chunk: Buffer) => lines.push(chunk));
    stdout.on("end", () => this.#end("Its output ended"));
    void this.#sayPrompts();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this.#said[Symbol.asyncIterator]();
  }

  initializationResult(): Promise<unknown> {
    return this.#call({ subtype: "initialize", ...this.#deps.setUp });
  }

  interrupt(): Promise<unknown> {
    return this.#call({ subtype: "interrupt" });
  }

  async setPermissionMode(mode: string): Promise<void> {
    await this.#call({ subtype: "set_permission_mode", mode });
  }

  async setModel(model: string): Promise<void> {
    await this.#call({ subtype: "set_model", model });
  }

  async applyFlagSettings(settings: Record<string, unknown>): Promise<void> {
    if (this.#deps.takesSettings) await this.#call({ subtype: "apply_flag_settings", settings });
  }

  #call(request: Record<string, unknown>): Promise<unknown> {
    const call = Promise.withResolvers<unknown>();
    if (this.#ended !== null) {
      call.reject(new Error(this.#ended));
      return call.promise;
    }
    const id = randomUUID();
    this.#calls.set(id, call);
    this.#write({ type: "control_request", request_id: id, request });
    return call.promise;
  }

  #heard(line: string): void {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      return this.#said.put(line); // Whoever reads counts it among what isn't known.
    }
    const read = control.safeParse(message).data;
    if (!read) return this.#said.put(message);
    if (read.type === "control_response") this.#answered(read.response);
    else if (read.type === "control_cancel_request") this.#asks.get(read.request_id)?.abort();
    else void this.#asked(read);
  }

  #answered({ request_id: id, subtype, response, error }: z.infer<typeof answer>["response"]): void {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (subtype === "success") call?.resolve(response);
    else call?.reject(new Error(typeof error === "string" ? error : (JSON.stringify(error) ?? "It refused")));
  }

  async #asked({ request_id, request }: z.infer<typeof asking>): Promise<void> {
    const use = request.subtype === "can_use_tool" ? toolUse.safeParse(request).data : undefined;
    if (!use) {
      const error = `Hearth doesn't know the request ${request.subtype}`;
      return this.#write({ type: "control_response", response: { subtype: "error", request_id, error } });
    }
    const over = new AbortController();
    this.#asks.set(request_id, over);
    try {
      const response = await this.#deps.ask(use.tool_name, use.input, { signal: over.signal, toolUseID: use.tool_use_id });
      if (!over.signal.aborted) this.#write({ type: "control_response", response: { subtype: "success", request_id, response } });
    } catch (cause) {
      // Nobody could be asked, as where the store takes no more: the agent may not, and is told so.
      const error = cause instanceof Error ? cause.message : String(cause);
      this.#write({ type: "control_response", response: { subtype: "error", request_id, error } });
    } finally {
      this.#asks.delete(request_id);
    }
  }

  async #sayPrompts(): Promise<void> {
    for await (const prompt of this.#deps.prompts) this.#write(prompt);
  }

  #write(message: object): void {
    if (this.#ended === null) this.#deps.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #end(why: string): void {
    if (this.#ended !== null) return;
    this.#ended = why;
    for (const call of this.#calls.values()) call.reject(new Error(why));
    for (const over of this.#asks.values()) over.abort();
    this.#said.end();
  }
}
