import { setTimeout } from "node:timers/promises";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "../kit/chromium.ts";
import { openStore } from "../../electron/store/open.ts";
import { createWorkPlace, type WorkPlace } from "../kit/work-place.ts";
import { startBuiltHost } from "./lib/host.ts";
import { median, printMachine, printResult, printTimes, timed } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 7);
const projectCount = 50;
const sessionCount = 1000;
const idleSeconds = 5;

/** Process → the core answers, and → the window is usable, with a full store and an agent that never answers its probe. */
export async function run(): Promise<void> {
  printMachine(`start: ${projectCount} projects, ${sessionCount} sessions, an agent whose probe hangs`);
  const place = await createWorkPlace();
  const env = prepareEnvironment(place);
  fillStore(place);
  await (await startBuiltHost(env)).stop();
  await measureCore(env);
  await measureWindow(env);
  await measureIdle(env);
  place.dispose();
}

async function measureCore(env: Record<string, string>): Promise<void> {
  const core: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const host = await startBuiltHost(env);
    await (await fetch(`${host.url}/api/v1/health`, { headers: { authorization: `Bearer ${host.token}` } })).text();
    core.push(performance.now() - begun);
    await host.stop();
    bare.push(await timed(() => nodeWithoutWork(env)));
  }
  printTimes("process → core answers", core);
  printTimes("node -e 0", bare);
  printResult("more than node -e 0", `${(median(core) - median(bare)).toFixed(0)} ms`, "≤ +250 ms");
}

function nodeWithoutWork(env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, ["-e", "0"], { env, stdio: "ignore" });
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** The browser runs already: its own start isn't ours. Each round has a fresh profile, so nothing comes from a cache. */
async function measureWindow(env: Record<string, string>): Promise<void> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox"],
  });
  const usable: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const begun = performance.now();
    const host = await startBuiltHost(env);
    const code = await fetch(`${host.url}/auth/code`, {
      method: "POST",
      headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json" },
      body: "{}",
    });
    await page.goto(((await code.json()) as { url: string }).url, { waitUntil: "commit" });
    await page
      .getByText(`Project ${projectCount - 1}`, { exact: false })
      .first()
      .waitFor();
    usable.push(performance.now() - begun);
    empty.push(
      await timed(async () => {
        const blank = await context.newPage();
        await blank.goto("data:text/html,<p>usable</p>");
        await blank.getByText("usable").waitFor();
      }),
    );
    await context.close();
    await host.stop();
  }
  await browser.close();
  printTimes("process → window shows the projects", usable);
  printTimes("an empty page", empty);
  printResult("process → window usable", `${median(usable).toFixed(0)} ms`, "≤ 1,000 ms");
}

/** What the core takes with nobody asking anything of it. */
async function measureIdle(env: Record<string, string>): Promise<void> {
  const host = await startBuiltHost(env);
  const cpuMs = (): number => {
    const fields =
      execFileSync("cat", [`/proc/${host.pid}/stat`])
        .toString()
        .split(") ")[1]
        ?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  await setTimeout(3_000);
  const before = cpuMs();
  await setTimeout(idleSeconds * 1000);
  printResult(`idle core, ${idleSeconds} s`, `${((cpuMs() - before) / idleSeconds / 10).toFixed(1)} %`, "≤ 1 % of a core");
  await host.stop();
}

function prepareEnvironment(place: WorkPlace): Record<string, string> {
  const hanging = path.join(place.root, "hanging-agent");
  writeFileSync(hanging, "#!/bin/sh\nexec sleep 600\n");
  chmodSync(hanging, 0o755);
  const config = path.join(place.root, "config");
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, "agents.json"), JSON.stringify({ hanging: { command: hanging } }));
  return place.hostEnv;
}

/** Real folders, since the core looks at them; rows by hand, since a thousand worktrees would take minutes. */
function fillStore(place: WorkPlace): void {
  const opened = openStore(place.data, Date.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const { sqlite } = opened.value;
  const project = sqlite.prepare(
    "INSERT INTO projects (id, name, path, real_path, kind, trusted_hash, trusted_items, added_at) VALUES (?, ?, ?, ?, 'git', '', '{}', ?)",
  );
  const session = sqlite.prepare("INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)");
  const copy = sqlite.prepare(
    "INSERT INTO working_copies (id, session_id, project_id, kind, path, state, created_at) VALUES (?, ?, ?, 'in-place', ?, 'ready', ?)",
  );
  const chat = sqlite.prepare("INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES (?, ?, 1, ?, ?)");
  sqlite.transaction(() => {
    for (let at = 0; at < projectCount; at += 1) {
      const folder = path.join(place.root, `projects/project-${at}`);
      mkdirSync(folder, { recursive: true });
      execFileSync("git", ["init", "--quiet", folder], { env: place.hostEnv });
      project.run(`prj_${at}`, `Project ${at}`, folder, folder, at);
    }
    for (let at = 0; at < sessionCount; at += 1) {
      const projectId = `prj_${at % projectCount}`;
      session.run(`ses_${at}`, projectId, `Session ${at}`, at, at);
      copy.run(`wcp_${at}`, `ses_${at}`, projectId, path.join(place.root, `projects/project-${at % projectCount}`), at);
      chat.run(`cht_${at}`, `ses_${at}`, "Chat", at);
    }
  })();
  opened.value.close();
}
