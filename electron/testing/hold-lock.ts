import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Another process that holds a data folder's database, from here until the returned function lets it go. */
export async function holdLock(dataDir: string): Promise<() => Promise<void>> {
  const args = [path.join(import.meta.dirname, "lock-database.ts"), path.join(dataDir, "hearth.db")];
  const holder = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(holder, "exit");
  await once(holder.stdout, "data");
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
