import { MessageChannel } from "node:worker_threads";
import { createORPCClient, ORPCError, type ClientLink } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import { traverseContractProcedures } from "@orpc/server";
import { WebSocket } from "ws";
import * as z from "zod";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { contract } from "../../../shared/contract/contract.ts";
import { silentLog } from "../../lib/log.ts";
import { spyRouter, startTestServer, type TestServer } from "../../testing/local-server.ts";
import { PortCarrier } from "./message-port.ts";
import { isRecord } from "../../../shared/is-record.ts";

type Refusal = { code: string; status: number; data: { field?: string; issues: { path: string; message: string }[] } };
/** Calls a procedure with any input → how it was refused; null where it wasn't. */
type Caller = (procedure: Procedure, input: unknown) => Promise<Refusal | null>;
type Procedure = { name: string[]; method: string; path: string; input: z.ZodType };

const procedures: Procedure[] = [];
traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path: name }) => {
  const { route, inputSchema } = procedure["~orpc"];
  procedures.push({
    name: [...name],
    method: route.method ?? "POST",
    path: route.path ?? "",
    input: inputSchema as unknown as z.ZodType,
  });
});

let test: TestServer;
const reached: string[] = [];
const callers: Record<string, Caller> = {};
const end: (() => void)[] = [];

beforeAll(async () => {
  const router = spyRouter(reached);
  test = await startTestServer(router);
  callers["REST"] = overRest;
  const headers = { authorization: `Bearer ${test.tokens.create("socket").text}` };
  const socket = new WebSocket(`ws://127.0.0.1:${test.port}/ws`, { headers });
  callers["WebSocket"] = overLink(new SocketLink({ websocket: socket }));
  const { port1, port2 } = new MessageChannel();
  new PortCarrier(router, silentLog).serve(port1);
  callers["MessagePort"] = overLink(new PortLink({ port: port2 }));
  port1.start();
  port2.start();
  end.push(
    () => socket.terminate(),
    () => port1.close(),
  );
});
afterAll(async () => {
  for (const each of end) each();
  await test.end();
});
beforeEach(() => void reached.splice(0));

async function overRest({ method, path }: Procedure, input: unknown): Promise<Refusal | null> {
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const route = `/api/v1${path.replace(/\{\w+\}/g, "x")}`;
  const reads = method === "GET" || method === "DELETE";
  if (!isRecord(input)) return (await test.known(method, reads ? `${route}?=` : route, reads ? undefined : input)).json;
  const rest = Object.entries(input).filter(([name]) => !params.includes(name));
  const query = rest.map(([name, value]) => `${name}=${String(value)}`).join("&");
  const { status, json } = await (reads
    ? test.known(method, `${route}?${query}`)
    : test.known(method, route, Object.fromEntries(rest)));
  return status === 400 ? json : null;
}

function overLink(link: ClientLink<Record<never, never>>): Caller {
  const client: any = createORPCClient(link);
  return async ({ name }, input) => {
    try {
      await name.reduce((at, part) => at[part], client)(input);
      return null;
    } catch (error) {
      if (!(error instanceof ORPCError)) throw error;
      return { code: error.code, status: error.status, data: error.data };
    }
  };
}

/** Every object schema inside a schema, with the way to it. */
function objectsIn(schema: any, way: string): { way: string; strict: boolean }[] {
  const def = schema?._zod?.def;
  if (!def) return [];
  const own = def.type === "object" ? [{ way, strict: def.catchall?._zod.def.type === "never" }] : [];
  const inside = [
    ...Object.entries(def.type === "object" ? def.shape : {}),
    ...["element", "innerType", "in", "out", "left", "right", "valueType"].map((name) => [name, def[name]] as const),
    ...(def.options ?? []).map((option: unknown, at: number) => [`option ${at}`, option] as const),
  ];
  return [...own, ...inside.flatMap(([name, one]) => objectsIn(one, `${way}.${name}`))];
}

const named = procedures.map((procedure) => [procedure.name.join("."), procedure] as const);

describe.each(["REST", "WebSocket", "MessagePort"])("over %s", (carrier) => {
  const call: Caller = (procedure, input) => callers[carrier]!(procedure, input);

  it.each(named)("%s takes an object of known fields only", async (_name, procedure) => {
    const refusal = await call(procedure, { nonsense: "1" });
    expect(refusal).toMatchObject({ code: "INPUT_INVALID", status: 400 });
    expect(refusal?.data.issues).toContainEqual({ path: "nonsense", message: 'There is no field "nonsense" here' });
    for (const input of [["a.txt"], 5, null, "text", true])
      if (carrier !== "REST" || !["GET", "DELETE"].includes(procedure.method))
        expect(await call(procedure, input), JSON.stringify(input)).toMatchObject({ code: "INPUT_INVALID", status: 400 });
    expect(reached).toEqual([]);
  });

  it.each(named)("%s names the field that was meant", async (_name, procedure) => {
    const { input } = procedure;
    for (const field of input instanceof z.ZodObject ? Object.keys(input.shape) : []) {
      const misspelt = `${field.toLowerCase()}_`;
      const refusal = await call(procedure, { [misspelt]: "1" });
      const message = `There is no field "${misspelt}" here; did you mean ${field}?`;
      expect(refusal?.data.issues).toContainEqual({ path: misspelt, message });
    }
    expect(reached).toEqual([]);
  });
});

it.each(named)("%s is strict all the way down", (_name, { input }) => {
  expect(objectsIn(input, "input").filter(({ strict }) => !strict)).toEqual([]);
});

it.each(["toString", "constructor", "hasOwnProperty", "__proto__"])(
  "a setting named %s is refused on every carrier",
  async (name) => {
    const patch = procedures.find((procedure) => procedure.name.join(".") === "settings.patch")!;
    const input = JSON.parse(`{"${name}":1}`);
    // The links' own client takes a `__proto__` off before it sends anything.
    const carriers = Object.entries(callers).filter(([carrier]) => carrier === "REST" || name !== "__proto__");
    for (const [carrier, call] of carriers) {
      const refusal = await call(patch, input);
      expect([carrier, refusal?.code, refusal?.data.field]).toEqual([carrier, "INPUT_INVALID", name]);
    }
    expect(reached).toEqual([]);
  },
);

it("what the path says can't be said again in the body or the query", async () => {
  const apply = await test.known("POST", "/api/v1/sessions/ses_1/changes/apply", { id: "ses_2" });
  expect([apply.status, apply.json.data.field]).toEqual([400, "id"]);
  const remove = await test.known("DELETE", "/api/v1/sessions/ses_1?id=ses_2");
  expect([remove.status, remove.json.data.field]).toEqual([400, "id"]);
  const twice = await test.known("DELETE", "/api/v1/sessions/ses_1?force=false&force=true");
  expect([twice.status, twice.json.data.field]).toEqual([400, "force"]);
  expect(reached).toEqual([]);
});

it("input where it isn't read is refused, not forgotten", async () => {
  const query = await test.known("POST", "/api/v1/sessions/ses_1/changes/apply?dryRun=true", {});
  expect([query.status, query.json.data.field]).toEqual([400, "query"]);
  const own = JSON.stringify({ force: true });
  const headers = {
    authorization: `Bearer ${test.tokens.create("body").text}`,
    "content-type": "application/json",
    "content-length": own.length,
  };
  const body = await test.call("DELETE", "/api/v1/sessions/ses_1", headers, own);
  expect([body.status, body.json.data.field]).toEqual([400, "body"]);
  expect(reached).toEqual([]);
});

it("a misspelled field deep inside a prompt's block is named", async () => {
  const prompt = [{ type: "image", mimeType: "image/png", data: "AAAA", filename: "a.png" }];
  const { json } = await test.known("POST", "/api/v1/chats/chat_1/coding-agent/runs", { prompt });
  expect(json).toMatchObject({ code: "INPUT_INVALID", data: { field: "prompt.0.filename" } });
});
