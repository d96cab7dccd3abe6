// Runs programs for the scripts: output goes to this terminal, the exit code comes back, Ctrl+C reaches the program.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs to the end and returns the exit code (128 + n after signal n, 127 when it can't be started).
 * `quiet` keeps the output and hands it back in `output` instead.
 */
export function run(command, args, { cwd = root, env = process.env, quiet = false, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const shell = process.platform === "win32" && command === "npm";
    const child = spawn(command, args, { cwd, env, shell, stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit" });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    const timer = timeoutMs > 0 ? setTimeout(() => child.kill("SIGKILL"), timeoutMs) : null;
    const pass = (signal) => child.kill(signal);
    process.on("SIGTERM", pass);
    // The terminal sends Ctrl+C to the whole group; this process only has to outlive the child.
    const wait = () => {};
    process.on("SIGINT", wait);
    const end = (code) => {
      if (timer) clearTimeout(timer);
      process.off("SIGTERM", pass);
      process.off("SIGINT", wait);
      resolve({ code, output });
    };
    child.once("error", (error) => {
      output += error.message;
      end(127);
    });
    child.once("close", (code, signal) => end(code ?? (signal === "SIGINT" ? 130 : signal === "SIGTERM" ? 143 : 137)));
  });
}

/** The entry file of a program that npm installed, to be run by this Node: no shell, no .cmd wrappers. */
export function tool(pathInNodeModules) {
  return path.join(root, "node_modules", pathInNodeModules);
}
