import path from "node:path";
import type { Browser, CDPSession } from "playwright-core";
import { chromium } from "playwright-core";
import { setTimeout } from "node:timers/promises";
import type { Chat } from "../../shared/contract/chats.ts";
import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { chromiumPath } from "../kit/chromium.ts";
import { startHost, type Host } from "../kit/host.ts";
import type { Telling } from "../kit/telling-agent.ts";
import { agentReady, createWorkPlace } from "../kit/work-place.ts";
import { percentile, typeKeys, watchKeys } from "./lib/keys.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const keys = Number(process.env["BENCH_KEYS"] ?? 60);
const cpuSeconds = 8;

const line = (n: number): string =>
  `export function step${n}(a: number, b: string): Promise<Map<string, number>> { return next${n}(a * ${n}, b); } // note ${n}`;
const code = `\`\`\`ts\n${Array.from({ length: 3_000 }, (_, n) => line(n)).join("\n")}\n\`\`\`\n`;
const blocks = Array.from(
  { length: 400 },
  (_, n) => `A paragraph with *some* words, number ${n}.\n\n\`\`\`ts\n${line(n)}\n\`\`\`\n`,
).join("\n");
/** Tokens of four characters, so many a second. */
const at = (perSecond: number): Pick<Telling, "chars" | "everyMs"> => ({ chars: 4, everyMs: 1_000 / perSecond });

/** A key pressed in the composer → the frame with it is painted: while an answer streams, and before and after it on the same page. */
export async function run(): Promise<void> {
  printMachine("typing: key → paint, and what a session in view takes of a core");
  const place = await createWorkPlace();
  const agent = { command: process.execPath, args: [path.resolve(import.meta.dirname, "../kit/telling-agent.ts")] };
  place.write(path.join(place.root, "config"), { "agents.json": JSON.stringify({ telling: agent }) });
  const host = await startHost({ env: place.hostEnv });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  try {
    const added = await host.api<Project>("POST", "/projects", { path: place.repo });
    const project = await host.api<Project>("POST", `/projects/${added.id}/trust`);
    await agentReady(host, "telling");
    for (const [name, telling] of [
      ["a long block of code, 250 tokens/s", { text: code, ...at(250) }],
      ["paragraphs and small blocks, 250 tokens/s", { text: blocks, ...at(250) }],
      ["paragraphs and small blocks, 100 tokens/s", { text: blocks, ...at(100) }],
    ] as const) {
      const found = await measured(browser, host, project, { ...telling, holdMs: 0 });
      printTimes(name, found.toPaint);
      printTimes("  the same page, before and after it", found.idle);
      printResult("  ÷ before and after", (median(found.toPaint) / median(found.idle)).toFixed(2), "≤ 2");
      printResult("  95 %", `${percentile(found.toPaint, 0.95).toFixed(1)} ms`, "≤ 32 ms");
      printResult("  of a core, nobody typing", `${(found.core * 100).toFixed(0)} %`, "≤ 15 % at 100 tokens/s");
    }
  } finally {
    await browser.close();
    await host.stop();
    place.dispose();
  }
}

async function measured(
  browser: Browser,
  host: Host,
  project: Project,
  telling: Telling,
): Promise<{ toPaint: number[]; idle: number[]; core: number }> {
  const session = await host.api<Session>("POST", `/projects/${project.id}/sessions`, { workingCopy: "worktree" });
  const chat = await host.api<Chat>("POST", `/sessions/${session.id}/chats`);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript((id) => {
    if (location.protocol.startsWith("http")) localStorage.setItem("hearth.session", id);
  }, session.id);
  await watchKeys(context);
  const page = await context.newPage();
  await page.goto(await host.signInUrl());
  await page.locator("[data-composer]:focus").waitFor();
  // Around the stream, so that what else the machine does in the meantime weighs on both.
  const before = await typeKeys(page, keys / 2);
  const prompt = [{ type: "text", text: JSON.stringify(telling) }];
  const { id } = await host.api<{ id: string }>("POST", `/chats/${chat.id}/coding-agent/runs`, { agentId: "telling", prompt });
  await page.locator(".markdown, [data-row=text]").first().waitFor();
  await setTimeout(3_000);
  const core = await shareOfCore(await context.newCDPSession(page));
  const toPaint = await typeKeys(page, keys);
  await host.api("POST", `/runs/${id}/cancel`);
  await page.locator("[data-row=state]").waitFor({ state: "hidden" });
  await setTimeout(1_000);
  const after = await typeKeys(page, keys / 2);
  await context.close();
  return { toPaint, idle: [...before, ...after], core };
}

/** Of the page's own thread, in work. */
async function shareOfCore(session: CDPSession): Promise<number> {
  // The time that its thread ran, whatever else the machine does.
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  const before = await worked();
  await setTimeout(cpuSeconds * 1_000);
  return ((await worked()) - before) / cpuSeconds;
}
