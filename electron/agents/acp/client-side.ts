import path from "node:path";
import * as acp from "@agentclientprotocol/sdk/unstable";
import type { FileFailure } from "../../lib/file-failure.ts";
import { readInside, reallyInside, resolveInside, writeFileInside } from "../../lib/write-file.ts";
import type { AgentHost, ToolPatch } from "../port.ts";
import { CommandExits } from "./command-exits.ts";
import { decodeTool } from "./decode.ts";
import { questionAsk } from "../programs/question-form.ts";
import { permissionAnswer, questionsInPermission } from "./asked-questions.ts";
import { executeAction, permissionAction, permissionOptions } from "./permission-action.ts";
import { programOf } from "./whole-line.ts";
import type { VendorAsk } from "./vendor-asks.ts";

export type ClientSideDeps = {
  workingCopyPath: string;
  /** Where in it the agent begins: what its relative paths are relative to. */
  cwd: string;
  host(): AgentHost;
  /** Aborted by a cancel and by the turn's end; null outside a turn. */
  turnSignal(): AbortSignal | null;
  /** A tool call that no update had told of. */
  isKnownTool(id: string): boolean;
};

const maxReadBytes = 16 * 1024 * 1024;
const cancelled: acp.RequestPermissionResponse = { outcome: { outcome: "cancelled" } };

/**
 * What an agent may ask of the app in one session, and the terminals it opened until they are released. Files stay
 * inside the working copy, and nothing is done without the host's word: neither outside a turn, nor after its cancel.
 */
export class ClientSide {
  readonly #deps: ClientSideDeps;
  readonly #terminals = new Set<string>();
  /** Those, and the ones that were released. */
  readonly #known = new Set<string>();
  readonly #exits = new CommandExits();

  constructor(deps: ClientSideDeps) {
    this.#deps = deps;
  }

  /** `bySubAgent`: one of the agent's asks, and not the agent itself. */
  async requestPermission(params: acp.RequestPermissionRequest, bySubAgent: boolean): Promise<acp.RequestPermissionResponse> {
    const signal = this.#deps.turnSignal();
    if (!signal || signal.aborted) return cancelled;
    const tool = decodeTool(params.toolCall);
    if (tool) {
      // An update never goes back: what the call's status is, the agent says in its updates.
      if (this.#deps.isKnownTool(tool.id)) delete tool.status;
      this.#deps.host().onUpdate({ type: "tool", tool });
    }
    const options = permissionOptions(params.options);
    if (options.length === 0) return cancelled;
    const who = bySubAgent ? { asker: "" } : {};
    const questions = questionsInPermission(params.toolCall, this.#deps.cwd);
    if (questions) {
      const said = await orAborted(this.#deps.host().ask({ ...questionAsk(questions), ...who }, signal), signal);
      return said === aborted ? cancelled : permissionAnswer(questions, said, options);
    }
    const ask = {
      title: params.toolCall.title ?? "",
      action: permissionAction(params.toolCall, this.#deps.cwd),
      options,
      ...(tool ? { toolCallId: tool.id } : {}),
      ...who,
    };
    const outcome = await orAborted(this.#deps.host().requestPermission(ask, signal), signal);
    if (outcome === aborted || outcome.kind === "cancelled") return cancelled;
    const chosen = options.find((option) => option.id === outcome.optionId);
    // An answer that was not among the options, or that says "allowed" of a rejecting one, answers nothing.
    if (!chosen || (chosen.effect === "allow") !== outcome.allowed) return cancelled;
    return { outcome: { outcome: "selected", optionId: chosen.id } };
  }

  async readTextFile({ path: file, line, limit }: acp.ReadTextFileRequest): Promise<acp.ReadTextFileResponse> {
    const root = this.#deps.workingCopyPath;
    const found = await resolvePath(root, file);
    const read = await readInside(root, found.inside, maxReadBytes);
    if (!read.ok) throw refused(read.error, file);
    return { content: window(read.value.bytes.toString("utf8"), line, limit) };
  }

  async writeTextFile({ path: file, content }: acp.WriteTextFileRequest): Promise<acp.WriteTextFileResponse> {
    const root = this.#deps.workingCopyPath;
    const signal = this.#inTurn();
    const { inside, absolute } = await resolvePath(root, file);
    const before = await bytesOrNull(root, inside, file);
    // What stands there already needs nobody's word: some agents write by themselves and hand the same in again.
    if (before?.equals(Buffer.from(content, "utf8"))) return {};
    const diff = [{ path: absolute, oldText: before?.toString("utf8") ?? null, newText: content }];
    const allowed = await orAborted(
      this.#deps.host().authorize({ kind: "edit", paths: [absolute], diff }, undefined, signal),
      signal,
    );
    if (allowed !== true) throw new acp.RequestError(-32000, `Writing ${file} was not allowed`);
    // What was approved is this change to that text; the person may have taken minutes.
    if (!isSame(await bytesOrNull(root, inside, file), before))
      throw new acp.RequestError(-32000, `${file} changed while the write waited for its approval`);
    const written = await writeFileInside(root, inside, { bytes: Buffer.from(content, "utf8") });
    if (!written.ok) throw refused(written.error, file);
    return {};
  }

  async createTerminal(request: acp.CreateTerminalRequest): Promise<acp.CreateTerminalResponse> {
    const { cwd, env, outputByteLimit } = request;
    const signal = this.#inTurn();
    const folder = path.resolve(this.#deps.cwd, cwd ?? ".");
    const { command, args } = programOf(request.command, request.args ?? [], folder);
    const variables = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
    const action = executeAction([command, ...args], folder, variables);
    const allowed = await orAborted(this.#deps.host().authorize(action, undefined, signal), signal);
    if (allowed !== true) throw new acp.RequestError(-32000, `Running ${request.command} was not allowed`);
    const maxBytes = Math.min(Math.max(outputByteLimit ?? 1024 * 1024, 1024), 8 * 1024 * 1024);
    const host = this.#deps.host();
    const created = await host.terminals.create({ command, args, cwd: folder, env: variables, maxBytes });
    if (!created.ok) throw acp.RequestError.internalError(undefined, created.error.message);
    if (signal.aborted) {
      // The turn may have ended, and let go of its terminals, while this one was opened.
      await host.terminals.release(created.value);
      throw new acp.RequestError(-32000, `Running ${request.command} was cancelled`);
    }
    this.#terminals.add(created.value);
    this.#known.add(created.value);
    return { terminalId: created.value };
  }

  terminalOutput(terminalId: string): acp.TerminalOutputResponse {
    const output = this.#deps.host().terminals.output(this.#owned(terminalId));
    if (!output) throw acp.RequestError.resourceNotFound(terminalId);
    const exitStatus = output.exit ? { exitCode: output.exit.code, signal: output.exit.signal } : null;
    return { output: output.text, truncated: output.truncated, exitStatus };
  }

  async waitForTerminalExit(terminalId: string): Promise<acp.WaitForTerminalExitResponse> {
    const exit = await this.#deps.host().terminals.waitForExit(this.#owned(terminalId));
    return { exitCode: exit?.code ?? null, signal: exit?.signal ?? null };
  }

  async killTerminal(terminalId: string): Promise<void> {
    await this.#deps.host().terminals.kill(this.#owned(terminalId));
  }

  async releaseTerminal(terminalId: string): Promise<void> {
    this.#forget(this.#owned(terminalId));
    await this.#deps.host().terminals.release(terminalId);
  }

  /** What the agent asks by a method of its own. */
  async askVendors(asked: VendorAsk): Promise<Record<string, unknown>> {
    const signal = this.#deps.turnSignal();
    if (!signal || signal.aborted) return asked.answer({ kind: "cancelled" });
    const said = await orAborted(this.#deps.host().ask(asked.ask, signal), signal);
    return asked.answer(said === aborted ? { kind: "cancelled" } : said);
  }

  async elicit(params: acp.CreateElicitationRequest): Promise<acp.CreateElicitationResponse> {
    const signal = this.#deps.turnSignal();
    if (!signal || signal.aborted) return { action: "cancel" };
    if (params.mode !== "form" || !("requestedSchema" in params)) return { action: "decline" };
    const schema = asRecord(params.requestedSchema);
    const question = { kind: "elicitation" as const, message: params.message, ...(schema ? { schema } : {}) };
    const answer = await orAborted(this.#deps.host().ask(question, signal), signal);
    if (answer === aborted || answer.kind === "cancelled") return { action: "cancel" };
    if (answer.kind === "declined") return { action: "decline" };
    return { action: "accept", content: elicitationContent(answer.content) };
  }

  /** Ends the commands that still run; the agent may read what they printed. */
  async killTerminals(): Promise<void> {
    await Promise.all([...this.#terminals].map((terminalId) => this.#deps.host().terminals.kill(terminalId)));
  }

  /** Ends and forgets the terminals that the agent has not released. */
  async releaseTerminals(): Promise<void> {
    const left = [...this.#terminals];
    for (const terminalId of left) this.#forget(terminalId);
    await Promise.all(left.map((terminalId) => this.#deps.host().terminals.release(terminalId)));
  }

  /** What an update tells of a call, with what our terminals know of the command that it ran in one of them. */
  withExitCode(tool: ToolPatch): ToolPatch {
    const { terminal, ...rest } = tool;
    // Some name terminals of their own, which nobody here could show.
    const shown = terminal === undefined || this.#known.has(terminal) ? tool : rest;
    return this.#exits.complete(shown, (terminalId) => (this.#terminals.has(terminalId) ? this.#exitCodeOf(terminalId) : null));
  }

  #forget(terminalId: string): void {
    this.#exits.released(terminalId, this.#exitCodeOf(terminalId));
    this.#terminals.delete(terminalId);
  }

  #exitCodeOf(terminalId: string): number | null {
    return this.#deps.host().terminals.output(terminalId)?.exit?.code ?? null;
  }

  #inTurn(): AbortSignal {
    const signal = this.#deps.turnSignal();
    if (!signal || signal.aborted) throw new acp.RequestError(-32000, "No turn is going on, so nothing is done");
    return signal;
  }

  #owned(terminalId: string): string {
    if (!this.#terminals.has(terminalId)) throw acp.RequestError.resourceNotFound(terminalId);
    return terminalId;
  }
}

const aborted = Symbol("aborted");

/** The host answers a cancel by itself; the agent is answered at once all the same. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | typeof aborted> {
  if (signal.aborted) return Promise.resolve(aborted);
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(aborted);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Where a path of the agent's leads, links followed: inside the working copy, or an error that says why not. */
async function resolvePath(root: string, file: string): Promise<{ inside: string; absolute: string }> {
  if (!path.isAbsolute(file)) throw acp.RequestError.invalidParams({ path: file }, `${file} isn't absolute`);
  // A way back is refused as it is written: a path that is normalised first would hide it.
  const relative = file.split(/[\\/]/).includes("..") ? null : await reallyInside(root, file);
  if (relative === null) throw acp.RequestError.invalidParams({ path: file }, `${file} isn't inside the working copy`);
  const resolved = await resolveInside(root, relative);
  if (!resolved.ok) throw refused(resolved.error, file);
  return { inside: resolved.value.path, absolute: path.join(root, resolved.value.path) };
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

async function bytesOrNull(root: string, inside: string, file: string): Promise<Buffer | null> {
  const read = await readInside(root, inside, maxReadBytes);
  if (read.ok) return read.value.bytes;
  if (read.error.code === "FILE_NOT_FOUND") return null;
  throw refused(read.error, file);
}

function refused(error: FileFailure, file: string): acp.RequestError {
  if (error.code === "FILE_NOT_FOUND") return acp.RequestError.resourceNotFound(file);
  return acp.RequestError.invalidParams({ path: file, code: error.code }, error.message);
}

/** Lines from `line` (counted from 1), `limit` of them. */
function window(text: string, line: number | null | undefined, limit: number | null | undefined): string {
  if ((line === null || line === undefined) && (limit === null || limit === undefined)) return text;
  const lines = text.split(/(?<=\n)/);
  const start = Math.max(0, (line ?? 1) - 1);
  return lines.slice(start, limit === null || limit === undefined ? undefined : start + limit).join("");
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}

function elicitationContent(content: Record<string, unknown>): Record<string, string | number | boolean | string[]> {
  const kept: Record<string, string | number | boolean | string[]> = {};
  for (const [name, value] of Object.entries(content)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") kept[name] = value;
    else if (Array.isArray(value)) kept[name] = value.filter((entry) => typeof entry === "string");
  }
  return kept;
}
