import { implement, withEventMeta } from "@orpc/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contract } from "../../../shared/contract/contract.ts";
import type { RunEvent } from "../../../shared/run-event.ts";
import { startTestServer, type TestServer } from "../../testing/local-server.ts";
import { toError } from "../answer.ts";

const at = "2026-01-01T00:00:00.000Z";
const log: RunEvent[] = [
  { seq: 1, cursor: 11, runId: "run_1", at, type: "run.accepted", payload: { agentId: "practice", modelId: null } },
  { seq: 2, cursor: 12, runId: "run_1", at, type: "assistant.delta", payload: { text: "line one\nline two" } },
  { seq: 3, cursor: 13, runId: "run_1", at, type: "run.completed", payload: { timings: {}, usage: null } },
];

let removedWith: unknown = null;
const { projects, runs, sessions, changes } = implement(contract);
const router = {
  projects: {
    add: projects.add.handler(() => {
      throw toError({ code: "PROJECT_PATH_REFUSED", message: "Not the home folder", field: "path" });
    }),
    list: projects.list.handler(() => {
      throw new Error("a secret detail");
    }),
  },
  runs: {
    create: runs.create.handler(() => {
      throw new Error("no run was to be made");
    }),
    stream: runs.stream.handler(async function* ({ input, lastEventId }) {
      const after = lastEventId === undefined ? (input.after ?? 0) : Number(lastEventId);
      for (const event of log.filter(({ seq }) => seq > after)) yield withEventMeta(event, { id: String(event.seq) });
    }),
  },
  sessions: {
    remove: sessions.remove.handler(({ input }) => {
      removedWith = input;
      return { removed: true as const, checkpointId: null, left: null };
    }),
  },
  changes: {
    list: changes.list.handler(({ input }) => (input.diff ? [] : [])),
    reject: changes.reject.handler(() => ({ changes: [], checkpointId: null, kept: [] })),
  },
};

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer(router);
});
afterAll(() => test.end());

/** Frames of an event stream: those with an id, and all others as they came. */
function frames(text: string) {
  const all = text.split("\n\n").filter((frame) => frame !== "");
  const field = (frame: string, name: string) =>
    frame
      .split("\n")
      .flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []))
      .join("\n");
  const events = all.filter((frame) => frame.includes("id: "));
  return {
    events: events.map((frame) => ({
      id: field(frame, "id"),
      event: field(frame, "event"),
      data: JSON.parse(field(frame, "data")),
    })),
    others: all.filter((frame) => !frame.includes("id: ")),
  };
}

describe("a run's stream", () => {
  it("R93 numbers the run's events and nothing else, as data the envelope, and ends after the terminal one", async () => {
    const answer = await test.known("GET", "/api/v1/runs/run_1/stream");
    expect(answer.headers["content-type"]).toBe("text/event-stream");
    const { events, others } = frames(answer.text);
    expect(events).toEqual(log.map((data) => ({ id: String(data.seq), event: "message", data })));
    expect(others.every((frame) => frame.split("\n").every((line) => line.startsWith(":")))).toBe(true);
  });

  it("goes on after ?after= and Last-Event-ID", async () => {
    const ids = (text: string) => frames(text).events.map(({ id }) => id);
    expect(ids((await test.known("GET", "/api/v1/runs/run_1/stream?after=1")).text)).toEqual(["2", "3"]);
    const token = test.tokens.create("reader").text;
    const again = await test.call("GET", "/api/v1/runs/run_1/stream", { authorization: `Bearer ${token}`, "last-event-id": "2" });
    expect(ids(again.text)).toEqual(["3"]);
  });
});

describe("errors", () => {
  it("have one shape, with the contract's code and status", async () => {
    const { status, json } = await test.known("POST", "/api/v1/projects", { path: "/root" });
    expect(status).toBe(400);
    expect(json).toEqual({ code: "PROJECT_PATH_REFUSED", status: 400, message: "Not the home folder", data: { field: "path" } });
  });

  it("name the field of input that doesn't fit", async () => {
    const { status, json } = await test.known("POST", "/api/v1/projects", { path: 7 });
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: "INPUT_INVALID", status: 400, data: { field: "path", issues: [{ path: "path" }] } });
    expect(json.message).toMatch(/^path: /);
    expect((await test.known("GET", "/api/v1/runs/run_1/stream?after=soon")).json).toMatchObject({
      code: "INPUT_INVALID",
      data: { field: "after" },
    });
    expect((await test.known("POST", "/api/v1/projects", {})).json).toMatchObject({
      code: "INPUT_INVALID",
      message: "path: It is missing; string is expected",
      data: { field: "path" },
    });
    const prompt = await test.known("POST", "/api/v1/chats/chat_1/coding-agent/runs", { prompt: 7 });
    expect(prompt.json).toMatchObject({ code: "INPUT_INVALID", data: { field: "prompt" } });
    expect(prompt.json.message).toContain("list of at most 200 blocks");
  });

  it("have issues, also where the body isn't JSON at all", async () => {
    const { status, json } = await test.call(
      "POST",
      "/api/v1/projects",
      { authorization: `Bearer ${test.tokens.create("broken").text}`, "content-type": "application/json" },
      '{"path":',
    );
    expect([status, json.code]).toEqual([400, "INPUT_INVALID"]);
    expect(json.data.issues).toEqual([{ path: "", message: json.message }]);
  });

  it("tell of a choice of changes that isn't understood, instead of taking all", async () => {
    const reject = (body: object) => test.known("POST", "/api/v1/sessions/ses_1/changes/reject", body);
    expect((await reject({ paths: ["a.ts"] })).status).toBe(200);
    expect((await reject({ hunks: ["a.ts:1"] })).json).toMatchObject({
      code: "INPUT_INVALID",
      status: 400,
      data: { field: "hunks", issues: [{ path: "hunks" }] },
    });
    expect((await reject({ path: "a.ts" })).json).toMatchObject({ code: "INPUT_INVALID" });
  });

  it("keep what surprised us to the log", async () => {
    const { status, json } = await test.known("GET", "/api/v1/projects");
    expect([status, json.code]).toEqual([500, "INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify(json)).not.toContain("secret detail");
    expect(test.logged.join("")).toContain("secret detail");
  });

  it("don't trip over a path that isn't valid", async () => {
    expect((await test.known("GET", "/api/v1/runs/%ZZ/stream")).status).toBeLessThan(500);
  });
});

describe("options", () => {
  it("of a DELETE come from its query", async () => {
    expect((await test.known("DELETE", "/api/v1/sessions/ses_1?force=true")).json).toEqual({
      removed: true,
      checkpointId: null,
      left: null,
    });
    expect(removedWith).toEqual({ id: "ses_1", force: true });
    await test.known("DELETE", "/api/v1/sessions/ses_1");
    expect(removedWith).toEqual({ id: "ses_1", force: false });
  });

  it("of a GET come from its query", async () => {
    expect((await test.known("GET", "/api/v1/sessions/ses_1/changes?diff=true")).json).toEqual([]);
    expect((await test.known("GET", "/api/v1/sessions/ses_1/changes?diff=perhaps")).json).toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});

it("describes itself: OpenAPI 3.1 for all routes, and a page that needs nothing from elsewhere", async () => {
  const { json } = await test.known("GET", "/api/v1/openapi.json");
  expect(json.openapi).toMatch(/^3\.1\./);
  expect(json.paths["/sessions/{id}"].delete.parameters.map((parameter: { name: string }) => parameter.name)).toEqual([
    "id",
    "force",
  ]);
  const { turns } = json.paths["/chats/{id}/timeline"].get.responses["200"].content["application/json"].schema.properties;
  expect(turns.items).toEqual({ $ref: "#/components/schemas/Turn" });
  expect(json.components.schemas.Timeline.properties.items).toEqual({
    type: "array",
    items: { $ref: "#/components/schemas/TimelineItem" },
  });
  const stream = json.paths["/runs/{id}/stream"].get;
  expect(stream.parameters.map((parameter: { name: string }) => parameter.name)).toContain("Last-Event-ID");
  expect([stream.tags, stream.summary]).toEqual([["runs"], "Follow a run's events to its end"]);
  expect(JSON.stringify(json)).not.toContain('{"not":{}}');
  expect(Object.keys(json.paths["/health"].get.responses)).toEqual(["200", "default"]);
  const { text, headers } = await test.known("GET", "/api/v1/docs");
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(text).toContain("/runs/{id}/stream");
  expect(text).not.toMatch(/<script|https?:\/\//);
});
