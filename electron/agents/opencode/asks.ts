import type { AgentHost } from "../port.ts";
import { answersOf, questionAsk } from "../programs/question-form.ts";
import { answerOf, within, type OpencodeClient } from "./api.ts";
import { permissionAsk, replyOf } from "./permission-ask.ts";
import type { PermissionRequest, QuestionRequest } from "./shapes.ts";

export type AsksDeps = {
  api: OpencodeClient;
  workingCopyPath: string;
  cwd: string;
  host(): AgentHost;
  /** Aborted by a cancel and by the turn's end. */
  signal(): AbortSignal;
  /** What a sub-agent is called whose session it is; undefined for the agent's own. */
  askerOf(sessionId: string): string | undefined;
  /** The name of the call that a permission is asked for. */
  callOf(request: PermissionRequest): string | null;
};

type Open = { withdrawn: AbortController; send: (() => Promise<boolean>) | null };

const answerMs = 30_000;

/**
 * What a session and its sub-agents ask, each until the server has its answer. An answer that didn't arrive is given
 * again when the server still asks.
 */
export class Asks {
  readonly #deps: AsksDeps;
  readonly #open = new Map<string, Open>();

  constructor(deps: AsksDeps) {
    this.#deps = deps;
  }

  async permission(request: PermissionRequest): Promise<void> {
    await this.#answer(request.id, async (signal) => {
      const { workingCopyPath, cwd } = this.#deps;
      const ask = await permissionAsk(request, { workingCopyPath, cwd, toolCallId: this.#deps.callOf(request) });
      if (signal.aborted) return () => this.#reply(request.id, "reject");
      this.#tell(ask.toolCallId, ask.action.diff);
      const outcome = await this.#deps.host().requestPermission({ ...ask, ...this.#asker(request.sessionID) }, signal);
      const reply = signal.aborted ? "reject" : replyOf(outcome);
      return () => this.#reply(request.id, reply);
    });
  }

  async question(request: QuestionRequest): Promise<void> {
    await this.#answer(request.id, async (signal) => {
      const outcome = await this.#deps
        .host()
        .ask({ ...questionAsk(request.questions), ...this.#asker(request.sessionID) }, signal);
      const answers = signal.aborted ? null : answersOf(request.questions, outcome);
      const { api, cwd } = this.#deps;
      const at = { requestID: request.id, directory: cwd };
      return () =>
        isTold(
          answers ? api.question.reply({ ...at, answers }, within(answerMs)) : api.question.reject(at, within(answerMs)),
          "Answering a question",
        );
    });
  }

  /** It was answered by somebody, or is asked no more. */
  settled(requestId: string): void {
    const open = this.#open.get(requestId);
    if (!open) return;
    this.#open.delete(requestId);
    open.withdrawn.abort();
  }

  /** What the server asks now: what isn't among it is over, and an answer to what still is goes out again. */
  stillAsked(requestIds: ReadonlySet<string>): void {
    for (const [id, { send }] of this.#open) {
      if (!requestIds.has(id)) this.settled(id);
      else if (send) void this.#send(id, send);
    }
  }

  /** After a cancel: the server forgets its turn, and not what the turn asked. */
  async rejectAll(): Promise<void> {
    const open = [...this.#open];
    for (const [id] of open) this.settled(id);
    await Promise.all(open.map(([id]) => (id.startsWith("que") ? this.#rejectQuestion(id) : this.#reply(id, "reject"))));
  }

  async #answer(id: string, ask: (signal: AbortSignal) => Promise<() => Promise<boolean>>): Promise<void> {
    if (this.#open.has(id)) return;
    const open: Open = { withdrawn: new AbortController(), send: null };
    this.#open.set(id, open);
    const send = await ask(AbortSignal.any([this.#deps.signal(), open.withdrawn.signal]));
    // Withdrawn meanwhile: nobody waits for it.
    if (this.#open.get(id) !== open) return;
    open.send = send;
    await this.#send(id, send);
  }

  #asker(sessionId: string): { asker?: string } {
    const asker = this.#deps.askerOf(sessionId);
    return asker === undefined ? {} : { asker };
  }

  async #send(id: string, send: () => Promise<boolean>): Promise<void> {
    if (await send()) this.#open.delete(id);
  }

  #reply(requestID: string, reply: "once" | "always" | "reject"): Promise<boolean> {
    const { api, cwd } = this.#deps;
    return isTold(api.permission.reply({ requestID, reply, directory: cwd }, within(answerMs)), "Answering a permission request");
  }

  #rejectQuestion(requestID: string): Promise<boolean> {
    const { api, cwd } = this.#deps;
    return isTold(api.question.reject({ requestID, directory: cwd }, within(answerMs)), "Withdrawing a question");
  }

  /** The call's card shows what is asked for. */
  #tell(toolCallId: string | undefined, diff: { path: string; oldText: string | null; newText: string }[] | undefined): void {
    if (toolCallId !== undefined && diff) this.#deps.host().onUpdate({ type: "tool", tool: { id: toolCallId, diff } });
  }
}

/** Whether the server has heard it: one that knows of no such request has, too. */
async function isTold(call: Parameters<typeof answerOf>[1], doing: string): Promise<boolean> {
  const answer = await answerOf(doing, call);
  return answer.ok || answer.error.status !== undefined;
}
