import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startChild } from "../electron/lib/process.ts";
import { until } from "../electron/testing/until.ts";
import { hearthProgram, runHearth } from "./kit/command-line.ts";
import { processesOf, startHost } from "./kit/host.ts";
import { createWorkPlace, type WorkPlace } from "./kit/work-place.ts";

describe("hearth on the command line, as it is installed", { timeout: 120_000 }, () => {
  let place: WorkPlace;

  beforeEach(async () => {
    place = await createWorkPlace();
  });
  afterEach(() => {
    const left = processesOf(place.home);
    place.dispose();
    expect(left).toEqual([]);
  });

  const hearth = (...args: string[]) => runHearth(place, args);

  it("runs, lists, shows, applies, restores and tells how it stands; each ends as told", async () => {
    const refused = await hearth("run", "create made.txt: one", "--agent", "practice");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("isn't trusted")]);
    const ran = await hearth("run", "create made.txt: one", "--agent", "practice", "--yes", "--json");
    expect(ran.code).toBe(0);
    const events = ran.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number; type: string; runId: string });
    expect(events.map((event) => event.seq)).toEqual(events.map((_, at) => at + 1));
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(["run.accepted", "run.completed"]);

    const [project] = JSON.parse((await hearth("ls", "--json")).out) as { path: string; sessions: { id: string }[] }[];
    expect(project?.path).toBe(place.repo);
    const session = project?.sessions[0]?.id ?? "";
    expect((await hearth("show", session)).out).toContain("completed");
    expect((await hearth("show", events[0]?.runId ?? "")).code).toBe(0);
    expect((await hearth("changes", session)).out).toMatch(/A .*practice.* made\.txt/);
    expect((await hearth("apply", session, "--dry-run")).out).toContain("would apply  made.txt");
    expect(existsSync(path.join(place.repo, "made.txt"))).toBe(false);
    expect((await hearth("apply", session)).code).toBe(0);
    expect(readFileSync(path.join(place.repo, "made.txt"), "utf8")).toBe("one\n");

    const checkpoints = JSON.parse((await hearth("checkpoints", session, "--json")).out) as { id: string; kind: string }[];
    const before = checkpoints.find((one) => one.kind === "before-run")?.id ?? "";
    expect(await hearth("restore", before, "--yes")).toMatchObject({ code: 0, out: "restored  made.txt\n" });
    const doctor = await hearth("doctor", "--json");
    expect([doctor.code, JSON.parse(doctor.out)]).toEqual([0, expect.objectContaining({ dataDir: place.data })]);

    const failed = await hearth("run", "fail No", "--agent", "practice", "--session", session);
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining("No")]);
    for (const wrong of [
      ["run"],
      ["show", "nothing"],
      ["restore", "nothing"],
      ["apply", "nothing"],
      ["stop", "nothing"],
      ["frobnicate"],
      ["run", "who", "--agent", "nobody", "--yes"],
    ])
      expect([wrong, (await hearth(...wrong)).code]).toEqual([wrong, 2]);
  });

  it("works on the core that runs already, and stops a run there from another command", async () => {
    const host = await startHost({ env: place.hostEnv });
    try {
      const started = await startChild({
        command: process.execPath,
        args: [hearthProgram, "run", "say going\nhang", "--agent", "practice", "--yes", "--json"],
        cwd: place.repo,
        env: place.hostEnv,
      });
      if (!started.ok) throw new Error(started.error.message);
      let out = "";
      started.value.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
      await until(() => out.includes("assistant.delta"), "the agent's first words", 60_000);
      const runId = /"runId":"([^"]+)"/.exec(out)?.[1] ?? "";
      expect(await host.api("GET", `/runs/${runId}`)).toMatchObject({ status: "running" });
      expect((await hearth("stop", runId)).code).toBe(0);
      expect((await started.value.exited).code).toBe(130);
      expect(await host.api("GET", `/runs/${runId}`)).toMatchObject({ status: "cancelled" });
    } finally {
      await host.stop();
    }
  });
});
