import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

/** A program that meets an error nobody handles a moment after it began, and says how it ended. */
function run(fault: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = `
    import { installCrashHandler } from ${JSON.stringify(path.join(import.meta.dirname, "crash-handler.ts"))};
    const log = { info() {}, warn() {}, error: (event, error) => console.log(event, error.message) };
    installCrashHandler(log, async () => console.log("ended in order"));
    setInterval(() => {}, 60_000);
    setImmediate(() => { ${fault} });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

it.each(["throw new Error('odd')", "Promise.reject(new Error('odd'))"])("logs %s, tells it, and ends in order", async (fault) => {
  const { code, stdout, stderr } = await run(fault);
  expect(stdout).toBe("host.crash odd\nended in order\n");
  expect(stderr).toContain("Error: odd");
  expect(code).toBe(1);
});
