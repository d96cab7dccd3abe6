import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { agentConfig, agentConfigEntry, type AgentConfig, type AgentConfigEntry } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { saveJson } from "../lib/save-json.ts";
import type { AgentDefinition, ClientOffers, Enforcement } from "./definition.ts";

/** `problems`: entries that were skipped, and why. */
export type ReadConfig = { path: string; config: AgentConfig; problems: { entry: string; message: string }[] };

const idPattern = /^[a-z0-9][a-z0-9_-]{0,39}$/;

export function configFile(configDir: string): string {
  return path.join(configDir, "agents.json");
}

/** Never fails: a file or an entry that isn't valid is left out and reported. */
export function loadConfig(file: string): ReadConfig {
  const read = readObject(file);
  if (!read.ok) return { path: file, config: {}, problems: [{ entry: "agents.json", message: read.error }] };
  const config: AgentConfig = {};
  const problems: ReadConfig["problems"] = [];
  for (const [id, value] of Object.entries(read.value)) {
    const parsed = parseEntry(id, value);
    if (parsed.ok) config[id] = parsed.value;
    else problems.push({ entry: id, message: parsed.error });
  }
  return { path: file, config, problems };
}

function readObject(file: string): Result<Record<string, unknown>, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return ok({});
    return { ok: false, error: `It can't be read: ${error instanceof Error ? error.message : String(error)}` };
  }
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    return parsed.success ? ok(parsed.data) : { ok: false, error: "It must be an object: agent id → entry" };
  } catch (error) {
    return { ok: false, error: `It isn't JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function parseEntry(id: string, value: unknown): Result<AgentConfigEntry, string> {
  if (!idPattern.test(id)) return { ok: false, error: "An agent's id is a–z, 0–9, - and _" };
  const parsed = agentConfigEntry.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return {
    ok: false,
    error: parsed.error.issues.map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": ")).join("; "),
  };
}

/**
 * Changes entries (null takes one away) and saves the file whole, by a rename. Nothing is written where a change isn't
 * valid; what is in the file and isn't valid itself stays as it is, for the person to mend.
 */
export function patchConfig(
  file: string,
  builtIn: readonly AgentDefinition[],
  patch: Record<string, unknown>,
): Result<ReadConfig, Failure<"AGENT_CONFIG_INVALID" | "AGENT_CONFIG_NOT_SAVED">> {
  const before = readObject(file);
  if (!before.ok) return failure("AGENT_CONFIG_INVALID", `${file}: ${before.error}. Mend or remove the file first.`);
  const next = { ...before.value };
  for (const [id, value] of Object.entries(patch)) {
    if (value === null) {
      delete next[id];
      continue;
    }
    const parsed = parseEntry(id, value);
    if (!parsed.ok) return failure("AGENT_CONFIG_INVALID", `${id}: ${parsed.error}`, { field: `agents.${id}` });
    next[id] = parsed.value;
  }
  const valid = agentConfig.safeParse(Object.fromEntries(Object.entries(next).filter(([id, value]) => parseEntry(id, value).ok)));
  const { problems } = applyConfig(builtIn, valid.success ? valid.data : {});
  const own = problems.find((problem) => problem.entry in patch);
  if (own) return failure("AGENT_CONFIG_INVALID", `${own.entry}: ${own.message}`, { field: `agents.${own.entry}` });
  const saved = save(file, next);
  return saved.ok ? ok(loadConfig(file)) : saved;
}

function save(file: string, config: Record<string, unknown>): Result<null, Failure<"AGENT_CONFIG_NOT_SAVED">> {
  try {
    saveJson(file, config);
    return ok(null);
  } catch (error) {
    return failure(
      "AGENT_CONFIG_NOT_SAVED",
      `${file} couldn't be saved: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Built-in agents as the person changed them, then the person's own, in the order of the file. */
export function applyConfig(
  builtIn: readonly AgentDefinition[],
  config: AgentConfig,
): { definitions: AgentDefinition[]; problems: ReadConfig["problems"] } {
  const problems: ReadConfig["problems"] = [];
  const definitions = new Map(builtIn.map((definition) => [definition.id, definition]));
  for (const id of Object.keys(config)) {
    const resolved = resolve(id, config, builtIn, []);
    if (resolved.ok) definitions.set(id, resolved.value);
    else problems.push({ entry: id, message: resolved.error });
  }
  return { definitions: [...definitions.values()], problems };
}

function resolve(
  id: string,
  config: AgentConfig,
  builtIn: readonly AgentDefinition[],
  seen: string[],
): Result<AgentDefinition, string> {
  const entry = config[id];
  const own = builtIn.find((definition) => definition.id === id);
  if (!entry) return own ? ok(own) : { ok: false, error: `There is no agent ${id} to extend` };
  if (seen.includes(id)) return { ok: false, error: `It extends itself: ${[...seen, id].join(" → ")}` };
  let parent = own;
  if (entry.extends !== undefined && entry.extends !== id) {
    const extended = resolve(entry.extends, config, builtIn, [...seen, id]);
    if (!extended.ok) return extended;
    parent = extended.value;
  }
  if (!parent && entry.command === undefined) return { ok: false, error: "It needs a command, or an agent that it extends" };
  return ok(merge(id, entry, parent, own !== undefined));
}

function merge(id: string, entry: AgentConfigEntry, parent: AgentDefinition | undefined, isBuiltIn: boolean): AgentDefinition {
  const sameProgram = entry.command === undefined;
  return {
    id,
    kind: sameProgram && parent ? parent.kind : "acp",
    label: entry.label ?? (isBuiltIn && parent ? parent.label : id),
    description: parent?.description ?? "Yours, from agents.json",
    homepage: parent?.homepage ?? null,
    installHint: sameProgram ? (parent?.installHint ?? null) : null,
    source: isBuiltIn ? "built-in" : "user",
    enabled: entry.enabled ?? (isBuiltIn ? (parent?.enabled ?? true) : true),
    command: entry.command ?? parent?.command ?? "",
    args: entry.args ?? (sameProgram ? (parent?.args ?? []) : []),
    env: { ...parent?.env, ...entry.env },
    passEnv: parent?.passEnv ?? [],
    secretEnv: parent?.secretEnv ?? [],
    secretUser: parent?.secretUser ?? null,
    // Nobody has shown that sessions of an unknown program don't mix.
    shares: sameProgram && parent ? parent.shares : false,
    models: entry.models
      ? { mode: "replace", list: entry.models }
      : entry.additionalModels
        ? { mode: "add", list: entry.additionalModels }
        : (parent?.models ?? null),
    enforcement: enforcementOf(entry, parent?.enforcement),
    offers: offersOf(entry, parent?.offers ?? everything),
  };
}

const everything: ClientOffers = { readTextFile: true, writeTextFile: true, terminal: true };

/** Of a program that isn't in the catalogue nobody knows whether it asks, unless the person says so. */
function enforcementOf(entry: AgentConfigEntry, parent: Enforcement | undefined): Enforcement {
  return {
    asks: entry.asks ?? parent?.asks ?? "unknown",
    jsonEnv: parent?.jsonEnv ?? {},
    modes: entry.policyModes ?? parent?.modes ?? {},
    looseModes: entry.looseModes ?? parent?.looseModes ?? {},
  };
}

function offersOf({ offers }: AgentConfigEntry, parent: ClientOffers): ClientOffers {
  return {
    readTextFile: offers?.readTextFile ?? parent.readTextFile,
    writeTextFile: offers?.writeTextFile ?? parent.writeTextFile,
    terminal: offers?.terminal ?? parent.terminal,
  };
}
