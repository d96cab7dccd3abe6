import { Client, type Transport } from "@modelcontextprotocol/client";
import { fail, ok, type Result } from "../../shared/result.ts";
import { maskForms, secretForms } from "../lib/known-secrets.ts";
import type { McpEntry } from "../../shared/mcp-entry.ts";
import type { ChildTransport } from "./bridge/child-transport.ts";
import type { ServerChildren } from "./bridge/server-children.ts";
import { transportTo, wordsOf } from "./bridge/remote-transport.ts";
import { listedTools, readInstructions, seenTools, type SeenServer } from "./bridge/tool-gate.ts";

/** What a server told of itself. `title`: its name and version, in its own words. */
export type Checked = SeenServer & { title: string };

/** A first start may bring a package from a registry. */
const startMs = 90_000;
const answerMs = 30_000;
const maxPages = 50;

/** With its values; `secrets`: those of them that nobody is to be told. */
export type CheckedServer = { name: string; entry: McpEntry; secrets: readonly string[] };

export type CheckDeps = { children: Pick<ServerChildren, "start">; folder: string; version: string };

/** Connects to a server, asks for its tools, and leaves it. Fails with its error, or how it ended, as text. */
export async function checkServer(
  { children, folder, version }: CheckDeps,
  server: CheckedServer,
  signal: AbortSignal,
): Promise<Result<Checked, string>> {
  const opened = await openTransport(children, folder, server);
  if (!opened.ok) return opened;
  const { transport, child } = opened.value;
  const client = new Client({ name: "hearth", version });
  const within = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
  try {
    await connectWithin(client, transport, within);
    const told = client.getServerVersion();
    const tools = client.getServerCapabilities()?.tools ? await listTools(client, signal) : [];
    const title = [told?.title ?? told?.name, told?.version].filter(Boolean).join(" ");
    return ok({ title, tools, instructions: readInstructions(client.getInstructions()) });
  } catch (error) {
    const late = within.aborted ? `It didn't answer in ${startMs / 1000} s` : wordsOf(error);
    const why = signal.aborted ? "It was stopped" : late;
    return fail(maskForms(child ? child.lastWords(why) : why, secretForms(server.secrets, null)));
  } finally {
    await client.close();
    await child?.close();
  }
}

async function openTransport(
  children: CheckDeps["children"],
  folder: string,
  { name, entry, secrets }: CheckedServer,
): Promise<Result<{ transport: Transport; child: ChildTransport | null }, string>> {
  if (entry.type === "stdio") {
    const started = await children.start({ name, entry, secrets }, folder);
    return started.ok ? ok({ transport: started.value, child: started.value }) : fail(started.error.message);
  }
  return ok({ transport: transportTo(entry), child: null });
}

/** An address may open its stream and never say where to write: no limit of the client's own counts before then. */
export async function connectWithin(client: Client, transport: Transport, within: AbortSignal): Promise<void> {
  within.throwIfAborted();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new Error("It was given up"));
  within.addEventListener("abort", giveUp, { once: true });
  const connecting = client.connect(transport, { timeout: startMs, signal: within });
  connecting.catch(() => {
    // Whoever gave up doesn't hear how it ends; who didn't is told by the race.
  });
  try {
    await Promise.race([connecting, over]);
  } finally {
    within.removeEventListener("abort", giveUp);
  }
}

export async function listTools(client: Client, signal: AbortSignal): Promise<SeenServer["tools"]> {
  const tools: SeenServer["tools"] = [];
  let cursor: string | null | undefined = null;
  for (let page = 0; page < maxPages; page += 1) {
    const params: { cursor?: string } = cursor ? { cursor } : {};
    const answer = await client.request({ method: "tools/list", params }, listedTools, { timeout: answerMs, signal });
    const seen = seenTools(answer.tools, tools);
    if (!seen) throw new Error("It tells more of its tools than anybody could read");
    tools.push(...seen);
    cursor = answer.nextCursor;
    if (!cursor) return tools;
  }
  throw new Error(`It lists its tools on more than ${maxPages} pages`);
}
