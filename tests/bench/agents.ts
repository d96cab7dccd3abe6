import type { BareAgent } from "./lib/bare-agent.ts";
import { AgentDesk, type TurnSteps } from "./lib/agent-desk.ts";
import { AgentPlace, subjectsOf } from "./lib/agent-place.ts";
import { memoryOf } from "./lib/memory.ts";
import { readMarks, spansOf } from "./lib/turn-spans.ts";
import { median, printColumns, printMachine, type Column } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const prompt = "say hello";

/**
 * Each agent through Hearth, beside the same agent in the same run driven by nothing but its protocol: a warm turn, the
 * first turn of a new chat, the first of all, and memory. Then where a warm turn's time goes. Medians.
 */
export async function run(names: readonly string[]): Promise<void> {
  printMachine(
    `agents: prompt call → first word at a client that watches the chat; medians of ${rounds}, warm turns of ${3 * rounds}`,
  );
  const columns: Column[] = [];
  for (const subject of subjectsOf(names)) {
    const place = await AgentPlace.open(subject);
    try {
      const column = await measure(place);
      // The others take minutes.
      printColumns([column]);
      columns.push(column);
    } finally {
      await place.close();
    }
  }
  if (columns.length > 1) printColumns(columns);
}

async function measure(place: AgentPlace): Promise<Column> {
  const { name } = place.subject;
  const tell = (part: string): void => console.log(`  ${new Date().toTimeString().slice(0, 8)} ${name}: ${part}`);
  tell("from nothing");
  const oneShot = median(await oneShots(place));
  const first = await firstChats(place);
  tell("warm, and new chats");
  const { warm, chats } = await beside(place, async (desk, bare) => ({
    warm: await warmTurns(place, desk, bare),
    chats: await newChats(place, desk, bare),
  }));
  const where = spansOf(warm.seen, readMarks(place.marksFile));
  tell("memory");
  const memory = await beside(place, (desk, bare) => memoryOfChats(place, desk, bare));
  return {
    name: `${name} ${first.version ?? ""}`,
    cells: {
      ...warm.cells,
      ...chats.cells,
      "one-shot, bare": ms(oneShot),
      "  ÷ warm turn (opencode ≥ 9, others ≥ 5)": times(oneShot / warm.ms),
      "  ÷ new chat, opened ahead (opencode ≥ 8, others ≥ 5)": times(oneShot / chats.aheadMs),
      "first chat, nothing running": ms(median(first.ms)),
      "  ÷ one-shot": times(median(first.ms) / oneShot),
      ...memory,
      ...warm.steps,
      ...Object.fromEntries(Object.entries(where).map(([step, value]) => [`  warm turn: ${step}`, ms(value)])),
    },
  };
}

/** With Hearth and the bare agent running, both ended again. */
async function beside<T>(place: AgentPlace, work: (desk: AgentDesk, bare: BareAgent) => Promise<T>): Promise<T> {
  const desk = await AgentDesk.open(place);
  const bare = await place.startBare();
  try {
    return await work(desk, bare);
  } finally {
    await bare.stop();
    await desk.close();
  }
}

/** Spawn, handshake, new session, turn. */
async function oneShots(place: AgentPlace): Promise<number[]> {
  const list: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const agent = await place.startBare();
    try {
      const session = await agent.newSession(place.work.repo);
      list.push(performance.now() - begun + (await session.turn(prompt)));
    } finally {
      await agent.stop();
    }
  }
  return list;
}

/** With the core running, and the agent not. */
async function firstChats(place: AgentPlace): Promise<{ ms: number[]; version: string | null }> {
  const list: number[] = [];
  let version: string | null = null;
  for (let round = 0; round < rounds; round += 1) {
    const desk = await AgentDesk.open(place);
    list.push((await (await desk.newChat({ ahead: false })).turn(prompt)).atReader);
    version = desk.version;
    await desk.close();
  }
  return { ms: list, version };
}

async function warmTurns(place: AgentPlace, desk: AgentDesk, bare: BareAgent) {
  const chat = await desk.newChat({ ahead: true });
  const session = await bare.newSession(place.work.repo);
  const steps: TurnSteps[] = [];
  const alone: number[] = [];
  const aloneAsked: number[] = [];
  for (let round = -2; round < 3 * rounds; round += 1) {
    const through = await chat.turn(prompt);
    const begun = performance.now();
    const aloneMs = await session.turn(prompt);
    if (round < 0) continue;
    steps.push(through);
    alone.push(aloneMs);
    aloneAsked.push(place.askedAt > begun ? place.askedAt - begun : Number.NaN);
  }
  const [warm, base] = [median(steps.map(({ atReader }) => atReader)), median(alone)];
  return {
    ms: warm,
    cells: {
      "warm turn": ms(warm),
      "  bare": ms(base),
      "  ÷ bare (≤ 1.05)": times(warm / base),
      "  − bare (≤ +5 ms)": ms(warm - base),
    },
    seen: steps.map(({ seen }) => seen),
    steps: {
      "  bare: model asked": ms(median(aloneAsked)),
      ...Object.fromEntries(stepNames.map(([name, pick]) => [`  ${name}`, ms(median(steps.map(pick)))])),
    },
  };
}

const stepNames: readonly [string, (steps: TurnSteps) => number][] = [
  ["warm turn: the call is answered", ({ created }) => created],
  ["warm turn: agent ready (from the run's begin)", ({ agentReady }) => agentReady],
  ["warm turn: prompt sent", ({ promptSent }) => promptSent],
  ["warm turn: model asked", ({ modelAsked }) => modelAsked],
  ["warm turn: first word in", ({ firstIn }) => firstIn],
  ["warm turn: committed, and at the reader", ({ atReader }) => atReader],
  ["warm turn: checkpoint kept", ({ checkpoint }) => checkpoint],
  ["warm turn: ended", ({ ended }) => ended],
];

async function newChats(place: AgentPlace, desk: AgentDesk, bare: BareAgent) {
  const [ahead, atOnce, alone]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    ahead.push((await (await desk.newChat({ ahead: true })).turn(prompt)).atReader);
    atOnce.push((await (await desk.newChat({ ahead: false })).turn(prompt)).atReader);
    const begun = performance.now();
    const session = await bare.newSession(place.work.repo);
    alone.push(performance.now() - begun + (await session.turn(prompt)));
  }
  return {
    aheadMs: median(ahead),
    cells: {
      "new chat, opened ahead": ms(median(ahead)),
      "new chat, prompted at once": ms(median(atOnce)),
      "  bare: new session and turn": ms(median(alone)),
      "  ahead ÷ bare": times(median(ahead) / median(alone)),
      "  at once ÷ bare": times(median(atOnce) / median(alone)),
    },
  };
}

/** Just begun, so that nothing before counts. */
async function memoryOfChats(place: AgentPlace, desk: AgentDesk, bare: BareAgent): Promise<Record<string, string>> {
  const [through, alone]: [number[], number[]] = [[0], [0]];
  for (let count = 1; count <= 10; count += 1) {
    await (await desk.newChat({ ahead: false })).turn(prompt);
    through.push(memoryOf(desk.pid));
    if (count <= 3) await (await bare.newSession(place.work.repo)).turn(prompt);
    alone.push(memoryOf(bare.pid));
  }
  const [one = 0, three = 0, ten = 0, threeAlone = 0] = [through[1], through[3], through[10], alone[3]];
  return {
    "memory of one chat, Hearth and agent": mb(one),
    "  of ten ÷ of one (opencode ≤ 1.3, others ≤ 1.5)": times(ten / one),
    "  of three": mb(three),
    "  of three, bare": mb(threeAlone),
    "  of three ÷ bare": times(three / threeAlone),
  };
}

const ms = (value: number): string => (Number.isNaN(value) ? "–" : `${value.toFixed(value < 100 ? 1 : 0)} ms`);
const mb = (value: number): string => `${Math.round(value)} MB`;
const times = (value: number): string => `${value.toFixed(2)} ×`;
