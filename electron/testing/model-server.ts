import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describeMessages, messageOf, streamMessage, type AnthropicBody } from "./anthropic-model.ts";

/**
 * A model that answers from a script, on loopback, behind an OpenAI-compatible endpoint and Anthropic's: streaming, tool
 * calls, delays, errors, dropped streams, silence. Real agents run against it without a network. Listens until `close`.
 */
export type ModelRequest = {
  /** The last text part of the last user message: agents put reminders of their own before it. */
  words: string;
  /** The last that is the person's: some put a reminder of the mode behind it. */
  said: string;
  /** Names of the tools offered; none in side jobs such as titles. */
  tools: string[];
  /** Tool results since that message: which step of the turn this is. */
  step: number;
  /** Every message as plain text, for looking whether history arrived; an image is `[image]`. */
  transcript: string[];
  /** The body's own bytes. */
  raw: string;
  /** The client went before the answer was whole. */
  aborted: boolean;
};

/** What its body says, whichever API it came by. */
export type DescribedRequest = Omit<ModelRequest, "raw" | "aborted">;

export type ModelReply = {
  text?: string[];
  reasoning?: string[];
  toolCalls?: { name: string; args: Record<string, unknown> }[];
  /** Waits before the first and between chunks. */
  delayMs?: number;
  /** Says nothing more than `progress` before that. */
  until?: Promise<void>;
  /** Says nothing and keeps the connection, until the client goes or `release`. */
  hang?: boolean;
  /** Answers with this status instead; `retryAfter` goes with it as the header of that name. */
  status?: number;
  retryAfter?: string;
  /** Ends the connection after the text, without a finish. */
  drop?: boolean;
  finish?: "stop" | "length";
  /** How large it says that the request was; `counted`: about what it is. */
  promptTokens?: number | "counted";
  /** Tells, as llama.cpp does, how much of so many tokens is read in, and how fast it writes. */
  progress?: { read: number[]; total: number };
  tokensPerSecond?: number;
};

export type ModelServer = {
  /** Base URL, up to and with `/v1`. */
  url: string;
  requests: ModelRequest[];
  script(reply: (request: ModelRequest) => ModelReply): void;
  /** What is answered where no tools are offered, as for titles. */
  scriptSideJobs(reply: (request: ModelRequest) => ModelReply): void;
  close(): Promise<void>;
};

/** What a server's own API answers besides; null: that isn't of it. */
export type OwnApi = (asked: { method: string; url: URL; key: string | null; body: string }) => OwnAnswer | null;
export type OwnAnswer = { status?: number; body: unknown };

type Message = { role: string; content?: unknown; tool_calls?: unknown };
type OpenAiBody = { messages: Message[]; tools?: { function: { name: string } }[]; stream?: boolean };

export async function startModelServer(
  initial: (request: ModelRequest) => ModelReply,
  own: OwnApi = () => null,
): Promise<ModelServer> {
  let reply = initial;
  let sideReply: typeof initial = () => ({ text: ["Scripted title"] });
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://model");
    const raw = await readAll(request);
    const key = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1] ?? null;
    const told = own({ method: request.method ?? "GET", url, key, body: raw });
    if (told) return sendJson(response, told.status ?? 200, told.body);
    if (request.method === "GET")
      return sendJson(response, 200, { object: "list", data: [{ id: "scripted-1", object: "model" }] });
    if (request.method === "HEAD") return sendJson(response, 200, {});
    const route = url.pathname;
    const isMessages = route.startsWith("/v1/messages");
    const body = JSON.parse(raw) as OpenAiBody & AnthropicBody;
    if (route.endsWith("/count_tokens")) return sendJson(response, 200, { input_tokens: 11 });
    const seen: ModelRequest = { ...(isMessages ? describeMessages(body) : describe(body)), raw, aborted: false };
    response.once("close", () => (seen.aborted = !response.writableFinished));
    requests.push(seen);
    const scripted = (seen.tools.length === 0 ? sideReply : reply)(seen);
    const answer: ModelReply =
      scripted.promptTokens === "counted" ? { ...scripted, promptTokens: Math.ceil(raw.length / 4) } : scripted;
    if (answer.status) {
      if (answer.retryAfter !== undefined) response.setHeader("retry-after", answer.retryAfter);
      return sendJson(response, answer.status, {
        type: "error",
        error: { message: `scripted ${answer.status}`, type: "scripted", code: String(answer.status) },
      });
    }
    if (!body.stream) return sendJson(response, 200, isMessages ? messageOf(answer) : whole(answer));
    await (isMessages ? streamMessage(response, answer, (gone) => pause(answer, gone)) : stream(response, answer));
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (next) => (reply = next),
    scriptSideJobs: (next) => (sideReply = next),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function describe(body: OpenAiBody): DescribedRequest {
  const last = body.messages.findLastIndex((message) => message.role === "user");
  const after = body.messages.slice(last + 1);
  return {
    words: lastText(body.messages[last]?.content),
    said: parts(body.messages[last]?.content).findLast((text) => !isReminder(text)) ?? "",
    tools: (body.tools ?? []).map((tool) => tool.function.name),
    step: after.filter((message) => message.role === "tool").length,
    transcript: body.messages.map((message) => `${message.role}: ${allText(message.content)}`),
  };
}

function parts(content: unknown): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: { type?: string; text?: string }) =>
    part.type === "text" && typeof part.text === "string" ? [part.text] : [],
  );
}

const lastText = (content: unknown): string => parts(content).at(-1) ?? "";
const isReminder = (text: string): boolean => text.trimStart().startsWith("<system-reminder>");
const allText = (content: unknown): string => {
  const images = Array.isArray(content) ? content.filter((part: { type?: string }) => part.type === "image_url") : [];
  return [...parts(content), ...images.map(() => "[image]")].join("\n");
};

function whole(answer: ModelReply): unknown {
  return {
    id: "scripted",
    object: "chat.completion",
    model: "scripted-1",
    choices: [
      {
        index: 0,
        finish_reason: finishOf(answer),
        message: { role: "assistant", content: (answer.text ?? []).join(""), ...toolCalls(answer) },
      },
    ],
    usage: usageOf(answer),
  };
}

function usageOf({ promptTokens }: ModelReply) {
  const counted = typeof promptTokens === "number" ? promptTokens : 11;
  return { prompt_tokens: counted, completion_tokens: 5, total_tokens: counted + 5 };
}

function toolCalls(answer: ModelReply): { tool_calls?: unknown[] } {
  if (!answer.toolCalls) return {};
  return {
    tool_calls: answer.toolCalls.map((call, index) => ({
      index,
      id: `call_${Math.random().toString(36).slice(2, 10)}`,
      type: "function",
      function: { name: call.name, arguments: JSON.stringify(call.args) },
    })),
  };
}

const finishOf = (answer: ModelReply): string => (answer.toolCalls ? "tool_calls" : (answer.finish ?? "stop"));

async function stream(response: ServerResponse, answer: ModelReply): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const write = (fields: object): void => {
    const chunk = { id: "scripted", object: "chat.completion.chunk", model: "scripted-1", ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const send = (delta: unknown, finish: string | null = null, more: object = {}): void =>
    write({ choices: [{ index: 0, delta, finish_reason: finish }], ...more });
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  send({ role: "assistant", content: "" });
  for (const processed of answer.progress?.read ?? []) {
    await pause(answer, gone);
    send({}, null, { prompt_progress: { total: answer.progress?.total, cache: 0, processed, time_ms: 1 } });
  }
  await Promise.race([gone, answer.until]);
  for (const text of answer.reasoning ?? []) {
    await pause(answer, gone);
    send({ reasoning_content: text });
  }
  for (const text of answer.text ?? []) {
    await pause(answer, gone);
    send({ content: text });
  }
  if (answer.hang) await gone;
  if (answer.drop || response.destroyed) return void response.destroy();
  if (answer.toolCalls) send(toolCalls(answer));
  send({}, finishOf(answer));
  const timings = answer.tokensPerSecond === undefined ? {} : { timings: { predicted_per_second: answer.tokensPerSecond } };
  write({ choices: [], usage: usageOf(answer), ...timings });
  response.end("data: [DONE]\n\n");
}

/** The model's own pace; a client that goes away ends it early. */
async function pause(answer: ModelReply, gone: Promise<void>): Promise<void> {
  if (!answer.delayMs) return;
  const { delayMs } = answer;
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, delayMs))]);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
