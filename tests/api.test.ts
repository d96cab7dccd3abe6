import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../electron/testing/until.ts";
import { readStream, runEnded, type Host } from "./kit/host.ts";
import { closeApiDesk, openApiDesk, sessionBeside } from "./kit/api-desk.ts";
import { call, readFrames, watchUntil } from "./kit/raw-api.ts";
import { send, type Desk, type WorkPlace } from "./kit/work-place.ts";

const id = expect.stringMatching(/^\S+$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe("the API, as outside programs are written against it", { timeout: 60_000 }, () => {
  let place: WorkPlace;
  let host: Host;
  let desk: Desk;

  beforeAll(async () => {
    ({ place, host, desk } = await openApiDesk());
  });
  afterAll(() => closeApiDesk(place, host));

  const newSession = () => sessionBeside(host, desk);
  const finished = async (at: Desk, prompt: string) => runEnded(host, (await send(host, at.chat, prompt)).id);

  it("GET /health needs no token, everything else does", async () => {
    const health = await fetch(`${host.url}/api/v1/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    const closed = await fetch(`${host.url}/api/v1/projects`);
    expect([closed.status, await closed.json()]).toEqual([
      401,
      { code: "UNAUTHORIZED", status: 401, message: expect.any(String), data: null },
    ]);
  });

  it("projects: add, list, trust", async () => {
    const folder = path.join(place.root, "plain");
    place.write(folder, { "a.txt": "one\n" });
    const added = await call(host, "POST", "/projects", { path: folder });
    expect(added).toMatchObject({ status: 200, body: { id, name: "plain", path: folder, kind: "folder", trusted: false } });
    expect((await call(host, "POST", "/projects", { path: folder })).body.id).toBe(added.body.id);
    expect(
      (await call(host, "GET", "/projects")).body.map((project: { name: string; kind: string }) => [project.name, project.kind]),
    ).toEqual([
      ["shop", "git"],
      ["plain", "folder"],
    ]);
    const session = await call(host, "POST", `/projects/${added.body.id}/sessions`, { workingCopy: "in-place" });
    const chat = await call(host, "POST", `/sessions/${session.body.id}/chats`, {});
    const refused = await call(host, "POST", `/chats/${chat.body.id}/coding-agent/runs`, { agentId: "practice", prompt: "who" });
    expect(refused).toMatchObject({
      status: 403,
      body: { code: "PROJECT_NOT_TRUSTED", status: 403, message: expect.any(String) },
    });
    expect((await call(host, "POST", `/projects/${added.body.id}/trust`, {})).body).toMatchObject({
      id: added.body.id,
      trusted: true,
    });
    expect((await call(host, "POST", "/projects", { path: "/no/such/folder" })).body).toMatchObject({
      code: "PROJECT_PATH_MISSING",
    });
  });

  it("sessions and chats: make, read, change, list", async () => {
    const head = await place.user(place.repo, "rev-parse", "HEAD");
    const made = await call(host, "POST", `/projects/${desk.project.id}/sessions`, {
      workingCopy: "worktree",
      base: "main",
      title: "Named",
    });
    expect(made).toMatchObject({
      status: 200,
      body: {
        id,
        projectId: desk.project.id,
        title: "Named",
        status: "open",
        workingCopy: {
          kind: "worktree",
          path: expect.stringMatching(/^\//),
          branch: null,
          baseCommit: head,
        },
      },
    });
    const session = `/sessions/${made.body.id}`;
    await until(async () => (await call(host, "GET", session)).body.workingCopy.state === "ready", "the worktree");
    expect((await call(host, "GET", session)).body.workingCopy).toMatchObject({ revisionId: id, branch: null, detachedAt: head });
    expect((await call(host, "PATCH", session, { title: "Other" })).body.title).toBe("Other");
    expect(
      (await call(host, "GET", `/projects/${desk.project.id}/sessions`)).body.map((one: { title: string }) => one.title),
    ).toContain("Other");
    const chats = [
      await call(host, "POST", `${session}/chats`, { title: "First" }),
      await call(host, "POST", `${session}/chats`, {}),
    ];
    expect(chats.map((chat) => [chat.body.sessionId, chat.body.tabNumber])).toEqual([
      [made.body.id, 1],
      [made.body.id, 2],
    ]);
    expect((await call(host, "GET", `${session}/chats`)).body).toHaveLength(2);
    expect((await call(host, "GET", `/chats/${chats[0]!.body.id}/timeline`)).body).toEqual({ turns: [], more: false });
  });

  it("deleting work at risk is refused with the list, and done with ?force=true", async () => {
    const at = await newSession();
    writeFileSync(path.join(at.session.workingCopy.path, "loose.txt"), "mine\n");
    const refused = await call(host, "DELETE", `/sessions/${at.session.id}`);
    expect(refused).toMatchObject({ status: 409, body: { code: "WORK_AT_RISK", status: 409 } });
    expect(JSON.stringify(refused.body.data)).toContain("loose.txt");
    expect(existsSync(at.session.workingCopy.path)).toBe(true);
    expect(await call(host, "DELETE", `/sessions/${at.session.id}?force=true`)).toMatchObject({
      status: 200,
      body: { removed: true },
    });
    await until(() => !existsSync(at.session.workingCopy.path), "the worktree to go");
    expect(await call(host, "GET", `/sessions/${at.session.id}`)).toMatchObject({
      status: 404,
      body: { code: "SESSION_NOT_FOUND" },
    });
  });

  it("a run: a model that the agent doesn't have is refused before the agent was ever asked", async () => {
    const runs = `/chats/${desk.chat.id}/coding-agent/runs`;
    expect(await call(host, "POST", runs, { agentId: "practice", prompt: "say no", modelId: "none" })).toMatchObject({
      status: 400,
      body: { code: "CODING_AGENT_MODEL_UNAVAILABLE", data: { field: "modelId" } },
    });
    const models = (await call(host, "GET", "/models")).body.filter((one: { agentId: string }) => one.agentId === "practice");
    expect(models.map((one: { id: string }) => one.id)).toEqual(["steady", "swift"]);
    const image = [{ type: "image", mimeType: "image/png", data: "not base64!" }];
    expect((await call(host, "POST", runs, { agentId: "practice", prompt: image })).body.data.field).toBe("prompt.0.data");
    expect((await call(host, "GET", runs)).body).toEqual([]);
  });

  it("a run: pinned, once per idempotency key, and refused with the codes in their order", async () => {
    const runs = `/chats/${desk.chat.id}/coding-agent/runs`;
    const body = { agentId: "practice", prompt: [{ type: "text", text: "say once" }], idempotencyKey: "key-1" };
    const [first, again] = await Promise.all([call(host, "POST", runs, body), call(host, "POST", runs, body)]);
    expect(first).toMatchObject({
      status: 200,
      body: {
        id,
        agentId: "practice",
        requestedModelId: null,
        workingCopyId: id,
        baseRevisionId: id,
        status: expect.any(String),
      },
    });
    expect(again.body.id).toBe(first.body.id);
    expect(await runEnded(host, first.body.id)).toMatchObject({
      status: "completed",
      endedAt: time,
      timings: { total: expect.any(Number) },
    });
    expect((await call(host, "POST", runs, body)).body.id).toBe(first.body.id);
    expect((await call(host, "GET", runs)).body).toHaveLength(1);
    const byLast = await call(host, "POST", runs, { prompt: "say by the agent before" });
    expect(byLast.body.agentId).toBe("practice");
    await runEnded(host, byLast.body.id);
    const answers = await Promise.all([
      call(host, "POST", runs, { agentId: "practice" }),
      call(host, "POST", "/chats/nobody/coding-agent/runs", { agentId: "practice" }),
      call(host, "POST", "/chats/nobody/coding-agent/runs", { agentId: "nobody", prompt: "x" }),
      call(host, "POST", runs, { agentId: "nobody", prompt: "x", modelId: "none", baseRevisionId: "old" }),
      call(host, "POST", runs, { agentId: "practice", prompt: "x", modelId: "none", baseRevisionId: "old" }),
      call(host, "POST", runs, { agentId: "practice", prompt: "x", baseRevisionId: "old" }),
      call(host, "GET", "/runs/nobody"),
      call(host, "POST", `/runs/${first.body.id}/resume`, {}),
    ]);
    expect(answers.map(({ status, body: { code } }) => [status, code])).toEqual([
      [400, "INPUT_INVALID"],
      [400, "INPUT_INVALID"],
      [404, "CHAT_NOT_FOUND"],
      [400, "CODING_AGENT_ENGINE_UNAVAILABLE"],
      [400, "CODING_AGENT_MODEL_UNAVAILABLE"],
      [409, "REVISION_CONFLICT"],
      [404, "RUN_NOT_FOUND"],
      [409, "RUN_NOT_PAUSED"],
    ]);
    expect(answers[0]?.body.data).toMatchObject({ field: "prompt", issues: [expect.any(Object)] });
    expect(JSON.stringify(answers[5]?.body.data)).toContain(
      (await host.api<Desk["session"]>("GET", `/sessions/${desk.session.id}`)).workingCopy.revisionId,
    );
  });

  it("streams a run as SSE from its start, from Last-Event-ID and from ?after=, and ends after the terminal event", async () => {
    const run = await finished(desk, "say one\nthink two\ncreate streamed.txt: three");
    const whole = await call(host, "GET", `/runs/${run.id}/stream`);
    expect([whole.status, whole.type]).toEqual([200, expect.stringContaining("text/event-stream")]);
    const all = readFrames(whole.body).filter((frame) => frame.event !== "done");
    expect(all.map((frame) => [frame.id, frame.data.seq])).toEqual(all.map((_, at) => [String(at + 1), at + 1]));
    expect(all[0]?.data).toMatchObject({
      seq: 1,
      runId: run.id,
      type: "run.accepted",
      at: time,
      payload: { agentId: "practice" },
    });
    expect(all.slice(-3).map((frame) => frame.data.type)).toEqual(["revision.created", "checkpoint.created", "run.completed"]);
    const rest = async (query: string, headers: Record<string, string> = {}) =>
      readFrames((await call(host, "GET", `/runs/${run.id}/stream${query}`, undefined, headers)).body).filter(
        (frame) => frame.event !== "done",
      );
    expect(await rest("?after=3")).toEqual(all.slice(3));
    expect(await rest("", { "last-event-id": "5" })).toEqual(all.slice(5));
    expect(await rest("?after=3", { "last-event-id": "5" })).toEqual(all.slice(5));
    expect(await call(host, "GET", "/runs/nobody/stream")).toMatchObject({ status: 404, body: { code: "RUN_NOT_FOUND" } });
  });

  it("follows everything, and goes on after a break from the cursor that it saw last", async () => {
    const first = await watchUntil(host, {}, ({ data }) => data.type === "snapshot");
    const renamed = await call(host, "PATCH", `/chats/${desk.chat.id}`, { title: "While nobody looked" });
    expect(renamed).toMatchObject({ status: 200, body: { id: desk.chat.id } });
    const missed = await watchUntil(host, { "last-event-id": first.id ?? "" }, ({ data }) => data.type === "chat");
    expect(missed).toMatchObject({ id: expect.any(String), data: { chat: { id: desk.chat.id, title: "While nobody looked" } } });
    const foreign = await call(host, "GET", "/system/watch?after=another-core.1");
    expect(foreign).toMatchObject({ status: 410, body: { code: "CURSOR_TOO_OLD", data: { field: "after" } } });
  });

  it("cancels a run, once and for good", async () => {
    const run = await send(host, desk.chat, "say going\nhang");
    await readStream(host, run.id, (event) => event.type === "assistant.delta");
    expect(await call(host, "POST", `/runs/${run.id}/cancel`, {})).toMatchObject({ status: 200, body: { id: run.id } });
    expect(await runEnded(host, run.id)).toMatchObject({ status: "cancelled" });
    expect((await call(host, "POST", `/runs/${run.id}/cancel`, {})).body.status).toBe("cancelled");
  });

  it("agents: list, configuration, refresh, diagnostic; processes; the document", async () => {
    expect((await call(host, "GET", "/agents")).body).toContainEqual(
      expect.objectContaining({ id: "practice", status: "ready", enabled: true }),
    );
    expect(
      (await call(host, "PATCH", "/agents/config", { agents: { mine: { extends: "practice", label: "Mine" } } })).body.config,
    ).toMatchObject({ mine: { label: "Mine" } });
    expect(await call(host, "PATCH", "/agents/config", { agents: { mine: { command: 7 } } })).toMatchObject({
      status: 422,
      body: { code: "AGENT_CONFIG_INVALID" },
    });
    for (const malformed of [{}, { agents: "mine" }, { agents: ["mine"] }])
      expect(await call(host, "PATCH", "/agents/config", malformed)).toMatchObject({
        status: 422,
        body: { code: "AGENT_CONFIG_INVALID", data: { field: "agents" } },
      });
    expect((await call(host, "GET", "/agents/config")).body).toMatchObject({
      config: { mine: { extends: "practice" } },
      problems: [],
    });
    expect((await call(host, "POST", "/agents/refresh", { ids: ["practice"] })).body).toContainEqual(
      expect.objectContaining({ id: "practice" }),
    );
    expect((await call(host, "GET", "/agents/practice/diagnostic")).body.text).toMatch(/practice/i);
    expect((await call(host, "GET", "/system/processes")).body).toContainEqual(
      expect.objectContaining({ pid: expect.any(Number), kind: "agent" }),
    );
    expect(await call(host, "POST", `/system/processes/${process.pid}/end`, {})).toMatchObject({
      status: 404,
      body: { code: "PROCESS_NOT_FOUND" },
    });
    const document = await call(host, "GET", "/openapi.json");
    expect(document.body.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining([
        "/projects",
        "/chats/{chatId}/coding-agent/runs",
        "/runs/{id}/stream",
        "/sessions/{id}/changes/apply",
      ]),
    );
    expect((await call(host, "GET", "/docs")).type).toContain("text/html");
    expect(await call(host, "GET", "/nothing/here")).toMatchObject({
      status: 404,
      body: { code: "NOT_FOUND", status: 404, message: expect.any(String), data: null },
    });
  });
});
