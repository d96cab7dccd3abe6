import path from "node:path";
import type { AgentProof, ProofLine, Proving } from "../../../shared/contract/agent-proofs.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import type { OnInterrupt } from "./follow-run.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type ProveOptions = { json?: boolean; yes?: boolean };
/** An agent of the list, or a command that speaks as one. */
export type ToProve = { id: string } | { command: string; args: string[] };

type ProveDeps = { rpc: HearthClient; io: CommandTerminal; onInterrupt: OnInterrupt };

/** Tries an agent out, whole, once the person knows what it costs: what it says of itself, what is true, what Hearth does. */
export async function proveAgent({ rpc, io, onInterrupt }: ProveDeps, wanted: ToProve, options: ProveOptions): Promise<ExitCode> {
  if (!options.yes) await agree(io, nameOf(wanted));
  const stop = new AbortController();
  const stopListening = onInterrupt(() => stop.abort());
  try {
    const input = "id" in wanted ? wanted : { entry: { ...wanted, command: fromHere(wanted.command) } };
    const proof = await follow(await rpc.agents.prove(input, { signal: stop.signal }), io);
    if (!proof) throw new CliFailure("CANCELLED", "It was stopped; nothing is kept.", 130);
    if (options.json) io.json(proof);
    else printProof(io, proof);
    return isUsable(proof) ? 0 : 1;
  } catch (error) {
    if (stop.signal.aborted) throw new CliFailure("CANCELLED", "It was stopped; nothing is kept.", 130);
    throw error;
  } finally {
    stopListening();
  }
}

/** What is written as a path is meant from where the person is. */
function fromHere(command: string): string {
  return /[\\/]/.test(command) ? path.resolve(command) : command;
}

async function agree(io: CommandTerminal, name: string): Promise<void> {
  io.note(
    `${oneLine(name)} is started and given about 20 short prompts, as you would give them: they count against its plan or are paid for, ` +
      "and take some minutes. It works in a folder of its own that is removed; its sessions stay in its own history.",
  );
  if (!io.interactive) throw new CliFailure("INPUT_INVALID", "Say --yes to begin.");
  const said = await io.ask("Begin? [y/N] ");
  if (!/^y(es)?$/i.test(said?.trim() ?? "")) throw new CliFailure("CANCELLED", "Nothing was started.", 130);
}

async function follow(events: AsyncIterable<Proving>, io: CommandTerminal): Promise<AgentProof | null> {
  for await (const event of events) {
    if (event.type === "proof") return event.proof;
    if (event.type === "trying") io.note(io.dim(`${event.at}/${event.of} ${event.label}`));
  }
  return null;
}

const marks: Record<ProofLine["truth"], string> = { yes: "✓ yes", no: "✗ no", untried: "–" };

function printProof(io: CommandTerminal, { label, version, protocol, turns, lines }: AgentProof): void {
  io.line();
  io.line(io.bold(oneLine([label, version ?? "of no told version", `(${protocol})`, `${turns} prompts`].join(" "))));
  const rows = lines.map(({ label: what, advertised, truth, hearth, evidence }) => [
    what,
    advertised === null ? "" : advertised ? "says yes" : "says no",
    marks[truth],
    `${hearth}. ${io.dim(oneLine(evidence, 300))}`,
  ]);
  for (const line of table([["", "it says", "true", "what Hearth does, and what was seen"], ...rows])) io.line(line);
}

/** It opens sessions and answers. */
function isUsable({ lines }: AgentProof): boolean {
  return lines.some(({ step, truth }) => step === "text-turn" && truth === "yes");
}

function nameOf(wanted: ToProve): string {
  return "id" in wanted ? wanted.id : [wanted.command, ...wanted.args].join(" ");
}
