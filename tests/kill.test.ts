import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import type { Run } from "../shared/contract/runs.ts";
import type { RunEvent } from "../shared/run-event.ts";
import { isTerminal } from "../shared/run-event.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, readStream, runEnded, startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, send, type Desk, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace | null = null;
let host: Host | null = null;

afterEach(async () => {
  await host?.kill();
  host = null;
  place?.dispose();
  place = null;
});

const prompt = ["say Working on it", "read README.md", "create new.ts: export const one = 1;", "say Done"].join("\n");

async function begin(crashAt: string): Promise<{ place: WorkPlace; dying: Host; desk: Desk }> {
  place = await createWorkPlace();
  const dying = await startHost({ env: place.hostEnv, crashAt });
  host = dying;
  await agentReady(dying, "practice");
  return { place, dying, desk: await openDesk(dying, place.repo) };
}

/** What must hold after every death, however it came. */
async function checkAfter(at: WorkPlace, before: Record<string, string>, after: Record<string, string>): Promise<Host> {
  const next = await startHost({ env: at.hostEnv });
  host = next;
  const db = new Database(path.join(at.data, "hearth.db"), { readonly: true });
  try {
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(db.prepare("SELECT count(*) FROM runs WHERE ended_at IS NULL").pluck().get()).toBe(0);
    expect(db.prepare("SELECT count(*) FROM permission_requests WHERE status = 'open'").pluck().get()).toBe(0);
    for (const runId of db.prepare<[], string>("SELECT id FROM runs").pluck().all()) {
      const events = await readStream(next, runId);
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(isTerminal)).toHaveLength(1);
      expect(isTerminal(events.at(-1) as RunEvent)).toBe(true);
    }
  } finally {
    db.close();
  }
  expect([before, after]).toContainEqual(readCheckout(at.repo, [...Object.keys(before), ...Object.keys(after)]));
  await until(
    () => processesOf(at.home).every((left) => left.pid === next.pid || !/practice-agent/.test(left.command)),
    "the old agents to be gone",
  );
  return next;
}

function readCheckout(repo: string, names: string[]): Record<string, string> {
  return Object.fromEntries(
    [...new Set(names)].flatMap((name) => {
      const file = path.join(repo, name);
      return existsSync(file) ? [[name, readFileSync(file, "utf8")]] : [];
    }),
  );
}

const checkout = { "cart.ts": "export const total = 1;\n", "README.md": "# Shop\n" };

describe("the core dies in a run", () => {
  it.each([
    ["R2", "prompt-stored", "NOT_SENT"],
    ["R3", "prompt-sent", "HOST_DIED"],
    ["R4", "mid-text", "HOST_DIED"],
    ["R5", "mid-tool", "HOST_DIED"],
    ["R6", "permission-open", "HOST_DIED"],
  ])("%s at %s: the run is interrupted, nothing is lost, sent again or left running", async (_row, label, code) => {
    const { place: at, dying, desk } = await begin(label);
    // The answer may never come: the host can be dead before it.
    await send(dying, desk.chat, prompt).catch(() => null);
    expect((await dying.ended).signal).toBe("SIGKILL");
    const next = await checkAfter(at, checkout, checkout);
    const runs = await next.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ status: "interrupted", error: { code }, prompt: [{ type: "text", text: prompt }] });
    const again = await send(next, desk.chat, "say Going on");
    expect(await runEnded(next, again.id)).toMatchObject({ status: "completed" });
    expect(await next.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`)).toHaveLength(2);
  });

  it("R5 ends the tool that was open as failed", async () => {
    const { place: at, dying, desk } = await begin("mid-tool");
    await send(dying, desk.chat, prompt).catch(() => null);
    await dying.ended;
    const next = await checkAfter(at, checkout, checkout);
    const [run] = await next.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`);
    const events = await readStream(next, run?.id ?? "");
    const open = events.filter((event) => event.type === "tool.started").length;
    const closed = events.filter((event) => event.type === "tool.completed" || event.type === "tool.failed").length;
    expect(open).toBeGreaterThan(0);
    expect(closed).toBe(open);
  });

  it("R8 between a checkpoint's objects and its ref: no half checkpoint, and the next one succeeds", async () => {
    const { place: at, dying, desk } = await begin("checkpoint-half");
    await send(dying, desk.chat, prompt).catch(() => null);
    await dying.ended;
    const next = await checkAfter(at, checkout, checkout);
    const made = await next.api<{ id: string }>("POST", `/sessions/${desk.session.id}/checkpoints`, { label: "by hand" });
    const list = await next.api<{ id: string }[]>("GET", `/sessions/${desk.session.id}/checkpoints`);
    expect(list.map((checkpoint) => checkpoint.id)).toContain(made.id);
    // Until what the run left is put down to it, the folder is kept.
    const preview = (id: string): Promise<unknown> => next.api("POST", `/checkpoints/${id}/restore`, { dryRun: true });
    for (const checkpoint of list) await until(() => preview(checkpoint.id), "a preview of the restore");
  });
});

describe("the core dies while changes are applied", () => {
  const edits = { "cart.ts": "export const total = 2;\n", "a.ts": "export const a = 1;\n", "b.ts": "export const b = 1;\n" };

  async function work(crashAt: string): Promise<{ place: WorkPlace; dying: Host; desk: Desk; worked: Record<string, string> }> {
    const { place: at, dying, desk } = await begin(crashAt);
    await dying.api("PATCH", `/sessions/${desk.session.id}`, { policy: "accept-edits" });
    const lines = [
      'replace "total = 1" with "total = 2" in cart.ts',
      "create a.ts: export const a = 1;",
      "create b.ts: export const b = 1;",
    ];
    const run = await send(dying, desk.chat, lines.join("\n"));
    expect(await runEnded(dying, run.id)).toMatchObject({ status: "completed" });
    return { place: at, dying, desk, worked: readCheckout(desk.session.workingCopy.path, Object.keys(edits)) };
  }

  it.each([0, 1, 2, 3])("R9 at file %i: the checkout is as it was, or as it should be", async (file) => {
    const { place: at, dying, desk, worked } = await work(`apply:${file}`);
    await dying.api("POST", `/sessions/${desk.session.id}/changes/apply`).catch(() => null);
    expect((await dying.ended).signal).toBe("SIGKILL");
    const next = await checkAfter(at, checkout, { ...checkout, ...worked });
    await next.api("POST", `/sessions/${desk.session.id}/changes/apply`);
    expect(readCheckout(at.repo, Object.keys(edits))).toEqual(worked);
  });

  it("R9 while an applied set is taken out: the next start ends it", async () => {
    const { place: at, dying, desk } = await work("revert:1");
    await dying.api("POST", `/sessions/${desk.session.id}/changes/apply`);
    await dying.api("POST", `/sessions/${desk.session.id}/changes/revert`).catch(() => null);
    expect((await dying.ended).signal).toBe("SIGKILL");
    await checkAfter(at, checkout, checkout);
    expect(readCheckout(at.repo, Object.keys(edits))).toEqual({ "cart.ts": checkout["cart.ts"] });
  });

  it.each(["reject", "restore"])("R9 R10 in the middle of a %s: the next start ends it", async (verb) => {
    const { place: at, dying, desk } = await work(`${verb}:1`);
    const list = await dying.api<{ id: string; kind: string }[]>("GET", `/sessions/${desk.session.id}/checkpoints`);
    const before = list.find((checkpoint) => checkpoint.kind === "before-run");
    const route = verb === "reject" ? `/sessions/${desk.session.id}/changes/reject` : `/checkpoints/${before?.id}/restore`;
    await dying.api("POST", route).catch(() => null);
    expect((await dying.ended).signal).toBe("SIGKILL");
    await checkAfter(at, checkout, checkout);
    expect(readCheckout(desk.session.workingCopy.path, Object.keys(edits))).toEqual({ "cart.ts": checkout["cart.ts"] });
  });
});
