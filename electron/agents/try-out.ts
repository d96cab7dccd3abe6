import type { AgentConfigEntry, TriedAgent } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ShellEnvironmentReader } from "../lib/shell-env.ts";
import type { BackendKind, ManagedBackend, ProbeFailure, ProbeReport } from "./backend.ts";
import { applyConfig } from "./apply-config.ts";
import { transportsFor, type AgentDefinition } from "./definition.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import { statusOfFailure, type FoundAgent } from "./status.ts";
import { waysOf } from "./ways.ts";

export type TryDeps = {
  builtIn: readonly AgentDefinition[];
  kinds: Readonly<Record<string, BackendKind>>;
  shell: ShellEnvironmentReader;
  backendOf: (kind: string) => ManagedBackend | null;
};

const triedId = "tried";
const nothing = {
  works: false,
  path: null,
  version: null,
  capabilities: [],
  models: [],
  output: [],
} satisfies Partial<TriedAgent>;

/** A handshake and a session with what would be an entry of `agents.json`; nothing of it is kept. */
export async function tryOut(
  deps: TryDeps,
  entry: AgentConfigEntry,
  signal: AbortSignal,
): Promise<Result<TriedAgent, Failure<"AGENT_CONFIG_INVALID">>> {
  const found = await findTried(deps, entry);
  if (!found.ok) {
    const { code, message } = found.error;
    return code === "AGENT_CONFIG_INVALID" ? failure(code, message, { field: "entry" }) : ok({ ...nothing, message });
  }
  const { definition, program } = found.value;
  const told = await deps.backendOf(definition.kind)?.tryOut(found.value, signal);
  if (!told) return ok({ ...nothing, message: `Hearth can't speak with agents of the kind ${definition.kind}` });
  return ok({ ...nothing, path: program.path, ...(told.ok ? worked(told.value) : failed(definition, told.error)) });
}

/** What would be an entry of `agents.json`, as an agent; nothing is started. */
export async function findTried(
  { builtIn, kinds, shell }: Omit<TryDeps, "backendOf">,
  entry: AgentConfigEntry,
): Promise<Result<FoundAgent, Failure<"AGENT_CONFIG_INVALID" | "CODING_AGENT_ENGINE_UNAVAILABLE">>> {
  const { definitions, problems } = applyConfig(builtIn, { [triedId]: entry });
  const definition = definitions.find(({ id }) => id === triedId);
  if (!definition) return failure("AGENT_CONFIG_INVALID", problems[0]?.message ?? "It isn't an entry", { field: "entry" });
  const environment = await shell.get();
  const look = kinds[definition.kind]?.look(definition, environment);
  if (look?.state !== "found") {
    const reason = look?.state === "missing" ? look.reason : "Its program is still being looked for";
    return failure("CODING_AGENT_ENGINE_UNAVAILABLE", reason, { field: "entry" });
  }
  return ok({
    definition: { ...definition, transports: transportsFor(definition, look.program.path ?? "") },
    program: look.program,
    env: environment.env,
    keys: {},
    signedInBy: null,
    ways: waysOf(definition, []),
  });
}

function worked({ version, capabilities, options, said }: ProbeReport): Omit<TriedAgent, "path"> {
  return { works: true, message: null, version, capabilities: capabilities.details, models: options.models, output: said };
}

function failed(definition: AgentDefinition, error: ProbeFailure): Omit<TriedAgent, "path" | "works" | "models"> {
  const { report, said, diagnostics } = error;
  const stderr = Array.isArray(diagnostics?.["stderr"]) ? diagnostics["stderr"].map(String) : [];
  const message =
    error.type === "cancelled"
      ? "It was stopped before it had answered"
      : error.type === "signed-out"
        ? statusOfFailure(definition, error).reason
        : error.message;
  return {
    message: maskSecrets(message),
    version: report?.version ?? null,
    capabilities: report?.capabilities.details ?? [],
    output: said ?? stderr.map(maskSecrets),
  };
}
