import { homedir } from "node:os";
import { startChild } from "../lib/process.ts";

/** The system's way to open an address; null where there is no screen to open it on. */
export function browserCommand(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): { command: string; args: string[] } | null {
  if (platform === "darwin") return { command: "open", args: [] };
  // `start` is a shell's own word; rundll32 takes the address as it is, without a shell that could read it.
  if (platform === "win32") return { command: "rundll32.exe", args: ["url.dll,FileProtocolHandler"] };
  return env["DISPLAY"] || env["WAYLAND_DISPLAY"] ? { command: "xdg-open", args: [] } : null;
}

/** Opens the address in the person's browser. Returns false where there is no way to. */
export async function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const way = browserCommand(process.platform, env);
  if (!way) return false;
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const started = await startChild({ command: way.command, args: [...way.args, url], cwd: homedir(), env: given });
  return started.ok;
}
