import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

// A stand-in for `opencode serve` that does what goes wrong, by the prompt: a list of steps, or words that it says
// again. Arguments: `version X`, `old` (knows no question for its version), `open` (asks for no password), `locked` (ends
// at once).
//   { say }        tells the text in a delta and again whole       { lose }   the same while nobody hears its events
//   { whole }      the text without deltas                         { cut }    ends the stream of its events
//   { ask }        a command's permission, and waits for it        { askLost } the same, told to nobody
//   { early }      a tool part before its message is told of       { drop }   ends the prompt's connection, and goes on
//   { idle }       says that it is idle, as after an abort         { refuse } ends with an error
//   { exit }       ends with this code                             { hang }   waits for an abort, and ends by it
//   { step }       finishes a step with these tokens and cost      { late }   the end of the aborted turn once more

type Step = Record<string, unknown>;
type Message = { info: Record<string, unknown>; parts: Record<string, unknown>[] };
type Session = { id: string; directory: string; messages: Message[]; busy: boolean; abort?: () => void; sayLate?: () => void };

const args = process.argv.slice(2);
const version = args[args.indexOf("version") + 1] ?? "1.18.99";
const password = args.includes("open") ? null : (process.env["OPENCODE_SERVER_PASSWORD"] ?? "");
const sessions = new Map<string, Session>();
const readers = new Set<ServerResponse>();
const asked = new Map<string, { request: Record<string, unknown>; answer: (reply: string) => void }>();
let count = 0;
let heard = true;
const nextId = (kind: string): string => `${kind}_${String((count += 1)).padStart(4, "0")}`;

if (args.includes("locked")) {
  process.stderr.write("SqliteError: database is locked\n");
  process.exit(1);
}

function tell(type: string, properties: Record<string, unknown>): void {
  if (!heard) return;
  for (const reader of readers) reader.write(`data: ${JSON.stringify({ directory: "/", payload: { type, properties } })}\n\n`);
}

function cut(): void {
  for (const reader of readers) reader.destroy();
  readers.clear();
}

function idle({ id: sessionID }: Session): void {
  tell("session.status", { sessionID, status: { type: "idle" } });
  tell("session.idle", { sessionID });
}

function tellPart(session: Session, message: Message, part: Record<string, unknown>): void {
  const at = message.parts.findIndex(({ id }) => id === part["id"]);
  if (at === -1) message.parts.push(part);
  else message.parts[at] = part;
  tell("message.part.updated", { sessionID: session.id, part });
}

function say(session: Session, message: Message, text: string, { deltas = true, aloud = true } = {}): void {
  heard = aloud;
  const part = { id: nextId("prt"), messageID: message.info["id"], type: "text", text: "" };
  if (deltas) tellPart(session, message, part);
  const { id: partID, messageID } = part;
  if (deltas)
    for (const delta of text.match(/.{1,3}/gs) ?? [])
      tell("message.part.delta", { sessionID: session.id, messageID, partID, field: "text", delta });
  tellPart(session, message, { ...part, text });
  heard = true;
}

async function ask(session: Session, message: Message, command: string, aloud: boolean): Promise<void> {
  const callID = nextId("call");
  const part = { id: nextId("prt"), messageID: message.info["id"], type: "tool", tool: "bash", callID };
  tellPart(session, message, { ...part, state: { status: "running", input: { command } } });
  const id = nextId("per");
  const tool = { messageID: message.info["id"], callID };
  const request = { id, sessionID: session.id, permission: "bash", patterns: [command], metadata: { command }, always: [], tool };
  const reply = await new Promise<string>((resolve) => {
    asked.set(id, { request, answer: resolve });
    heard = aloud;
    tell("permission.asked", request);
    heard = true;
  });
  const state =
    reply === "reject"
      ? { status: "error", input: { command }, error: "rejected" }
      : { status: "completed", input: { command }, output: reply };
  tellPart(session, message, { ...part, state });
}

async function act(session: Session, message: Message, step: Step, request: IncomingMessage): Promise<void> {
  const text = String(Object.values(step)[0]);
  if ("say" in step) say(session, message, text);
  if ("whole" in step) say(session, message, text, { deltas: false });
  if ("lose" in step) say(session, message, text, { aloud: false });
  if ("cut" in step) cut();
  if ("ask" in step) await ask(session, message, text, true);
  if ("askLost" in step) await ask(session, message, text, false);
  if ("drop" in step) request.socket.destroy();
  if ("idle" in step) idle(session);
  if ("refuse" in step) message.info["error"] = { name: "APIError", data: { message: text } };
  if ("step" in step)
    tellPart(session, message, {
      id: nextId("prt"),
      messageID: message.info["id"],
      type: "step-finish",
      ...(step["step"] as object),
    });
  if ("hang" in step) await hang(session, message);
  if ("late" in step) session.sayLate?.();
  if ("exit" in step) process.exit(Number(text));
}

/** As the real one ends what was aborted: idle, answered, and all of it once more when the next turn has begun. */
async function hang(session: Session, message: Message): Promise<void> {
  await new Promise<void>((resolve) => (session.abort = resolve));
  message.info["error"] = { name: "MessageAbortedError", data: { message: "Aborted" } };
  idle(session);
  session.sayLate = () => {
    say(session, message, "said too late");
    tell("message.updated", { sessionID: session.id, info: message.info });
    idle(session);
  };
}

async function prompt(session: Session, words: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // As the real one after a failure: what comes before it is done with the last is taken, and never answered.
  if (session.busy) return;
  session.busy = true;
  const steps: Step[] = words.startsWith("[") ? (JSON.parse(words) as Step[]) : [{ say: words }];
  const sessionID = session.id;
  const user: Message = { info: { id: nextId("msg"), role: "user", sessionID }, parts: [] };
  const message: Message = {
    info: { id: nextId("msg"), role: "assistant", parentID: user.info["id"], sessionID, time: {} },
    parts: [],
  };
  session.messages.push(user, message);
  tell("message.updated", { sessionID, info: user.info });
  tell("session.status", { sessionID, status: { type: "busy" } });
  const early = steps.filter((step) => "early" in step);
  for (const step of early)
    tellPart(session, message, {
      id: nextId("prt"),
      messageID: message.info["id"],
      type: "tool",
      tool: "bash",
      callID: String(step["early"]),
      state: { status: "completed", input: {}, output: "" },
    });
  tell("message.updated", { sessionID, info: message.info });
  for (const step of steps) await act(session, message, step, request);
  message.info["time"] = { completed: 1 };
  tell("message.updated", { sessionID, info: message.info });
  session.busy = false;
  idle(session);
  json(response, message);
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const wanted = `Basic ${Buffer.from(`opencode:${password}`).toString("base64")}`;
  if (password !== null && request.headers.authorization !== wanted) return json(response, {}, 401);
  const url = new URL(request.url ?? "", "http://x");
  const [noun = "", id = "", verb = ""] = url.pathname.slice(1).split("/");
  const session = sessions.get(id);
  const body = await readJson(request);
  if (args.includes("old")) return json(response, { name: "NotFound" }, 404);
  if (url.pathname === "/global/health") return json(response, { healthy: true, version });
  if (url.pathname === "/global/event") {
    readers.add(response.writeHead(200, { "content-type": "text/event-stream" }));
    return void response.write(`data: ${JSON.stringify({ payload: { type: "server.connected", properties: {} } })}\n\n`);
  }
  if (url.pathname === "/config/providers")
    return json(response, {
      providers: [{ id: "p", name: "P", models: { m: { id: "m", name: "M", limit: { context: 100 } } } }],
      default: { p: "m" },
    });
  if (noun === "agent") return json(response, [{ name: "build", mode: "primary" }]);
  if (noun === "permission" && request.method === "GET")
    return json(
      response,
      [...asked.values()].map((each) => each.request),
    );
  if (noun === "permission") {
    asked.get(id)?.answer(String(body["reply"]));
    return json(response, asked.delete(id), 200);
  }
  if (noun === "session" && id === "status")
    return json(
      response,
      Object.fromEntries([...sessions.values()].filter(({ busy }) => busy).map((each) => [each.id, { type: "busy" }])),
    );
  if (noun === "session" && id === "") {
    const created: Session = { id: nextId("ses"), directory: url.searchParams.get("directory") ?? "", messages: [], busy: false };
    sessions.set(created.id, created);
    return json(response, { id: created.id, directory: created.directory });
  }
  if (noun === "session" && !session) return json(response, { name: "NotFoundError", data: { message: "no such session" } }, 404);
  if (session && verb === "abort") {
    session.abort?.();
    return json(response, true);
  }
  if (session && verb === "message" && request.method === "POST")
    return prompt(session, String((body["parts"] as { text?: string }[])[0]?.text), request, response);
  if (session && verb === "message") return json(response, session.messages);
  if (session && verb === "") return json(response, { id: session.id, directory: session.directory });
  json(response, noun === "command" || noun === "question" ? [] : {});
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
}

const server = createServer((request, response) => {
  route(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`opencode server listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
