// A host like `hearth serve --json`, which ends with SIGKILL at the first call of a labelled step: CRASH_AT=label.
// `CRASH_AT=label#3` is the third.
import path from "node:path";
import { openCore } from "../../electron/core.ts";
import { hearthFolders } from "../../electron/host/folders.ts";
import { serve } from "../../electron/host/serve.ts";
import { systemClock } from "../../electron/lib/clock.ts";
import { ownPrograms } from "../../electron/testing/own-programs.ts";

const [label, nth = "1"] = (process.env["CRASH_AT"] ?? "").split("#");
let left = Number(nth);

function failpoint(reached: string): void {
  if (reached !== label) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

const root = path.resolve(import.meta.dirname, "../..");
const folders = hearthFolders({ env: process.env });
const opened = await openCore({
  ...folders,
  host: "serve",
  version: "test",
  programs: ownPrograms,
  env: process.env,
  failpoint,
});
if (!opened.ok) throw new Error(`${opened.error.code}: ${opened.error.message}`);
const host = await serve({
  core: opened.value,
  dataDir: folders.dataDir,
  pageFolder: path.join(root, "tests/kit"),
  version: "test",
  port: 0,
  lasting: true,
  clock: systemClock,
});
if (!host.ok) throw new Error(host.error.message);
process.stdout.write(`${JSON.stringify({ url: host.value.server.url, token: host.value.token, pid: process.pid })}\n`);
