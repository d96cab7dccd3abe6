import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import type { ShellEnvironment } from "../../lib/shell-env.ts";
import { childEnvironment } from "../child-environment.ts";
import type { AgentDefinition } from "../definition.ts";
import { findProgram } from "../../lib/find-program.ts";
import type { FoundAgent, FastLook } from "../status.ts";
import type { Launch } from "./pool.ts";

/** Where an agent's program is: an absolute path at once, a name once the login shell's PATH is known. */
export function lookForProgram(definition: AgentDefinition, shell: ShellEnvironment | null): FastLook {
  if (!shell && !path.isAbsolute(definition.command)) return { state: "looking" };
  const found = findProgram(definition.command, shell?.env ?? {});
  if (found.path === null) return { state: "missing", reason: found.reason };
  return { state: "found", program: { ...found, fingerprint: found.fingerprint + scriptMark(definition.args) } };
}

/** How an agent's child is started for a chat. Chats whose launches have one key may share a child. */
export function launchOf({ definition, program, env: shellEnv }: FoundAgent, chatId: string): Launch {
  const command = program.path ?? definition.command;
  const env = (): Record<string, string> => childEnvironment(definition, shellEnv, command);
  const fixed = childEnvironment({ ...definition, secretEnv: [] }, shellEnv, command);
  const chat = definition.shares ? null : chatId;
  const key = createHash("sha256")
    .update(JSON.stringify([definition.id, program.fingerprint, definition.args, fixed, definition.offers, chat]))
    .digest("hex");
  const { id: agentId, label, args, secretEnv, secretUser, offers } = definition;
  return { agentId, label, command, args, env, secretEnv, secretUser, offers, key };
}

/** An agent that is a script under an interpreter changes with its script. */
function scriptMark(args: readonly string[]): string {
  return args
    .filter((arg) => path.isAbsolute(arg))
    .map((arg) => statSync(arg, { throwIfNoEntry: false }))
    .map((stat) => (stat?.isFile() ? `:${Math.trunc(stat.mtimeMs)}:${stat.size}` : ""))
    .join("");
}
