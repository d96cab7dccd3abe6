import { spawn } from "node:child_process";
import path from "node:path";
import { until } from "../../../electron/testing/until.ts";

export const root = path.resolve(import.meta.dirname, "../../..");
export const builtCommand = path.join(root, "out/main/cli.js");

/** The built program, serving, until `stop`. */
export type BuiltHost = { url: string; token: string; pid: number; stop(): Promise<void> };

export async function startBuiltHost(env: Record<string, string>, nodeArgs: readonly string[] = []): Promise<BuiltHost> {
  const child = spawn(process.execPath, [...nodeArgs, builtCommand, "serve", "--json"], {
    env,
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let stdout = "";
  let stderr = "";
  const line = new Promise<void>((resolve) =>
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes("\n")) resolve();
    }),
  );
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await Promise.race([line, ended.then(() => Promise.reject(new Error(`The host ended: ${stderr}`)))]);
  const said = JSON.parse(stdout.slice(0, stdout.indexOf("\n"))) as { url: string; token: string; pid: number };
  return {
    ...said,
    async stop() {
      child.kill("SIGTERM");
      await until(() => child.exitCode !== null || child.signalCode !== null, "the host's end", 20_000);
    },
  };
}
