import { replaceText } from "../../electron/assistant/edit/replace-text.ts";
import { attempt, corrected } from "./edits-corpus/attempt.ts";
import { editCases, type EditCase } from "./edits-corpus/cases.ts";
import { corpusHash, sources } from "./edits-corpus/sources.ts";
import { printColumns, printMachine, printResult, printTimes, timed, type Column } from "./lib/report.ts";

const perKind = Number(process.env["BENCH_EDITS"] ?? 48);
/** So many sets of edits, each of its own random numbers; the tables are of the first. */
const seeds = Number(process.env["BENCH_EDITS_SEEDS"] ?? 60);

type Tally = { tried: number; landed: number; wrong: number; afterAnswer: number; times: number[] };

/** Edits that drifted from the text they are for: how many land, at first and after one corrective answer, and how many wrong. */
export async function run(): Promise<void> {
  printMachine("edits: drifted edits over real code");
  const corpus = sources();
  console.log(`\n  corpus ${corpusHash(corpus)}: ${corpus.length} files`);
  const total = await printSet(editCases(corpus, perKind, 1));
  for (let seed = 2; seed <= seeds; seed += 1) await addSet(total, editCases(corpus, perKind, seed), seed);
  if (seeds > 1) console.log(`\n  ${total.tried} edits, of seeds 1 to ${seeds}`);
  const share = (count: number): string => `${((100 * count) / total.tried).toFixed(1)} %`;
  console.log("");
  printResult("land at the first try", share(total.landed), "≥ 95 %");
  printResult("land after one corrective answer", share(total.afterAnswer), "≥ 98 %");
  printResult("land wrong", String(total.wrong), "0");
  await printSpeed();
}

/** Adds what comes of one more set, and names what lands wrong. */
async function addSet(total: Tally, cases: readonly EditCase[], seed: number): Promise<void> {
  for (const each of cases) {
    const found = await tried(each);
    Object.assign(total, sum(total, found));
    if (found.wrong > 0) console.log(`  seed ${seed}: wrong: ${each.kind} in ${each.file}`);
  }
}

async function printSet(cases: readonly EditCase[]): Promise<Tally> {
  const byKind = new Map<string, Tally>();
  const byLanguage = new Map<string, Tally>();
  for (const each of cases) {
    const found = await tried(each);
    for (const [tallies, name] of [
      [byKind, each.kind],
      [byLanguage, each.language],
    ] as const) {
      const tally = tallies.get(name) ?? { tried: 0, landed: 0, wrong: 0, afterAnswer: 0, times: [] };
      tallies.set(name, { ...sum(tally, found), times: [...tally.times, ...found.times] });
    }
  }
  const total = [...byKind.values()].reduce((all, each) => ({ ...sum(all, each), times: [...all.times, ...each.times] }));
  console.log(`\n  ${total.tried} edits`);
  printTable([...byKind], total);
  console.log("");
  printTable([...byLanguage], total);
  return total;
}

async function tried(each: EditCase): Promise<Tally> {
  const first = attempt(each.text, each.sent, each.expected);
  const time = await timed(() => attempt(each.text, each.sent, each.expected));
  const tally = { tried: 1, landed: 0, wrong: 0, afterAnswer: 0, times: [time] };
  if (first.kind !== "refused") return first.kind === "landed" ? { ...tally, landed: 1, afterAnswer: 1 } : { ...tally, wrong: 1 };
  const again = corrected(each, first.failures);
  const second = again && attempt(each.text, again, each.expected);
  return { ...tally, afterAnswer: second?.kind === "landed" ? 1 : 0, wrong: second?.kind === "wrong" ? 1 : 0 };
}

function sum(a: Tally, b: Tally): Tally {
  return {
    tried: a.tried + b.tried,
    landed: a.landed + b.landed,
    wrong: a.wrong + b.wrong,
    afterAnswer: a.afterAnswer + b.afterAnswer,
    times: [],
  };
}

function printTable(tallies: readonly (readonly [string, Tally])[], total: Tally): void {
  const rows = [...tallies, ["all", total] as const];
  const column = (name: string, cell: (tally: Tally) => string): Column => ({
    name,
    cells: Object.fromEntries(rows.map(([row, tally]) => [`  ${row}`, cell(tally)])),
  });
  const middle = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  printColumns([
    column("edits", ({ tried: count }) => String(count)),
    column("landed", ({ landed }) => String(landed)),
    column("wrong", ({ wrong }) => String(wrong)),
    column("after one answer", ({ afterAnswer }) => String(afterAnswer)),
    column("median ms", ({ times }) => middle(times).toFixed(2)),
    column("longest ms", ({ times }) => Math.max(...times).toFixed(1)),
  ]);
}

/** One edit in a file of 10,000 lines, beside the search for the same text by the engine itself. */
async function printSpeed(): Promise<void> {
  const lines = Array.from({ length: 10_000 }, (_, n) => `  const value${n} = compute(${n * 7}, "text ${n % 97}"); // note ${n}`);
  const text = lines.join("\n");
  const exact = lines.slice(7_000, 7_008).join("\n");
  const inside = lines.slice(7_000, 7_008).map((line) => line.trim().replace(" // note 7003", ""));
  const drifted = inside.toSpliced(5, 1, inside[5]?.replace("compute", "computeAll") ?? "").join("\n");
  const edit = (oldText: string) => () => replaceText(text, { oldText, newText: oldText.replace("value7001", "changed") });
  const times = async (work: () => unknown): Promise<number[]> => {
    const all: number[] = [];
    for (let n = 0; n < 30; n += 1) all.push(await timed(work));
    return all;
  };
  console.log("\n  10,000 lines");
  printTimes("String.indexOf", await times(() => text.indexOf(exact)));
  const [exactTimes, driftedTimes] = [await times(edit(exact)), await times(edit(drifted))];
  if (!edit(drifted)().ok) throw new Error("The drifted edit did not land");
  printTimes("exact (goal ≤ 10 ms)", exactTimes);
  printTimes("drifted (goal ≤ 50 ms)", driftedTimes);
}
