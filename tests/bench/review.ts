import { createChangesBench, must, sessionId, type ChangesBench } from "../../electron/testing/changes-bench.ts";
import { measured, settleDisk, type Cost } from "./lib/meter.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const fileCount = Number(process.env["BENCH_FILES"] ?? 1_500);
const lineCount = Number(process.env["BENCH_LINES"] ?? 60);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 3);

const lines = (at: number, first: string): string =>
  `${first} of ${at}\n${Array.from({ length: lineCount }, (_, line) => `line ${line} of ${at}`).join("\n")}\n`;
const nameOf = (at: number): string => `d${at % 30}/f${at}.txt`;

/**
 * Review of a session that edited many files, beside what git takes for the same files: apply beside `git apply`; reject,
 * revert and restore beside `git checkout .`; the list beside `git diff --numstat`, diffs beside `git diff`; with the work of
 * this process and its children, how long the loop was held at most (goal 50 ms), and programs started. Each begins on a
 * disk that has nothing left to write, so that none waits for what another left to it. `BENCH_FILES`, `BENCH_LINES` and
 * `BENCH_ROUNDS` say how much; with `BENCH_PACKED` the project's objects are in a pack, as after a clone, and not loose.
 */
export async function run(): Promise<void> {
  printMachine(`review: ${fileCount.toLocaleString("en")} edited files of ${lineCount + 1} lines`);
  const bench = await createChangesBench((project) => {
    for (let at = 0; at < fileCount; at += 1) project.write(nameOf(at), lines(at, "first"));
  });
  if (process.env["BENCH_PACKED"]) bench.project.git("repack", "-a", "-d", "-q");
  // As before a first run, and a moment after.
  must(await bench.kept.take(sessionId, "before-run"));
  must(await bench.snapshots.secure(bench.ref));
  const costs = new Map<string, Cost[]>();
  const take = async (name: string, work: () => unknown): Promise<void> => {
    await settleDisk(bench.folder.path);
    costs.set(name, [...(costs.get(name) ?? []), await measured(work)]);
  };
  try {
    for (let round = 0; round < rounds; round += 1) await reviewOnce(bench, round, take);
  } finally {
    await bench.dispose();
  }
  const medianOf = (name: string, fact: keyof Cost): number => median((costs.get(name) ?? []).map((cost) => cost[fact]));
  for (const [name, values] of costs) {
    const beside = `work ${medianOf(name, "workMs").toFixed(0)} ms, loop held ${medianOf(name, "heldMs").toFixed(0)} (at work ${medianOf(name, "busyMs").toFixed(0)}) ms`;
    printTimes(
      name,
      values.map(({ ms }) => ms),
      `ms, ${beside}, ${medianOf(name, "programs")} programs`,
    );
  }
  for (const [ours, gits, goal] of ratios) {
    const [time, work] = (["ms", "workMs"] as const).map((fact) => medianOf(ours, fact) / medianOf(gits, fact));
    printResult(`${ours} ÷ ${gits}`, time?.toFixed(1) ?? "", `${goal} (of work ${work?.toFixed(1) ?? ""})`);
  }
}

const ratios = [
  ["list", "git diff --numstat", "≤ 1.5"],
  ["list with diffs", "git diff", "≤ 3"],
  ["one diff", "git diff of one", "≤ 2"],
  ["approve all", "git diff --numstat", "≤ 1"],
  ["preview of apply", "git apply", "≤ 3"],
  ["apply", "git apply", "≤ 3"],
  ["revert", "git checkout .", "≤ 3"],
  ["reject", "git checkout .", "≤ 3"],
  ["restore", "git checkout .", "≤ 3"],
] as const;

async function reviewOnce(bench: ChangesBench, round: number, take: (name: string, work: () => unknown) => Promise<void>) {
  const { changes, copy, kept } = bench;
  const edit = (): void => {
    for (let at = 0; at < fileCount; at += 1) copy.write(nameOf(at), lines(at, `edited ${round}`));
  };
  edit();
  await take("git diff --numstat", () => copy.git("diff", "--numstat"));
  await take("list", async () => must(await changes.list(sessionId, { diff: false })));
  await take("git diff", () => copy.git("diff", "--output=../shown.patch"));
  await take("list with diffs", async () => must(await changes.list(sessionId, { diff: true })));
  await take("git diff of one", () => copy.git("diff", "--", nameOf(7)));
  await take("one diff", async () => must(await changes.diff(sessionId, nameOf(7))));
  await take("approve all", async () => must(await changes.approve(sessionId, { undo: false })));
  copy.git("diff", "--output=../all.patch");
  await take("git apply", () => bench.project.git("apply", "../all.patch"));
  await take("git checkout .", () => bench.project.git("checkout", "."));
  await take("preview of apply", async () => must(await changes.apply(sessionId, { dryRun: true })));
  await take("apply", async () => must(await changes.apply(sessionId, { dryRun: false })));
  await take("revert", async () => must(await changes.revert(sessionId, { dryRun: false })));
  const before = must(await kept.take(sessionId, "manual", { of: { place: "working-copy", folder: null } }));
  await take("reject", async () => must(await changes.reject(sessionId, {})));
  await take("restore", async () => must(await kept.restore(before.id, { dryRun: false })));
  must(await changes.reject(sessionId, {}));
}
