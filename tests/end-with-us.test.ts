import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { until } from "../electron/testing/until.ts";

const kit = path.join(import.meta.dirname, "kit/end-with-us.ts");
const program = `
  const { spawn } = await import("node:child_process");
  const { endWithUs } = await import(${JSON.stringify(kit)});
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  endWithUs(child);
  process.stdout.write(String(child.pid) + "\\n");
  setInterval(() => {}, 1000);
`;

it("a host of a test doesn't outlive the tests' own process, though that is killed", { timeout: 30_000 }, async () => {
  const tests = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  tests.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes("\n"), "the child's pid", 10_000);
  const pid = Number(said);
  expect(lives(pid)).toBe(true);
  tests.kill("SIGKILL");
  await until(() => !lives(pid), "the child to end", 10_000);
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
