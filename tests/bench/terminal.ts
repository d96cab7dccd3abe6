import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { setTimeout } from "node:timers/promises";
import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { chromiumPath } from "../kit/chromium.ts";
import { startHost, type Host } from "../kit/host.ts";
import { openTerminal, withoutWebgl } from "../kit/terminal-page.ts";
import { createWorkPlace } from "../kit/work-place.ts";
import { percentile, typeKeys, watchKeys } from "./lib/keys.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const megabytes = Number(process.env["BENCH_MB"] ?? 100);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const keys = Number(process.env["BENCH_KEYS"] ?? 60);
const prompt = "ready>";
const size = { width: 1280, height: 800 };
const words = Array.from(
  { length: 60 },
  (_, n) => `\u001b[3${n % 8}m${n} the quick brown fox jumps over the lazy dog\u001b[0m ${"=".repeat(n)}\n`,
).join("");
/** Plain lines, most of which nobody would see, and lines of which none may be left out, as each remembers the cursor. */
const floods = [
  ["coloured lines", words],
  ["odd lines", words.replaceAll("\n", "\u001b[s\n")],
] as const;

/** `cat` of a big file until its end is on the screen, beside the same bytes in a bare xterm.js page; and keys in a flood. */
export async function run(): Promise<void> {
  printMachine(`terminal: ${megabytes} MB, both drawn with elements`);
  const place = await createWorkPlace({ SHELL: "/bin/bash" });
  place.write(place.home, { ".bash_profile": `PS1='${prompt} '\nunset PROMPT_COMMAND HISTFILE\n` });
  const file = path.join(place.root, "big.log");
  const host = await startHost({ env: place.hostEnv });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
  try {
    const added = await host.api<Project>("POST", "/projects", { path: place.repo });
    const project = await host.api<Project>("POST", `/projects/${added.id}/trust`);
    const page = await openedPage(browser, host, project);
    const terminal = await openTerminal(page, prompt);
    const grid = await gridOf(page);
    const bare = await barePage(browser, grid);
    for (const [what, text] of floods) {
      writeFileSync(file, text.repeat(Math.ceil((megabytes * 1e6) / text.length)));
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const end = `end-${round}`;
        await page.keyboard.type(`clear; cat '${file}'; echo ${end.replace("-", "''-")}`);
        const begun = performance.now();
        await page.keyboard.press("Enter");
        await page.waitForFunction((last) => document.querySelector(".xterm-rows")?.textContent.includes(last), end, {
          timeout: 300_000,
        });
        ours.push(performance.now() - begun);
        theirs.push(await drawnBare(bare, text));
      }
      printTimes(`cat ${what}, until its end`, ours);
      printTimes("  a bare xterm.js page", theirs);
      printResult("  rate ÷ bare", (median(theirs) / median(ours)).toFixed(2), "≥ 0.8");
    }
    await bare.context().close();
    await terminal.focus();
    printTimes("key → paint at rest", await typeKeys(page, keys));
    await page.keyboard.press("Control+c");
    await terminal.line("clear; yes 'some words of a flood'");
    await setTimeout(2_000);
    const toPaint = await typeKeys(page, keys);
    printTimes("key → paint in a flood", toPaint);
    printResult("  95 %", `${percentile(toPaint, 0.95).toFixed(1)} ms`, "≤ 50 ms");
    await page.keyboard.press("Control+c");
  } finally {
    await browser.close();
    await host.stop();
    place.dispose();
  }
}

async function openedPage(browser: Browser, host: Host, project: Project): Promise<Page> {
  const session = await host.api<Session>("POST", `/projects/${project.id}/sessions`, { workingCopy: "worktree" });
  await host.api("POST", `/sessions/${session.id}/chats`);
  const context = await browser.newContext({ viewport: size });
  await context.addInitScript((id) => {
    if (location.protocol.startsWith("http")) localStorage.setItem("hearth.session", id);
  }, session.id);
  await withoutWebgl(context);
  await watchKeys(context);
  const page = await context.newPage();
  await page.goto(await host.signInUrl());
  await page.locator("[data-composer]:focus").waitFor();
  return page;
}

type Grid = { cols: number; rows: number; width: number; height: number };

async function gridOf(page: Page): Promise<Grid> {
  return page.locator(".xterm").evaluate((terminal) => {
    const rows = terminal.querySelectorAll(".xterm-rows > div");
    const { width, height } = terminal.querySelector(".xterm-screen")!.getBoundingClientRect();
    const cell = terminal.querySelector(".xterm-char-measure-element")!.getBoundingClientRect().width / 32;
    return { cols: Math.floor(width / cell), rows: rows.length, width, height };
  });
}

async function barePage(browser: Browser, grid: Grid): Promise<Page> {
  const context = await browser.newContext({ viewport: size });
  await withoutWebgl(context);
  const page = await context.newPage();
  const folder = path.resolve(import.meta.dirname, "../../node_modules/@xterm/xterm");
  const style = readFileSync(path.join(folder, "css/xterm.css"), "utf8");
  await page.setContent(`<style>${style}</style><div id="host" style="width:${grid.width}px;height:${grid.height}px"></div>`);
  await page.addScriptTag({ path: path.join(folder, "lib/xterm.js") });
  await page.evaluate(({ cols, rows }) => {
    type Bare = { open(host: HTMLElement): void };
    const { Terminal } = window as unknown as { Terminal: new (options: object) => Bare };
    const terminal = new Terminal({ cols, rows, scrollback: 5000, convertEol: true });
    terminal.open(document.getElementById("host")!);
    Object.assign(window, { bare: terminal });
  }, grid);
  return page;
}

/** Eight pieces of 64 KB ahead, as a page with flow control has them. */
function drawnBare(page: Page, text: string): Promise<number> {
  return page.evaluate(
    ({ piece, total }) =>
      new Promise<number>((resolve) => {
        const { bare } = window as unknown as { bare: { write(data: string, done: () => void): void } };
        const begun = performance.now();
        let given = 0;
        let open = 0;
        const more = (): void => {
          while (open < 8 && given < total) {
            given += piece.length;
            open += 1;
            bare.write(piece, () => {
              open -= 1;
              if (given < total) more();
              else if (open === 0) requestAnimationFrame(() => resolve(performance.now() - begun));
            });
          }
        };
        more();
      }),
    { piece: text.repeat(Math.ceil(64_000 / text.length)), total: megabytes * 1e6 },
  );
}
