import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { processesWith } from "../../testing/agent-kit.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { until } from "../../testing/until.ts";
import { runNpm } from "./npm.ts";

it("doesn't wait for what a script left behind, and ends it", async () => {
  const folder = tempFolder("npm");
  const seconds = `3${process.pid}`;
  mkdirSync(path.join(folder, "bin"));
  // It keeps the ends of npm's own pipes.
  writeFileSync(path.join(folder, "bin/npm"), `#!/bin/sh\necho '{"ran": true}'\nsetsid sleep ${seconds} &\nexit 0\n`);
  chmodSync(path.join(folder, "bin/npm"), 0o755);
  const gone: number[] = [];
  const ran = await runNpm({
    args: ["install"],
    leavesOptional: false,
    folder,
    env: { PATH: `${path.join(folder, "bin")}:${process.env["PATH"]}` },
    tag: `npm-${seconds}`,
    onStarted: () => {},
    onGone: ({ pid }) => gone.push(pid),
    signal: new AbortController().signal,
  });
  expect(ran).toEqual({ ok: true, value: '{"ran": true}\n' });
  expect(gone).toHaveLength(1);
  await until(() => processesWith(`sleep\0${seconds}`).length === 0);
});
