import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";

/** What the numbers were taken on, and how busy it was: without it a number means little. */
export function printMachine(title: string): void {
  const gitVersion = execFileSync("git", ["--version"]).toString().trim();
  console.log(`\n${title}`);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 1024 ** 3)} GB, ` +
      `${process.platform} ${release()}, Node ${process.version}, ${gitVersion}, load ${loadavg()[0]?.toFixed(1)}`,
  );
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** One line: the median, then the smallest and the largest, so that noise shows. */
export function printTimes(name: string, values: readonly number[], unit = "ms"): void {
  const sorted = values.toSorted((a, b) => a - b);
  const shown = (value: number | undefined): string => (value === undefined ? "–" : format(value));
  console.log(
    `  ${name.padEnd(44)} ${shown(median(values)).padStart(9)} ${unit}   (${shown(sorted[0])}–${shown(sorted.at(-1))}, ${values.length} runs)`,
  );
}

export function printResult(name: string, value: string, goal: string): void {
  console.log(`  ${name.padEnd(44)} ${value.padStart(9)}      goal ${goal}`);
}

/** What was measured of one thing, by name. */
export type Column = { name: string; cells: Readonly<Record<string, string>> };

/** A row for each name, a column for each thing; a name that only some have is kept where it stands with them. */
export function printColumns(columns: readonly Column[]): void {
  const names = [...new Set(columns.flatMap(({ cells }) => Object.keys(cells)))];
  const first = Math.max(...names.map((name) => name.length));
  const widths = columns.map(({ name, cells }) => Math.max(name.length, ...Object.values(cells).map((cell) => cell.length)));
  const line = (head: string, values: string[]): string =>
    `${head.padEnd(first)}  ${values.map((value, index) => value.padStart(widths[index] ?? 0)).join("  ")}`;
  console.log(
    line(
      "",
      columns.map(({ name }) => name),
    ),
  );
  for (const name of names)
    console.log(
      line(
        name,
        columns.map(({ cells }) => cells[name] ?? "–"),
      ),
    );
}

function format(value: number): string {
  if (value >= 10_000) return Math.round(value).toLocaleString("en");
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
