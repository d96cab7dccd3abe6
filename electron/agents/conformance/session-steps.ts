import type { Ways } from "../ways.ts";
import type { Bench } from "./bench.ts";
import { editOf, greeting, layGreeting } from "./edit-steps.ts";
import { no, saysNothing, untried, yes, type Outcome, type Step } from "./step.ts";
import { newWord } from "./words.ts";

async function handshake(bench: Bench): Promise<Outcome> {
  const opened = await bench.open();
  if (!opened.ok) return no(opened.error.message);
  const version = bench.told.report?.version;
  return yes(version ? `It opened a session; it says that it is version ${version}` : "It opened a session; it tells no version");
}

/** Words in one session while the other, in another folder, edits a file: neither may hear or touch what is the other's. */
async function sideBySide(bench: Bench): Promise<Outcome> {
  const opened = [await bench.open(), await bench.open("beside")];
  const pids = opened.map((one) => (one.ok ? one.value.pid : undefined));
  const failed = opened.find((one) => !one.ok);
  if (failed && !failed.ok) return no(`Its process opened no second session: ${failed.error.message}`);
  if (pids[0] === null || pids[0] !== pids[1]) return untried("Its sessions weren't in one process");
  layGreeting(bench, "work");
  layGreeting(bench, "beside");
  const word = newWord();
  const [said, edited] = await Promise.all([
    bench.turn(bench.words.say(word), { place: "work" }),
    bench.turn(bench.words.edit(greeting, "old", "other"), { place: "beside", answering: editOf(bench, "allow", "beside") }),
  ]);
  if (!said.ok) return no(`A turn beside another failed: ${said.error.message}`);
  if (!edited.ok) return no(`A turn beside another failed: ${edited.error.message}`);
  if (edited.value.text.includes(word)) return no("One session heard the other's words");
  if (bench.read(greeting, "work")?.includes("other")) return no("One session changed the other's files");
  if (!said.value.text.includes(word)) return no("One session's words didn't reach it while the other worked");
  return bench.read(greeting, "beside")?.includes("other")
    ? yes("Two turns at once kept their words, files and requests apart")
    : untried("The second session changed nothing");
}

async function restore(bench: Bench, way: Ways["restore"][number], offered: boolean): Promise<Outcome> {
  if (!offered) return untried("It doesn't offer it");
  if (!bench.remembered?.recalled) return untried("It doesn't recall what it is told even while it runs");
  const { word } = bench.remembered;
  const before = await bench.open();
  if (!before.ok) return untried(before.error.message);
  await bench.kill(before.value);
  bench.restoreBy(way);
  try {
    const opened = await bench.open();
    if (!opened.ok) return untried(opened.error.message);
    if (opened.value.how === "memory-lost" || opened.value.how === "new")
      return no("It refused the session, and began a new one");
    const turn = await bench.turn(bench.words.recall);
    if (!turn.ok) return untried(turn.error.message);
    return turn.value.text.includes(word)
      ? yes("Its process was ended; another one knew what it had been told")
      : no("Its session came back without its memory");
  } finally {
    bench.restoreBy("resume", "load");
  }
}

export const handshakeStep: Step = {
  id: "handshake",
  label: "Starts and opens a session",
  advertised: saysNothing,
  attempt: handshake,
  hearth: { yes: "Keeps it running between turns", no: "Can’t use it, and says why", untried: "–" },
};

export const sessionSteps: readonly Step[] = [
  {
    id: "side-by-side",
    label: "Two sessions in one process",
    advertised: saysNothing,
    attempt: sideBySide,
    hearth: {
      yes: "Starts one process for all chats",
      no: "Starts a process for each chat",
      untried: "Does what is known of it: one for all, or one for each chat",
    },
  },
  {
    id: "resume",
    label: "Comes back after its process has ended",
    advertised: ({ report }) => report?.capabilities.resume ?? null,
    attempt: (bench) => restore(bench, "resume", bench.told.report?.capabilities.resume ?? false),
    hearth: {
      yes: "Resumes its session",
      no: "Takes another way where there is one, else says that its memory is lost",
      untried: "Resumes its session where it offers that",
    },
  },
  {
    id: "load",
    label: "Comes back by telling its history again",
    advertised: ({ report }) => report?.capabilities.replay ?? null,
    attempt: (bench) => restore(bench, "load", bench.told.report?.capabilities.replay ?? false),
    hearth: {
      yes: "Loads its session where it can’t be resumed",
      no: "Takes another way where there is one, else says that its memory is lost",
      untried: "Loads its session where it offers that",
    },
  },
];
