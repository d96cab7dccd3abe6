import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";

/** A program that meets a surprise a moment after it began, and says how it ended. */
function run(surprise: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = `
    import { handleSurprises } from ${JSON.stringify(path.join(import.meta.dirname, "surprises.ts"))};
    const log = { info() {}, warn() {}, error: (event, error) => console.log(event, error.message) };
    handleSurprises(log, async () => console.log("ended in order"));
    setInterval(() => {}, 60_000);
    setImmediate(() => { ${surprise} });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr })));
}

it.each(["throw new Error('odd')", "Promise.reject(new Error('odd'))"])(
  "logs %s, tells it, and ends in order",
  async (surprise) => {
    const { code, stdout, stderr } = await run(surprise);
    expect(stdout).toBe("host.surprise odd\nended in order\n");
    expect(stderr).toContain("Error: odd");
    expect(code).toBe(1);
  },
);
