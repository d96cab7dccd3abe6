import type { Bench } from "./bench.ts";
import { no, saysNothing, untried, yes, type Outcome, type Step } from "./step.ts";
import { newWord } from "./words.ts";

async function textTurn(bench: Bench): Promise<Outcome> {
  const word = newWord();
  const turn = await bench.turn(bench.words.remember(word));
  if (!turn.ok) return no(turn.error.message);
  if (turn.value.text.trim() === "") return no("Its turn ended without a word");
  bench.remembered = { word, recalled: false, usages: [turn.value.end.usage] };
  return turn.value.text.includes(word) ? yes("It answered what it was asked to") : yes("It answered, with other words");
}

async function warmTurn(bench: Bench): Promise<Outcome> {
  const before = bench.remembered;
  if (!before) return untried("There was no turn before");
  const opened = await bench.open();
  if (opened.ok && opened.value.how !== "warm") return no("Its session didn't stay open after a turn");
  const turn = await bench.turn(bench.words.recall);
  if (!turn.ok) return no(turn.error.message);
  before.usages.push(turn.value.end.usage);
  before.recalled = turn.value.text.includes(before.word);
  return before.recalled
    ? yes("It knew what the turn before had told it")
    : no("It didn't know what the turn before had told it");
}

async function usageTold(bench: Bench): Promise<Outcome> {
  const before = bench.remembered;
  const told = before?.usages.find((usage) => usage !== null);
  if (!before) return untried("There was no turn");
  if (!told || told.input === null) return no("It told no numbers with its turns");
  const cost = typeof told.cost === "number" ? `, cost $${told.cost.toFixed(4)}` : "";
  return yes(`Its first turn: ${told.input} tokens in, ${told.output ?? "?"} out${cost}`);
}

async function usagePerTurn(bench: Bench): Promise<Outcome> {
  const before = bench.remembered;
  if (!before?.usages[0] || before.usages.length < 2) return untried("It told no numbers to compare");
  const turn = await bench.turn(bench.words.say(newWord()));
  if (!turn.ok) return untried(turn.error.message);
  const usages = [...before.usages, turn.value.end.usage];
  const inputs = usages.map((usage) => usage?.input ?? null);
  const outputs = usages.map((usage) => usage?.output ?? null);
  const grow = growsByTurns(inputs);
  if (grow === null) return untried("It told no numbers to compare");
  const figures = inputs.join(", ");
  return grow && growsByTurns(outputs) !== false
    ? no(`Its numbers only grow, turn after turn: ${figures} tokens in`)
    : yes(`Turns alike have numbers alike: ${figures} tokens in`);
}

/**
 * Whether the figures of three turns alike add up: each is more than the one before by half of the first at least. What
 * is told of a turn alone grows by what was said before, which is little beside what every turn begins with.
 */
export function growsByTurns(figures: readonly (number | null)[]): boolean | null {
  const [first, second, third] = figures;
  if (!first || typeof second !== "number" || typeof third !== "number") return null;
  return second - first >= first / 2 && third - second >= first / 2;
}

export const talkSteps: readonly Step[] = [
  {
    id: "text-turn",
    label: "A turn of words",
    advertised: saysNothing,
    attempt: textTurn,
    hearth: { yes: "Shows its words as they come", no: "Says why each turn failed", untried: "–" },
  },
  {
    id: "warm-turn",
    label: "A second turn, warm",
    advertised: saysNothing,
    attempt: warmTurn,
    hearth: {
      yes: "Opens its session once and keeps it open",
      no: "Keeps its session open all the same; look at what it remembers",
      untried: "Keeps its session open",
    },
  },
  {
    id: "usage",
    label: "Numbers with its turns",
    advertised: saysNothing,
    attempt: usageTold,
    hearth: { yes: "Shows them with each run", no: "Shows none, and estimates none", untried: "Shows what it tells" },
  },
  {
    id: "usage-per-turn",
    label: "They are the turn’s own",
    advertised: saysNothing,
    attempt: usagePerTurn,
    hearth: {
      yes: "Adds them up over the turns",
      no: "Takes from each what it had told before",
      untried: "Takes them for the turn’s own, as the protocol says",
    },
  },
];
