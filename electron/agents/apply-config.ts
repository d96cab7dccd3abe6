import type { AgentConfig, AgentConfigEntry } from "../../shared/contract/agents.ts";
import { ok, type Result } from "../../shared/result.ts";
import {
  defaultSilenceLimitSeconds,
  everything,
  streamJsonSession,
  type AgentDefinition,
  type ClientOffers,
  type Enforcement,
  type Transport,
} from "./definition.ts";
import { ownTui } from "./tuis.ts";

/** Built-in agents as the person changed them, then the person's own, in the order of the file. */
export function applyConfig(
  builtIn: readonly AgentDefinition[],
  config: AgentConfig,
): { definitions: AgentDefinition[]; problems: { entry: string; message: string }[] } {
  const problems: { entry: string; message: string }[] = [];
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
  if (!parent && entry.command === undefined && entry.tui === undefined)
    return { ok: false, error: "It needs a command, a program on a terminal (tui), or an agent that it extends" };
  const transports = transportsOf(entry, parent);
  if (entry.protocol !== undefined && transports[0]?.protocol !== entry.protocol)
    return { ok: false, error: `${parent?.label ?? id} isn't known to speak ${entry.protocol}` };
  return ok(merge(id, entry, parent, own !== undefined));
}

function merge(id: string, entry: AgentConfigEntry, parent: AgentDefinition | undefined, isBuiltIn: boolean): AgentDefinition {
  const sameProgram = entry.command === undefined;
  return {
    id,
    kind: sameProgram && parent ? parent.kind : "program",
    label: entry.label ?? (isBuiltIn && parent ? parent.label : id),
    description: parent?.description ?? "Yours, from agents.json",
    homepage: parent?.homepage ?? null,
    ...(sameProgram && parent ? provenance(parent) : noProvenance),
    ...(entry.login ? { login: entry.login } : {}),
    ...(entry.tui ? { tui: ownTui(entry.tui, parent?.tui ?? null) } : {}),
    wellKnown: isBuiltIn && (parent?.wellKnown ?? false),
    forPractice: sameProgram && isBuiltIn && (parent?.forPractice ?? false),
    source: isBuiltIn ? "built-in" : "user",
    enabled: entry.enabled ?? (isBuiltIn ? (parent?.enabled ?? true) : true),
    programs: entry.command === undefined ? (parent?.programs ?? []) : [entry.command],
    transports: transportsOf(entry, parent),
    env: { ...parent?.env, ...entry.env },
    passEnv: entry.passEnv ?? parent?.passEnv ?? [],
    secretEnv: entry.secretEnv ?? parent?.secretEnv ?? [],
    secretUser: entry.secretUser ?? parent?.secretUser ?? null,
    // Nobody but the person has shown that sessions of an unknown program don't mix.
    shares: entry.shares ?? (sameProgram && parent ? parent.shares : false),
    silenceLimitSeconds: silenceLimitOf(entry, parent),
    sharesByPerson: entry.shares !== undefined || (sameProgram && parent?.sharesByPerson === true),
    models: entry.models
      ? { mode: "replace", list: entry.models }
      : entry.additionalModels
        ? { mode: "add", list: entry.additionalModels }
        : (parent?.models ?? null),
    enforcement: enforcementOf(entry, parent?.enforcement),
    leavesCommands: sameProgram && isBuiltIn && (parent?.leavesCommands ?? false),
    offers: offersOf(entry, parent?.offers ?? everything),
    commandPlaces: parent?.commandPlaces ?? [],
  };
}

type Provenance = Pick<AgentDefinition, "installHint" | "package" | "managed" | "licence" | "login" | "tui" | "adapterFor">;

/** What holds for the program of the catalogue and for no other. */
function provenance({ installHint, package: npm, managed, licence, login, tui, adapterFor }: AgentDefinition): Provenance {
  return { installHint, package: npm, managed, licence, login, tui, adapterFor };
}

const noProvenance: Provenance = {
  ...{ installHint: null, package: null, managed: null, licence: null, login: null, tui: null, adapterFor: null },
};

/** Of a program that isn't in the catalogue nobody knows whether it asks, unless the person says so. */
function enforcementOf(entry: AgentConfigEntry, parent: Enforcement | undefined): Enforcement {
  return {
    asks: entry.asks ?? parent?.asks ?? "unknown",
    jsonEnv: parent?.jsonEnv ?? {},
    modes: entry.policyModes ?? parent?.modes ?? {},
    // Modes of the person's own are meant.
    inAnyMode: entry.policyModes === undefined && (parent?.inAnyMode ?? false),
    looseModes: entry.looseModes ?? parent?.looseModes ?? {},
  };
}

/** Arguments of the person's own are those of the protocol that is named with them, or of the Agent Client Protocol. The one that is named comes first. */
function transportsOf({ command, args, protocol }: AgentConfigEntry, parent: AgentDefinition | undefined): readonly Transport[] {
  if (command !== undefined || args !== undefined || !parent) return [ownTransport(protocol ?? "acp", args ?? [])];
  const wanted = parent.transports.filter((transport) => transport.protocol === protocol);
  return [...wanted, ...parent.transports.filter((transport) => transport.protocol !== protocol)];
}

function ownTransport(protocol: Transport["protocol"], args: readonly string[]): Transport {
  return protocol === "stream-json" ? { protocol, args, session: streamJsonSession } : { protocol, args };
}

/** 0 is for ever. */
function silenceLimitOf({ silenceLimitSeconds }: AgentConfigEntry, parent: AgentDefinition | undefined): number | null {
  if (silenceLimitSeconds === undefined) return parent ? parent.silenceLimitSeconds : defaultSilenceLimitSeconds;
  return silenceLimitSeconds === 0 ? null : silenceLimitSeconds;
}

function offersOf({ offers }: AgentConfigEntry, parent: ClientOffers): ClientOffers {
  return {
    readTextFile: offers?.readTextFile ?? parent.readTextFile,
    writeTextFile: offers?.writeTextFile ?? parent.writeTextFile,
    terminal: offers?.terminal ?? parent.terminal,
  };
}
