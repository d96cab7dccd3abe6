import { Client, SdkHttpError } from "@modelcontextprotocol/client";
import * as z from "zod";
import { isRecord } from "../../shared/is-record.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { SeenTool } from "./bridge/tool-gate.ts";
import { transportTo, wordsOf, type Remote } from "./bridge/remote-transport.ts";
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

type Connect = (signal: AbortSignal) => Promise<Client>;

/** A server's tools for an agent that lives in Hearth, reached as agents reach it; ends with `close`. */
export class ToolConnection {
  readonly tools: readonly ServerTool[];
  readonly #connect: Connect;
  #client: Client;
  #isOver = false;

  private constructor(connect: Connect, client: Client, tools: readonly ServerTool[]) {
    this.#connect = connect;
    this.tools = tools;
    this.#client = this.#listenTo(client);
  }

  /** Fails with its error, as text. */
  static async open(entry: Remote, version: string, signal: AbortSignal): Promise<Result<ToolConnection, string>> {
    const connect: Connect = async (wanted) => {
      const client = new Client({ name: "hearth", version });
      await connectWithin(client, transportTo(entry), wanted).catch(async (error: unknown) => {
        await client.close();
        throw error;
      });
      return client;
    };
    try {
      const client = await connect(signal);
      try {
        const tools = client.getServerCapabilities()?.tools ? await listTools(client, signal) : [];
        return ok(new ToolConnection(connect, client, tools.map(toServerTool)));
      } catch (error) {
        await client.close();
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
        delete this.#client.onclose;
        await this.#client.close();
        this.#client = this.#listenTo(await this.#connect(signal));
        return this.#ask(name, args, signal);
      });
      const text = textOf(came);
      return came.isError ? fail(text === "" ? "It failed and didn't say why" : text) : ok(text);
    } catch (error) {
      return fail(wordsOf(error));
    }
  }

  #ask(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<Answer> {
    const request = { method: "tools/call", params: { name, arguments: args } };
    const options = { signal, timeout: callMs, resetTimeoutOnProgress: true, onprogress: () => {} };
    return this.#client.request(request, answer, options);
  }

  #listenTo(client: Client): Client {
    client.onclose = () => (this.#isOver = true);
    client.setNotificationHandler("notifications/tools/list_changed", () => void (this.#isOver = true));
    return client;
  }

  close(): Promise<void> {
    this.#isOver = true;
    return this.#client.close();
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
