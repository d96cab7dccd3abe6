import { randomFillSync } from "node:crypto";
import { createChangesBench, must, sessionId, type ChangesBench } from "../../electron/testing/changes-bench.ts";
import type { Repo } from "../../electron/testing/repos.ts";
import { measured, settleDisk } from "./lib/meter.ts";
import { PeakMemory } from "./lib/peak-memory.ts";
import { printMachine } from "./lib/report.ts";

const megabytes = Number(process.env["BENCH_MB"] ?? 300);
const fileCount = Number(process.env["BENCH_FILES"] ?? 100_000);
const newCount = Number(process.env["BENCH_NEW"] ?? 50_000);

/**
 * Review where one thing is large: a changed file (300 MB), a repository with one change (100,000 files), and what a change
 * of the ignore rules brings up (50,000 files). With the loop's longest stop (goal 50 ms) and the memory that this process
 * and its children had above what they had before (goal 64 MB with the large file). `BENCH_MB`, `BENCH_FILES` and
 * `BENCH_NEW` say how much.
 */
export async function run(): Promise<void> {
  const memory = new PeakMemory();
  printMachine("review of what is large");
  try {
    await largeFile(memory);
    await manyFiles(memory);
    await unignored(memory);
  } finally {
    await memory.dispose();
  }
}

type Take = (name: string, work: () => unknown) => Promise<void>;

async function section(
  memory: PeakMemory,
  title: string,
  prepare: (project: Repo) => void,
  steps: (bench: ChangesBench, take: Take) => Promise<void>,
): Promise<void> {
  console.log(`\n${title}`);
  const bench = await createChangesBench(prepare);
  try {
    // As before a first run, and a moment after.
    must(await bench.kept.take(sessionId, "before-run"));
    must(await bench.snapshots.secure(bench.ref));
    await steps(bench, async (name, work) => {
      await settleDisk(bench.folder.path);
      await memory.peak();
      const idle = await memory.peak();
      const { ms, workMs, heldMs, programs } = await measured(work);
      const above = Math.max(0, (await memory.peak()) - idle);
      const facts = `loop held ${heldMs.toFixed(0).padStart(4)} ms, ${above.toFixed(0).padStart(4)} MB above idle, ${programs} programs`;
      console.log(`  ${name.padEnd(28)} ${ms.toFixed(0).padStart(7)} ms   work ${workMs.toFixed(0).padStart(6)} ms, ${facts}`);
    });
  } finally {
    await bench.dispose();
  }
}

/** Every verb, on what the session changed. */
async function everyVerb({ changes, kept }: ChangesBench, path: string, take: Take): Promise<void> {
  await take("list", async () => must(await changes.list(sessionId, { diff: false })));
  await take("list again", async () => must(await changes.list(sessionId, { diff: false })));
  await take("list with diffs", async () => must(await changes.list(sessionId, { diff: true })));
  await take("one diff", async () => must(await changes.diff(sessionId, path)));
  await take("approve all", async () => must(await changes.approve(sessionId, { undo: false })));
  await take("preview of apply", async () => must(await changes.apply(sessionId, { dryRun: true })));
  await take("apply", async () => must(await changes.apply(sessionId, { dryRun: false })));
  await take("revert", async () => must(await changes.revert(sessionId, { dryRun: false })));
  const before = must(await kept.take(sessionId, "manual", { of: { place: "working-copy", folder: null } }));
  await take("reject", async () => must(await changes.reject(sessionId, {})));
  await take("restore", async () => must(await kept.restore(before.id, { dryRun: false })));
}

/** Half of it can't be pressed, half can. */
function content(first: number): Buffer {
  const bytes = Buffer.alloc(megabytes * 1024 * 1024, `a line of a large file\n`);
  randomFillSync(bytes, 0, Math.floor(bytes.length / 2));
  bytes[0] = first;
  return bytes;
}

function largeFile(memory: PeakMemory): Promise<void> {
  const prepare = (project: Repo): void => project.write("large.bin", content(1));
  return section(memory, `a changed file of ${megabytes} MB`, prepare, async (bench, take) => {
    bench.copy.write("large.bin", content(2));
    await take("git diff --numstat", () => bench.copy.git("diff", "--numstat"));
    await take("git hash-object", () => bench.copy.git("hash-object", "large.bin"));
    await everyVerb(bench, "large.bin", take);
    bench.copy.write("large.bin", content(3));
    await take("git checkout .", () => bench.copy.git("checkout", "."));
  });
}

function manyFiles(memory: PeakMemory): Promise<void> {
  const nameOf = (at: number): string => `d${at % 100}/e${Math.floor(at / 100) % 100}/f${at}.txt`;
  const prepare = (project: Repo): void => {
    for (let at = 0; at < fileCount; at += 1) project.write(nameOf(at), `line one of ${at}\nline two\n`);
  };
  const title = `${fileCount.toLocaleString("en")} files, one of them changed`;
  return section(memory, title, prepare, async (bench, take) => {
    bench.copy.git("status");
    bench.copy.write(nameOf(7), "changed\n");
    await take("git diff --numstat", () => bench.copy.git("diff", "--numstat"));
    await take("git status", () => bench.copy.git("status", "--porcelain"));
    await everyVerb(bench, nameOf(7), take);
    await take("git checkout .", () => bench.copy.git("checkout", "."));
  });
}

function unignored(memory: PeakMemory): Promise<void> {
  const prepare = (project: Repo): void => project.write(".gitignore", "data/\n");
  const title = `${newCount.toLocaleString("en")} files that a change of .gitignore brings up`;
  return section(memory, title, prepare, async (bench, take) => {
    for (let at = 0; at < newCount; at += 1) bench.copy.write(`data/d${at % 100}/f${at}.txt`, `data ${at}\n`);
    bench.copy.write(".gitignore", "none\n");
    await take("git status", () => bench.copy.git("status", "--porcelain"));
    await everyVerb(bench, ".gitignore", take);
  });
}
