import type { Agent } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { findProgram } from "../lib/find-program.ts";
import { childEnvironment } from "./child-environment.ts";
import type { AgentDefinition } from "./definition.ts";
import { NoticeReader } from "./hooks/read-notice.ts";
import type { Registry } from "./registry.ts";
import { tuiArgs, type Tui } from "./tuis.ts";

/** An agent's own program on a terminal, ready to be started. */
export type LaunchedTui = {
  label: string;
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  signs: Pick<Tui, "titles" | "notifications">;
  /** What its notify hook tells, where one is known. */
  notices: NoticeReader | null;
};

export type TuiFailure = Failure<"AGENT_NOT_FOUND" | "CODING_AGENT_ENGINE_UNAVAILABLE" | "INPUT_INVALID">;

/**
 * The person's own program, as they would start it: nothing of how Hearth makes an agent ask goes with it. It gets what
 * the agent's other processes get of the login shell's environment, and no other agent's keys.
 */
export async function launchTui(
  registry: Pick<Registry, "find" | "surroundingsOf">,
  id: string,
  resume: { conversation: string | null } | null,
): Promise<Result<LaunchedTui, TuiFailure>> {
  const definition = registry.find(id);
  if (!definition) return failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "agentId" });
  const { label, tui, enabled } = definition;
  if (!enabled) return unavailable(`${label} is disabled. Enable it in the settings.`);
  if (!tui) return unavailable(`${label} has no program of its own for a terminal. One can be named as tui in agents.json.`);
  const args = tuiArgs(tui, resume);
  if (!args)
    return failure("INPUT_INVALID", `Nobody knows how ${label} goes on where it was. Start it anew.`, { field: "resumes" });
  const { env: shell, keys } = await registry.surroundingsOf(definition);
  const found = findProgram(tui.program, shell);
  if (found.path === null) return unavailable(`${label} can't be started: ${found.reason}`);
  const env = { ...childEnvironment(unforced(definition), shell, found.path), ...keys };
  return ok({ label, command: found.path, args, env, signs: tui, notices: tui.hook && new NoticeReader(id, tui.hook.events) });
}

/** Where it is, from the look; null where it isn't here. */
export function findTui({ tui }: AgentDefinition, shell: Record<string, string>): string | null {
  return tui && findProgram(tui.program, shell).path;
}

export function describeTui({ tui }: AgentDefinition, path: string | null): Agent["tui"] {
  return tui && { path, resumes: tuiArgs(tui, { conversation: null }) !== null, hook: tui.hook !== null };
}

function unforced(definition: AgentDefinition): AgentDefinition {
  return { ...definition, secretEnv: [], enforcement: { ...definition.enforcement, jsonEnv: {} } };
}

function unavailable(message: string): Result<never, Failure<"CODING_AGENT_ENGINE_UNAVAILABLE">> {
  return failure("CODING_AGENT_ENGINE_UNAVAILABLE", message, { field: "agentId" });
}
