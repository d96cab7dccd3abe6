import path from "node:path";
import { agentConfig, agentConfigEntry, type AgentConfig, type AgentConfigEntry } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import { readHandWritten, type HandWritten } from "../lib/hand-written-json.ts";
import { saveLinkedJson } from "../lib/save-json.ts";
import { applyConfig } from "./apply-config.ts";
import type { AgentDefinition } from "./definition.ts";

/** `problems`: entries that were skipped, and why. */
export type ReadConfig = {
  path: string;
  config: AgentConfig;
  problems: { entry: string; line: number | null; message: string }[];
};

/** With the file as it was read, and whether it was JSON at all. */
export type LoadedConfig = ReadConfig & Pick<HandWritten, "text" | "lineOf"> & { readable: boolean };

const idPattern = /^[a-z0-9][a-z0-9_-]{0,39}$/;

export const agentsFile = "agents.json";

export function configFile(configDir: string): string {
  return path.join(configDir, agentsFile);
}

/** Never fails: a file or an entry that isn't valid is left out and reported. Of a file that isn't JSON nothing counts. */
export function loadConfig(file: string): LoadedConfig {
  const read = readHandWritten(file);
  const { text, lineOf, problem } = read;
  if (problem) return { path: file, config: {}, problems: [{ entry: "agents.json", ...problem }], text, lineOf, readable: false };
  const config: AgentConfig = {};
  const problems: ReadConfig["problems"] = [];
  for (const [id, value] of Object.entries(read.fields)) {
    const parsed = parseEntry(id, value);
    if (parsed.ok) config[id] = parsed.value;
    else problems.push({ entry: id, line: lineOf([id, ...parsed.error.path]), message: parsed.error.message });
  }
  return { path: file, config, problems, text, lineOf, readable: true };
}

function parseEntry(id: string, value: unknown): Result<AgentConfigEntry, { message: string; path: PropertyKey[] }> {
  if (!idPattern.test(id)) return fail({ message: "An agent's id is a–z, 0–9, - and _", path: [] });
  const parsed = agentConfigEntry.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const { issues } = parsed.error;
  const message = issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": ")).join("; ");
  const [first] = issues;
  const unknown = first?.code === "unrecognized_keys" ? first.keys.slice(0, 1) : [];
  return fail({ message, path: [...(first?.path ?? []), ...unknown] });
}

/**
 * Changes entries (null takes one away) and saves the file whole, by a rename. Nothing is written where a change isn't
 * valid; what is in the file and isn't valid itself stays as it is, for the person to mend.
 */
export function patchConfig(
  file: string,
  builtIn: readonly AgentDefinition[],
  patch: Record<string, unknown>,
): Result<null, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">> {
  const before = readHandWritten(file);
  if (before.problem)
    return failure("AGENT_CONFIG_INVALID", `${file}: ${before.problem.message}. Mend or remove the file first.`);
  const next = { ...before.fields };
  for (const [id, value] of Object.entries(patch)) {
    if (value === null) {
      delete next[id];
      continue;
    }
    const parsed = parseEntry(id, value);
    if (!parsed.ok) return failure("AGENT_CONFIG_INVALID", `${id}: ${parsed.error.message}`, { field: `agents.${id}` });
    next[id] = parsed.value;
  }
  const valid = agentConfig.safeParse(Object.fromEntries(Object.entries(next).filter(([id, value]) => parseEntry(id, value).ok)));
  const { problems } = applyConfig(builtIn, valid.success ? valid.data : {});
  const own = problems.find((problem) => problem.entry in patch);
  if (own) return failure("AGENT_CONFIG_INVALID", `${own.entry}: ${own.message}`, { field: `agents.${own.entry}` });
  return save(file, next);
}

function save(file: string, config: Record<string, unknown>): Result<null, Failure<"AGENT_CONFIG_NOT_SAVED">> {
  try {
    saveLinkedJson(file, config);
    return ok(null);
  } catch (error) {
    return failure(
      "AGENT_CONFIG_NOT_SAVED",
      `${file} couldn't be saved: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Whether two entries start the same program the same way. */
export function runsAlike(a: AgentConfigEntry | undefined, b: AgentConfigEntry | undefined): boolean {
  const program = (entry: AgentConfigEntry = {}): string => {
    const { enabled: _, label: __, models: ___, additionalModels: ____, ...rest } = entry;
    return JSON.stringify(rest);
  };
  return program(a) === program(b);
}
