import type { Agent } from "../../shared/contract/agents.ts";
import { isoTime } from "../lib/clock.ts";
import type { ShellEnvironment } from "../lib/shell-env.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import { childEnvironment, maskValue } from "./child-environment.ts";
import type { AgentDefinition } from "./definition.ts";
import type { PooledChild, Trouble } from "./acp/pool.ts";
import { capabilityWords } from "./acp/probe.ts";
import type { Look } from "./status.ts";

/** All that is known of an agent, as plain text that a person can send to somebody: no secret in it. */
export function formatDiagnostic(known: {
  agent: Agent;
  definition: AgentDefinition;
  look: Look;
  facts: AgentFacts | null;
  shell: ShellEnvironment | null;
  children: PooledChild[];
  trouble: Trouble | null;
  configProblem: string | null;
}): string {
  const { agent, definition, look, facts, shell, trouble } = known;
  const lines = [
    `${agent.label} (${agent.id}, ${agent.source})`,
    `status: ${agent.status}${agent.enabled ? "" : ", disabled"}${agent.reason ? `: ${agent.reason}` : ""}`,
    `program: ${look.state === "found" ? `${look.program.path} (found by ${look.program.how})` : look.state === "missing" ? `not found: ${look.reason}` : "still looking"}`,
    `command: ${[definition.command, ...definition.args].map((word) => JSON.stringify(word)).join(" ")}`,
    `version: ${facts?.version ?? "unknown"}`,
    `handshake: ${facts ? `${facts.status} at ${isoTime(facts.checkedAt)}` : "never done"}`,
    `capabilities: ${facts?.capabilities ? capabilityWords(facts.capabilities).join(", ") || "none" : "unknown"}`,
    `shared process: ${definition.shares ? "yes" : "no, one for each chat"}`,
    `login shell: ${shell ? (shell.problem ?? "its environment was read") : "still being asked"}`,
  ];
  if (known.configProblem) lines.push(`agents.json: ${known.configProblem}`);
  for (const child of known.children) lines.push("", ...childLines(child));
  lines.push("", ...troubleLines(trouble));
  if (shell && look.state === "found") {
    const env = childEnvironment(definition, shell.env, look.program.path);
    lines.push(
      "",
      "environment:",
      ...Object.keys(env)
        .toSorted()
        .map((name) => `  ${name}=${maskValue(name, env[name] ?? "")}`),
    );
  }
  return `${lines.join("\n")}\n`;
}

function childLines({ connection, startedAt }: PooledChild): string[] {
  const report = connection.report();
  return [
    `process: ${connection.pid}, since ${isoTime(startedAt)}`,
    `  lines on stdout that aren't protocol: ${report.strayLines}`,
    ...report.strayExamples.map((line) => `    ${line}`),
    `  updates not understood: ${report.unknownUpdates}, late: ${report.lateUpdates}, of no session: ${report.orphanUpdates}`,
    `  answers to nothing: ${report.unknownResponses}, requests refused: ${report.refusedRequests}`,
    "  last lines of stderr:",
    ...report.stderr.slice(-20).map((line) => `    ${maskSecrets(line)}`),
  ];
}

function troubleLines(trouble: Trouble | null): string[] {
  if (!trouble) return ["last error: none"];
  return [
    `last error: ${isoTime(trouble.at)} ${trouble.failure.type}: ${maskSecrets(trouble.failure.message)}`,
    ...(trouble.unfinishedLine === null ? [] : [`  it ended in the middle of a line: ${maskSecrets(trouble.unfinishedLine)}`]),
    ...trouble.stderr.slice(-20).map((line) => `    ${maskSecrets(line)}`),
  ];
}

/** What looks like a key in a line that an agent printed. */
function maskSecrets(line: string): string {
  return line
    .replace(/\b(sk|pk|ghp|gho|xox[abp]|AIza)[-_A-Za-z0-9]{12,}/g, "$1…")
    .replace(/((?:api[_-]?key|token|secret|password|authorization|bearer)["']?\s*[:= ]\s*["']?)[^\s"',]{6,}/gi, "$1…")
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1…@");
}
