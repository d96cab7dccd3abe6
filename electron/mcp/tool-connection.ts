import { Client, SdkHttpError } from "@modelcontextprotocol/client";
import * as z from "zod";
import { isRecord } from "../../shared/is-record.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { SeenTool } from "./bridge/tool-gate.ts";
import { tellEnd, transportTo, wordsOf, type Remote } from "./bridge/remote-transport.ts";
import { connectWithin, listTools } from "./check.ts";

/** A tool as its server tells it: words and a schema for a model, neither of them to be believed. */
export type ServerTool = { name: string; description: string; inputSchema: Record<string, unknown> };

/** A call may build a whole project; a server that tells of its progress may take longer. */
const callMs = 600_000;

const answer = z.looseObject({
  content: z.array(z.looseObject({ type: z.string() })).catch([]),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().catch(false),
});
type Answer = z.infer<typeof answer>;

/** A session with the server. The other side ends it with us, and with it a process that nobody else uses. */
type Link = { client: Client; end: () => Promise<void> };
type Connect = (signal: AbortSignal) => Promise<Link>;
export type ToolConnectionDeps = { version: string; clock: Clock };

/** A server's tools for an agent that lives in Hearth, reached as agents reach it; ends with `close`. */
export class ToolConnection {
  readonly tools: readonly ServerTool[];
  readonly #connect: Connect;
  #link: Link;
  #isOver = false;
  #isClosed = false;

  private constructor(connect: Connect, link: Link, tools: readonly ServerTool[]) {
    this.#connect = connect;
    this.tools = tools;
    this.#link = this.#listenTo(link);
  }

  /** Fails with its error, as text. */
  static async open(entry: Remote, deps: ToolConnectionDeps, signal: AbortSignal): Promise<Result<ToolConnection, string>> {
    const connect: Connect = (wanted) => connectTo(entry, deps, wanted);
    try {
      const link = await connect(signal);
      try {
        const tools = link.client.getServerCapabilities()?.tools ? await listTools(link.client, signal) : [];
        return ok(new ToolConnection(connect, link, tools.map(toServerTool)));
      } catch (error) {
        await link.end();
        throw error;
      }
    } catch (error) {
      return fail(wordsOf(error));
    }
  }

  /** It can't be used any more, or tells other tools by now. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** What the tool answers, as text; fails with what it says is wrong. */
  async call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Result<string, string>> {
    try {
      const came = await this.#ask(name, args, signal).catch(async (error: unknown) => {
        if (!isForgotten(error)) throw error;
        // Its process was ended since. The call hasn't reached it, so it is made with the next one.
        await this.#connectAgain(signal);
        return this.#ask(name, args, signal);
      });
      const text = textOf(came);
      return came.isError ? fail(text === "" ? "It failed and didn't say why" : text) : ok(text);
    } catch (error) {
      return fail(wordsOf(error));
    }
  }

  close(): Promise<void> {
    this.#isOver = true;
    this.#isClosed = true;
    return this.#link.end();
  }

  #ask(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Answer> {
    const request = { method: "tools/call", params: { name, arguments: args } };
    const options = { signal, timeout: callMs, resetTimeoutOnProgress: true, onprogress: () => {} };
    return this.#link.client.request(request, answer, options);
  }

  /** Where that fails it is over, and the next look at the servers connects anew. */
  async #connectAgain(signal: AbortSignal): Promise<void> {
    delete this.#link.client.onclose;
    this.#isOver = true;
    await this.#link.end();
    const link = await this.#connect(signal);
    if (this.#isClosed) {
      await link.end();
      throw new Error("It was closed");
    }
    this.#link = this.#listenTo(link);
    this.#isOver = false;
  }

  #listenTo(link: Link): Link {
    link.client.onclose = () => (this.#isOver = true);
    link.client.setNotificationHandler("notifications/tools/list_changed", () => void (this.#isOver = true));
    return link;
  }
}

async function connectTo(entry: Remote, { version, clock }: ToolConnectionDeps, signal: AbortSignal): Promise<Link> {
  const [client, transport] = [new Client({ name: "hearth", version }), transportTo(entry)];
  const link = {
    client,
    end: async () => {
      await tellEnd(transport, clock);
      await client.close();
    },
  };
  try {
    await connectWithin(client, transport, signal);
    return link;
  } catch (error) {
    await link.end();
    throw error;
  }
}

/** The other side doesn't know this session any more: nothing was done. */
function isForgotten(error: unknown): boolean {
  return error instanceof SdkHttpError && error.status === 404;
}

function toServerTool({ name, description, more }: SeenTool): ServerTool {
  const told: unknown = more === "" ? {} : JSON.parse(more);
  const schema = isRecord(told) ? told["inputSchema"] : null;
  return { name, description, inputSchema: isRecord(schema) ? schema : {} };
}

function textOf({ content, structuredContent }: Answer): string {
  const parts = content.map((part) => {
    const resource = isRecord(part["resource"]) ? part["resource"] : part;
    const text = part["text"] ?? resource["text"];
    if (typeof text === "string") return text;
    const what = [part.type, resource["mimeType"], resource["uri"]].filter((word) => typeof word === "string");
    return `[${what.join(" ")}]`;
  });
  return parts.length === 0 && structuredContent !== undefined ? JSON.stringify(structuredContent) : parts.join("\n");
}
