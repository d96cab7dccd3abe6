import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import type { ShellEnvironment } from "../../lib/shell-env.ts";
import { childEnvironment } from "../child-environment.ts";
import { startsPerSession, type AgentDefinition } from "../definition.ts";
import { findProgram, type FoundProgram } from "../../lib/find-program.ts";
import { installedVersion } from "../installed-version.ts";
import type { FoundAgent, FastLook } from "../status.ts";
import type { SessionStart } from "./agent-child.ts";
import type { Launch } from "./pool.ts";

/** Where an agent's program is: an absolute path at once, a name once the login shell's PATH is known. Starts nothing. */
export function lookForProgram(definition: AgentDefinition, shell: ShellEnvironment | null): FastLook {
  const { programs, adapterFor, transports } = definition;
  if (!shell && !programs.every((program) => path.isAbsolute(program))) return { state: "looking" };
  const env = shell?.env ?? {};
  const [found, missing] = findFirst(programs, env);
  const adapted = adapterFor && findProgram(adapterFor.program, env);
  if (!found) {
    const here = adapted?.path ? `${adapterFor?.program} is here (${adapted.path}), but not its adapter: ` : "";
    return { state: "missing", reason: `${here}${missing}`, partly: here !== "" };
  }
  if (adapted?.path === null && !adapterFor?.included)
    return { state: "missing", reason: `${found.path} is here, but not what it adapts: ${adapted.reason}`, partly: true };
  return {
    state: "found",
    program: {
      ...found,
      fingerprint: found.fingerprint + scriptMark(transports.flatMap(({ args }) => args)),
      version: installedVersion(found),
    },
  };
}

function findFirst(programs: readonly string[], env: Record<string, string>): [FoundProgram | null, string] {
  let missing = "It names no program";
  for (const program of programs) {
    const found = findProgram(program, env);
    if (found.path !== null) return [found, ""];
    missing = found.reason;
  }
  return [null, missing];
}

/** How an agent's child is started for a chat, or for one session of it. Chats whose launches have one key may share a child. */
export function launchOf(
  { definition, program, env: shellEnv, keys, signedInBy, ways }: FoundAgent,
  chatId: string,
  { session = null, alone = false }: { session?: SessionStart | null; alone?: boolean } = {},
): Launch {
  const command = program.path ?? definition.programs[0] ?? "";
  const env = (): Record<string, string> => ({ ...childEnvironment(definition, shellEnv, command), ...keys });
  const fixed = childEnvironment({ ...definition, secretEnv: [] }, shellEnv, command);
  const own = alone || !ways.shares || startsPerSession(definition);
  const chat = own ? chatId : null;
  const place = startsPerSession(definition) && session && [session.cwd, session.trusted, session.mcpServers];
  const key = createHash("sha256")
    .update(
      JSON.stringify([definition.id, program.fingerprint, definition.transports, fixed, keys, definition.offers, chat, place]),
    )
    .digest("hex");
  const { id: agentId, label, transports, secretEnv, secretUser, offers } = definition;
  const adapts = definition.adapterFor?.program ?? null;
  return {
    ...{ agentId, label, command, transports, env, secretEnv, secretUser, keys: Object.values(keys) },
    ...{ offers, adapts, session: own ? session : null, signedInBy, key },
  };
}

/** An agent that is a script under an interpreter changes with its script. */
function scriptMark(args: readonly string[]): string {
  return args
    .filter((arg) => path.isAbsolute(arg))
    .map((arg) => statSync(arg, { throwIfNoEntry: false }))
    .map((stat) => (stat?.isFile() ? `:${Math.trunc(stat.mtimeMs)}:${stat.size}` : ""))
    .join("");
}
