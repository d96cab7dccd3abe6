import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../electron/testing/until.ts";
import { runEnded, type Host } from "./kit/host.ts";
import { closeApiDesk, openApiDesk, sessionBeside } from "./kit/api-desk.ts";
import { call } from "./kit/raw-api.ts";
import { send, type Desk, type WorkPlace } from "./kit/work-place.ts";

const id = expect.stringMatching(/^\S+$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe("the API of review: inbox, changes, checkpoints", { timeout: 60_000 }, () => {
  let place: WorkPlace;
  let host: Host;
  let desk: Desk;

  beforeAll(async () => {
    ({ place, host, desk } = await openApiDesk());
  });
  afterAll(() => closeApiDesk(place, host));

  const newSession = () => sessionBeside(host, desk);
  const finished = async (at: Desk, prompt: string) => runEnded(host, (await send(host, at.chat, prompt)).id);

  it("inbox: permissions and questions are answered once", async () => {
    const at = await newSession();
    const run = await send(host, at.chat, "run echo hello\nask Which? A | B");
    const item = async (kind: string) =>
      until(async () => (await call(host, "GET", "/inbox")).body.find((one: { kind: string }) => one.kind === kind), `a ${kind}`);
    const { permission } = await item("permission");
    expect(permission).toMatchObject({
      id,
      runId: run.id,
      action: { kind: "execute", command: expect.stringContaining("echo hello") },
      options: expect.arrayContaining([{ optionId: id, kind: "allow_once", name: expect.any(String) }]),
    });
    expect((await call(host, "GET", `/runs/${run.id}`)).body.status).toBe("waiting");
    const answer = (optionId: string) => call(host, "POST", `/permissions/${permission.id}/answer`, { optionId });
    expect((await answer("nothing")).body).toMatchObject({
      code: "PERMISSION_OPTION_UNKNOWN",
      message: expect.stringContaining("It has: allow, "),
    });
    expect((await answer("allow")).status).toBe(200);
    expect(await answer("allow")).toMatchObject({ status: 409, body: { code: "PERMISSION_CLOSED" } });
    const { question } = await item("question");
    expect(question).toMatchObject({ id, message: "Which?", schema: expect.any(Object) });
    const reply = (content: unknown) => call(host, "POST", `/questions/${question.id}/answer`, { content });
    expect((await reply({ answer: "C" })).body.code).toBe("INPUT_INVALID");
    expect((await reply({ answer: "B" })).status).toBe(200);
    expect((await reply({ answer: "B" })).status).toBe(409);
    expect(await runEnded(host, run.id)).toMatchObject({ status: "completed" });
    const sessions = await call(host, "GET", `/sessions/${at.session.id}/agent-sessions`);
    expect(sessions.body).toMatchObject([
      { chatId: at.chat.id, agent: "practice", status: "ready", hasSession: true, lastActiveAt: time },
    ]);
    expect(sessions.body[0]).toHaveProperty("usage");
  });

  it("changes: list, diff, approve, reject, apply with dryRun, conflicts, revert", async () => {
    const at = await newSession();
    const changes = `/sessions/${at.session.id}/changes`;
    const run = await finished(
      at,
      'replace "total = 1" with "total = 5" in cart.ts\ncreate extra.ts: export {};\ncreate no.ts: export {};',
    );
    expect((await call(host, "GET", changes)).body).toMatchObject([
      {
        path: "cart.ts",
        operation: "edit",
        agent: "practice",
        runId: run.id,
        additions: 1,
        deletions: 1,
        binary: false,
        review: "pending",
      },
      { path: "extra.ts", operation: "create", additions: 1, deletions: 0 },
      { path: "no.ts", operation: "create" },
    ]);
    expect((await call(host, "GET", `${changes}?diff=true`)).body[0].diff).toContain("+export const total = 5;");
    expect((await call(host, "POST", `${changes}/approve`, { paths: ["cart.ts"] })).body[0]).toMatchObject({
      path: "cart.ts",
      review: "approved",
    });
    expect(await call(host, "POST", `${changes}/approve`, { paths: ["none.ts"] })).toMatchObject({
      status: 404,
      body: { code: "CHANGE_NOT_FOUND" },
    });
    const rejected = await call(host, "POST", `${changes}/reject`, { paths: ["no.ts"] });
    expect(rejected.body.changes.map((change: { path: string }) => change.path)).toEqual(["cart.ts", "extra.ts"]);
    const checkout = (): string => readFileSync(path.join(place.repo, "cart.ts"), "utf8");
    const before = checkout();
    expect((await call(host, "POST", `${changes}/apply`, { all: true, dryRun: true })).body).toMatchObject({
      applied: ["cart.ts", "extra.ts"],
      conflicts: [],
    });
    expect((await call(host, "POST", `${changes}/apply`, { dryRun: true })).body.applied).toEqual(["cart.ts"]);
    expect(checkout()).toBe(before);
    writeFileSync(path.join(place.repo, "cart.ts"), "export const total = 7;\n");
    expect((await call(host, "POST", `${changes}/apply`, { dryRun: true })).body.conflicts).toMatchObject([
      { path: "cart.ts", reason: expect.any(String) },
    ]);
    expect(await call(host, "POST", `${changes}/apply`, {})).toMatchObject({
      status: 200,
      body: { applied: [], conflicts: [{ path: "cart.ts", reason: expect.any(String) }] },
    });
    expect([checkout(), existsSync(path.join(place.repo, "extra.ts"))]).toEqual(["export const total = 7;\n", false]);
    writeFileSync(path.join(place.repo, "cart.ts"), before);
    const applied = await call(host, "POST", `${changes}/apply`, { paths: ["cart.ts"] });
    expect(applied.body).toMatchObject({ applied: ["cart.ts"], conflicts: [] });
    expect(checkout()).toBe("export const total = 5;\n");
    expect((await call(host, "GET", changes)).body.map((change: { path: string }) => change.path)).toEqual(["extra.ts"]);
    expect(await call(host, "POST", `${changes}/revert`, { paths: ["extra.ts"] })).toMatchObject({
      status: 404,
      body: { code: "CHANGE_NOT_FOUND", data: { field: "paths" } },
    });
    expect(await call(host, "POST", `${changes}/revert`, { hunks: ["cart.ts:1"] })).toMatchObject({
      status: 400,
      body: { code: "INPUT_INVALID", data: { field: "hunks" } },
    });
    expect(checkout()).toBe("export const total = 5;\n");
    const { applyId } = applied.body;
    expect((await call(host, "POST", `${changes}/revert`, { applyId })).body).toMatchObject({ applyId, applied: ["cart.ts"] });
    expect(checkout()).toBe(before);
  });

  it("checkpoints: list, take, restore with dryRun", async () => {
    const at = await newSession();
    await finished(at, "create kept.txt: one");
    const file = path.join(at.session.workingCopy.path, "kept.txt");
    const taken = await call(host, "POST", `/sessions/${at.session.id}/checkpoints`, { label: "by hand" });
    expect(taken.body).toMatchObject({
      id,
      sessionId: at.session.id,
      kind: "manual",
      label: "by hand",
      revisionId: id,
      createdAt: time,
    });
    const list = (await call(host, "GET", `/sessions/${at.session.id}/checkpoints`)).body as { id: string; kind: string }[];
    const first = list.find((one) => one.kind === "before-run");
    expect((await call(host, "POST", `/checkpoints/${first?.id}/restore`, { what: "files", dryRun: true })).body).toMatchObject({
      changed: ["kept.txt"],
      conflicts: [],
    });
    expect(existsSync(file)).toBe(true);
    const restored = await call(host, "POST", `/checkpoints/${first?.id}/restore`, { what: "files" });
    expect(restored.body).toMatchObject({ changed: ["kept.txt"], conflicts: [], checkpointBeforeId: id });
    expect(existsSync(file)).toBe(false);
    await call(host, "POST", `/checkpoints/${restored.body.checkpointBeforeId}/restore`, {});
    expect(readFileSync(file, "utf8")).toBe("one\n");
    expect((await call(host, "POST", "/checkpoints/nobody/restore", {})).body.code).toBe("CHECKPOINT_NOT_FOUND");
  });

  it("sessions: what was deleted by force is listed, looked at, and brought back byte for byte", async () => {
    const at = await newSession();
    const folder = at.session.workingCopy.path;
    const files: Record<string, Buffer> = {
      "new.txt": Buffer.from("hours of work\r\n"),
      "deep/bytes.bin": Buffer.from([0, 1, 2, 255]),
    };
    mkdirSync(path.join(folder, "deep"));
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
    chmodSync(path.join(folder, "new.txt"), 0o755);
    const route = `/sessions/${at.session.id}`;
    expect((await call(host, "DELETE", route)).body.code).toBe("WORK_AT_RISK");
    const removed = await call(host, "DELETE", `${route}?force=true`);
    expect(removed.body).toEqual({ removed: true, checkpointId: id, left: null });
    expect(existsSync(folder)).toBe(false);
    const preview = await call(host, "POST", `/checkpoints/${removed.body.checkpointId}/restore`, { dryRun: true });
    expect(preview.body).toMatchObject({ changed: ["deep/bytes.bin", "new.txt"], conflicts: [] });
    const list = await call(host, "GET", `/projects/${at.session.projectId}/sessions/removed`);
    expect(list.body).toContainEqual({
      ...{ id: at.session.id, projectId: at.session.projectId, title: at.session.title },
      ...{ kind: "worktree", removedAt: time, keptUntil: time },
    });
    const back = await call(host, "POST", `${route}/bring-back`, {});
    expect(back).toMatchObject({ status: 200, body: { id: at.session.id, workingCopy: { path: folder, state: "ready" } } });
    for (const [name, bytes] of Object.entries(files)) expect(readFileSync(path.join(folder, name)).equals(bytes)).toBe(true);
    expect(statSync(path.join(folder, "new.txt")).mode & 0o111).toBe(0o111);
    const changes = (await call(host, "GET", `${route}/changes`)).body as { path: string }[];
    expect(changes.map((change) => change.path)).toEqual(["deep/bytes.bin", "new.txt"]);
    expect((await call(host, "POST", `${route}/bring-back`, {})).body.code).toBe("SESSION_NOT_FOUND");
  });
});
