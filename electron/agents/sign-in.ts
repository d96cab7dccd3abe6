import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { findProgram } from "../lib/find-program.ts";
import type { Backends } from "./backends.ts";
import { knownCapabilities, signInMethods, type SignInMethod } from "./capabilities.ts";
import { childEnvironment } from "./child-environment.ts";
import { withFreePort } from "./programs/free-port.ts";
import { argsFor } from "./definition.ts";
import type { Prober } from "./prober.ts";
import type { Registry } from "./registry.ts";
import type { FoundAgent } from "./status.ts";

/** A program in a terminal that the person sees; `exited` is its exit code. */
export type OpenTerminal = (program: {
  sessionId: string;
  title: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}) => Result<
  { terminalId: string; exited: Promise<number | null>; close: () => Promise<void> },
  Failure<"SESSION_NOT_FOUND" | "TERMINAL_FAILED">
>;

export type SignInDeps = {
  registry: Registry;
  backends: Backends;
  prober: Prober;
  folder: string;
  openTerminal: OpenTerminal;
  /** A program runs in a terminal, until that has ended. */
  onProgram(command: string, exited: Promise<unknown>): void;
  signal: AbortSignal;
};
export type SignInFailure = Failure<"AGENT_NOT_FOUND" | "AGENT_SIGN_IN_FAILED" | "SESSION_NOT_FOUND">;

/** Signs the person in, and asks the agent afterwards, since only a session tells whether it worked. */
export async function signIn(
  deps: SignInDeps,
  agentId: string,
  methodId: string,
  sessionId: string | null,
): Promise<Result<{ terminalId: string | null }, SignInFailure>> {
  const { registry, backends } = deps;
  const located = await registry.locate(agentId);
  if (!registry.find(agentId)) return failure("AGENT_NOT_FOUND", `There is no agent ${agentId}`, { field: "id" });
  if (!located.ok) return failure("AGENT_SIGN_IN_FAILED", located.error.message);
  const offered = knownCapabilities(registry.factsOf(agentId))?.signIn ?? [];
  const method = signInMethods(located.value.definition, offered).find(({ id }) => id === methodId);
  if (!method) return failure("AGENT_SIGN_IN_FAILED", `It offers no way to sign in called ${methodId}`, { field: "methodId" });
  if (method.kind === "terminal") {
    const terminal = offered.find(({ id }) => id === methodId)?.terminal ?? null;
    return inTerminal(deps, located.value, terminal, sessionId);
  }
  registry.setAsking(agentId, true);
  try {
    const told = await backends.of(agentId)?.signIn(agentId, methodId, deps.signal);
    if (!told?.ok) {
      if (told && told.error.type !== "cancelled") registry.failed(agentId, told.error, told.error.report);
      return failure("AGENT_SIGN_IN_FAILED", told?.error.message ?? "It can't be asked");
    }
    registry.connected(agentId, told.value, methodId);
    registry.setProbedOptions(agentId, told.value.options);
    return ok({ terminalId: null });
  } finally {
    registry.setAsking(agentId, false);
  }
}

/** The same command as ever with the way's arguments besides, as the protocol has it, or the agent's own program. */
async function inTerminal(
  deps: SignInDeps,
  agent: FoundAgent,
  terminal: SignInMethod["terminal"],
  sessionId: string | null,
): Promise<Result<{ terminalId: string | null }, SignInFailure>> {
  if (sessionId === null)
    return failure("AGENT_SIGN_IN_FAILED", "It is signed in to in a terminal, and a terminal needs a session. Open one first.", {
      field: "sessionId",
    });
  const program = await programOf(agent, terminal);
  if (!program.ok) return program;
  const { label, id } = agent.definition;
  const opened = deps.openTerminal({ sessionId, title: `Sign in to ${label}`, cwd: deps.folder, ...program.value });
  if (!opened.ok)
    return opened.error.code === "SESSION_NOT_FOUND"
      ? failure("SESSION_NOT_FOUND", opened.error.message, { field: "sessionId" })
      : failure("AGENT_SIGN_IN_FAILED", opened.error.message);
  const { terminalId, exited, close } = opened.value;
  deps.onProgram(program.value.command, exited);
  void exited.then(async (code) => {
    // What went wrong stays to be read.
    if (code !== 0 || deps.signal.aborted) return;
    await close();
    // Who runs already knows nothing of it.
    deps.backends.retire(id);
    await deps.prober.ask(id);
  });
  return ok({ terminalId });
}

async function programOf(
  { definition, program, env: shell }: FoundAgent,
  terminal: SignInMethod["terminal"],
): Promise<Result<{ command: string; args: string[]; env: Record<string, string> }, Failure<"AGENT_SIGN_IN_FAILED">>> {
  const own = program.path ?? "";
  if (terminal) {
    const args = [...(await withFreePort(argsFor(definition, "acp"))), ...terminal.args];
    return ok({ command: own, args, env: { ...childEnvironment(definition, shell, own), ...terminal.env } });
  }
  const [command = "", ...args] = definition.login ?? [];
  const found = findProgram(command, shell);
  if (found.path === null) return failure("AGENT_SIGN_IN_FAILED", found.reason);
  return ok({ command: found.path, args, env: childEnvironment(definition, shell, found.path) });
}
