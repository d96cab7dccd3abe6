import { chmodSync, existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestFolder, type TestFolder } from "../testing/repos.ts";
import { until } from "../testing/until.ts";
import { GitProgram } from "./git.ts";

let folder: TestFolder;
beforeEach(() => {
  folder = createTestFolder();
});
afterEach(() => folder.dispose());

/** A git that does what the script says. */
function scripted(script: string) {
  const program = path.join(folder.path, "slow-git");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return new GitProgram({ program, env: folder.env });
}

describe("closing", () => {
  it("lets what is under way come to its end, and starts nothing more", async () => {
    const git = scripted("touch begun; while [ ! -e go-on ]; do sleep 0.01; done; touch ended");
    const work = git.run([], { cwd: folder.path });
    await until(() => existsSync(path.join(folder.path, "begun")), "the work to begin");
    const closed = git.close(60_000);
    expect(await git.run([], { cwd: folder.path })).toMatchObject({ ok: false, error: { type: "cancelled" } });
    writeFileSync(path.join(folder.path, "go-on"), "");
    await closed;
    expect(existsSync(path.join(folder.path, "ended"))).toBe(true);
    expect(await work).toMatchObject({ ok: true });
  });

  it("stops what doesn't come to its end", async () => {
    const git = scripted("echo $$ > pid; exec sleep 600");
    const work = git.run([], { cwd: folder.path });
    await until(() => existsSync(path.join(folder.path, "pid")), "the work to begin");
    await git.close(0);
    expect(await work).toMatchObject({ ok: false, error: { type: "cancelled" } });
  });
});
