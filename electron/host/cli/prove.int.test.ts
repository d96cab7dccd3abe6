import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runToEnd } from "../../lib/process.ts";
import { built } from "../../testing/built.ts";
import { createTestFolder } from "../../testing/repos.ts";

const cli = built("cli.js");

it("tries an agent out once it may, shows what is true of it, and keeps that", { timeout: 90_000 }, async () => {
  const folder = createTestFolder();
  onTestFinished(() => folder.dispose());
  const env = {
    ...{ ...folder.env, SHELL: "/bin/sh" },
    HEARTH_DATA_DIR: path.join(folder.path, "data"),
    HEARTH_CONFIG_DIR: path.join(folder.path, "config"),
  };
  const hearth = async (args: string[]) => {
    const limits = { timeoutMs: 60_000, maxBytes: 1_000_000 };
    const ended = await runToEnd({
      command: process.execPath,
      args: [cli, ...args],
      cwd: folder.path,
      env,
      input: "",
      ...limits,
    });
    if (!ended.ok) throw new Error(ended.error.message);
    const { code, stdout, stderr } = ended.value;
    return { exitCode: code, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
  };
  const refused = await hearth(["doctor", "--agent", "practice"]);
  expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
  expect(refused.stderr).toMatch(/about 20 short prompts.* paid for[^]*--yes/);
  const tried = await hearth(["doctor", "--agent", "practice", "--yes"]);
  expect(tried.exitCode).toBe(0);
  expect(tried.stderr).toContain("21/21");
  expect(tried.stdout).toMatch(/^Practice 1\.0\.0 \(acp\) \d+ prompts$/m);
  expect(tried.stdout).toMatch(/^Comes back after its process has ended +says yes +✓ yes +Resumes its session\./m);
  expect(tried.stdout).toMatch(/^An MCP server that is given to it +says yes +✗ no/m);
  const command = await hearth(["doctor", "--yes", "--json", "--", process.execPath, "-e", "process.exit(3)"]);
  expect(command.exitCode).toBe(1);
  expect(JSON.parse(command.stdout)).toMatchObject({ turns: 0, lines: { length: 21 } });
});
