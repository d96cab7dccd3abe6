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

/** Working copy → what its commands get as their folder for temporary files. */
const temporaryFolders = new Map<string, string>();
process.on("exit", () => {
  for (const folder of temporaryFolders.values()) rmSync(folder, { recursive: true, force: true });
});

function temporaryOf(root: string): string {
  const known = temporaryFolders.get(root);
  if (known !== undefined) return known;
  const made = mkdtempSync(path.join(os.tmpdir(), "hearth-sandbox-"));
  temporaryFolders.set(root, made);
  return made;
}

const ripgrep = { command: rgPath };
const nothing: SandboxRuntimeConfig = {
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: [], allowWrite: [], denyWrite: [] },
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

/** One after the other: the library names the folder for temporary files by a variable of this process. */
let lastWrap: Promise<unknown> = Promise.resolve();

function wrap(request: WrapRequest): Promise<string[]> {
  const wrapped = lastWrap.then(() => wrapNow(request));
  lastWrap = Promise.allSettled([wrapped]);
  return wrapped;
}

async function wrapNow(request: WrapRequest): Promise<string[]> {
  const { key, command, cwd, root, guarded, hidden, readable, hosts } = request;
  await begin();
  const temporary = temporaryOf(root);
  process.env["CLAUDE_CODE_TMPDIR"] = temporary;
  refusals.begin(key, { writable: [root, temporary], guarded });
  SandboxManager.registerCommandNetworkLists(key, { allowedDomains: hosts });
  const literal = (places: string[]) => places.map((place) => ({ path: place, literal: true as const }));
  const filesystem = {
    denyRead: literal(hidden),
    allowRead: literal(readable),
    allowWrite: literal([root, temporary]),
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
        return { id, type: "checked", problem: `There is no sandbox for ${process.platform} yet`, gap: null };
      const { errors, warnings } = await SandboxManager.checkDependenciesAsync(ripgrep);
      const joined = (words: readonly string[]): string | null => (words.length > 0 ? words.join("; ") : null);
      return { id, type: "checked", problem: joined(errors), gap: joined(warnings) };
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
