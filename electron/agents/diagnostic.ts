import type { Agent } from "../../shared/contract/agents.ts";
import { isoTime } from "../lib/clock.ts";
import type { ShellEnvironment } from "../lib/shell-env.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import { knownCapabilities } from "./capabilities.ts";
import { childEnvironment, maskValue } from "./child-environment.ts";
import type { AgentDefinition } from "./definition.ts";
import type { FastLook } from "./status.ts";

/** All that is known of an agent, as plain text that a person can send to somebody: no secret in it. */
export function formatDiagnostic(known: {
  agent: Agent;
  definition: AgentDefinition;
  look: FastLook;
  facts: AgentFacts | null;
  shell: ShellEnvironment | null;
  configProblem: string | null;
  shares: boolean;
  /** What its backend has to say. */
  backend: string[];
}): string {
  const { agent, definition, look, facts, shell } = known;
  const lines = [
    `${agent.label} (${agent.id}, ${agent.source})`,
    `status: ${agent.status}${agent.enabled ? "" : ", disabled"}${agent.reason ? `: ${agent.reason}` : ""}`,
    `program: ${programWords(look)}`,
    ...definition.transports.map(
      ({ protocol, args }) =>
        `command: ${[definition.programs.join("|"), ...args].map((word) => JSON.stringify(word)).join(" ")} (${protocol})`,
    ),
    `version: ${facts?.version ?? "unknown"}`,
    `handshake: ${facts ? `${facts.status} at ${isoTime(facts.checkedAt)}` : "never done"}`,
    `capabilities: ${facts?.capabilities ? knownCapabilities(facts)?.details.join(", ") || "none" : "unknown"}`,
    `shared process: ${known.shares ? "yes" : "no, one for each chat"}`,
    `keys of its own: ${keyWords(agent.keys)}`,
    `login shell: ${shell ? (shell.problem ?? "its environment was read") : "still being asked"}`,
  ];
  if (known.configProblem) lines.push(`agents.json: ${known.configProblem}`);
  lines.push(...known.backend);
  if (shell && look.state === "found" && look.program.path !== null)
    lines.push("", "environment:", ...environmentLines(childEnvironment(definition, shell.env, look.program.path)));
  return `${lines.join("\n")}\n`;
}

function keyWords(keys: Agent["keys"]): string {
  const set = keys.filter(({ state }) => state !== "unset");
  return set.length === 0 ? "none" : set.map(({ name, state }) => `${name} (${state})`).join(", ");
}

function programWords(look: FastLook): string {
  if (look.state === "looking") return "still looking";
  if (look.state === "missing") return `not found: ${look.reason}`;
  return look.program.path === null ? "none of its own" : `${look.program.path} (found by ${look.program.how})`;
}

function environmentLines(env: Record<string, string>): string[] {
  return Object.keys(env)
    .toSorted()
    .map((name) => `  ${name}=${maskValue(name, env[name] ?? "")}`);
}
