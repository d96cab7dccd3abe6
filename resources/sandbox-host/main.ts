import { SandboxManager, type SandboxRuntimeConfig } from "@anthropic-ai/sandbox-runtime";
import { rgPath } from "@vscode/ripgrep";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import type { SandboxAnswer, SandboxRequest } from "../../shared/sandbox-messages.ts";
import { Refusals } from "./refusals.ts";

// Builds the sandboxes of commands, and is the proxy through which they reach what hosts they may. A thread of its own,
// as the library holds its thread while it looks around. Lasts until it is told to end.

/** What commands get as their folder for temporary files; the library names it by this variable. */
const temporary = mkdtempSync(path.join(os.tmpdir(), "hearth-sandbox-"));
process.env["CLAUDE_CODE_TMPDIR"] = temporary;
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

const ripgrep = { command: rgPath };
const nothing: SandboxRuntimeConfig = {
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [temporary], denyWrite: [] },
  ripgrep,
  // What it looks for lies below the folder of this process, which no command works in.
  mandatoryDenySearchDepth: 1,
};
const refusals = new Refusals();
/** How long after a command's end what it was refused may still come in: by a socket of the library's, which tells no end. */
const settleMs = 50;

let begun: Promise<void> | null = null;

/** Starts the proxies, once; where that failed, the next command tries again. */
function begin(): Promise<void> {
  begun ??= initialize().catch((error: unknown) => {
    begun = null;
    throw error;
  });
  return begun;
}

async function initialize(): Promise<void> {
  await SandboxManager.initialize(nothing, undefined, true);
  SandboxManager.getSandboxViolationStore().subscribe((all) => {
    const last = all.at(-1);
    if (last?.encodedCommand !== undefined) refusals.add(Buffer.from(last.encodedCommand, "base64").toString(), last.line);
  });
}

type WrapRequest = Extract<SandboxRequest, { type: "wrap" }>;

async function wrap({ key, command, cwd, writable, guarded, hidden, readable, hosts }: WrapRequest): Promise<string[]> {
  await begin();
  refusals.begin(key, { writable: [...writable, temporary], guarded });
  SandboxManager.registerCommandNetworkLists(key, { allowedDomains: hosts });
  const literal = (places: string[]) => places.map((place) => ({ path: place, literal: true as const }));
  const filesystem = {
    denyRead: literal(hidden),
    allowRead: literal(readable),
    allowWrite: literal([...writable, temporary]),
    denyWrite: literal(guarded),
  };
  const wrapped = await SandboxManager.wrapWithSandboxArgv(command, undefined, { filesystem }, undefined, cwd, {
    commandId: key,
  });
  return wrapped.argv;
}

async function answer(request: SandboxRequest): Promise<SandboxAnswer> {
  const { id } = request;
  switch (request.type) {
    case "check": {
      if (!SandboxManager.isSupportedPlatform())
        return { id, type: "checked", problem: `There is no sandbox for ${process.platform} yet` };
      const { errors } = await SandboxManager.checkDependenciesAsync(ripgrep);
      return { id, type: "checked", problem: errors.length > 0 ? errors.join("; ") : null };
    }
    case "wrap":
      return { id, type: "wrapped", argv: await wrap(request) };
    case "refused": {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      SandboxManager.unregisterCommandNetworkLists(request.key);
      SandboxManager.cleanupAfterCommand();
      return { id, type: "refused", lines: refusals.end(request.key) };
    }
  }
}

async function handle(request: SandboxRequest): Promise<void> {
  const failed = (error: unknown): SandboxAnswer => ({
    id: request.id,
    type: "failed",
    message: error instanceof Error ? error.message : String(error),
  });
  parentPort?.postMessage(await answer(request).catch(failed));
}

parentPort?.on("message", (request: SandboxRequest | null) => {
  if (request) return void handle(request);
  const over = (): never => process.exit(0);
  void SandboxManager.reset().then(over, over);
});
