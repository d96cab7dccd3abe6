import type { Bench, Turn } from "./bench.ts";
import { commandOf, editOf, greeting, layGreeting } from "./edit-steps.ts";
import { no, saysNothing, untried, yes, type Outcome, type Step } from "./step.ts";
import { newWord } from "./words.ts";

const beats = "beats.txt";
const beating = `for i in $(seq 300); do echo $i > ${beats}; sleep 0.2; done`;
/** As long as several beats. */
const restMs = 1500;

/** Stops the turn as a person does, and as Hearth does when that isn't heard; null where it has ended before. */
async function stop(bench: Bench, { handle, ended }: Turn): Promise<{ inMs: number | null; reason: string }> {
  const before = bench.monotonic;
  await handle.cancel();
  const end = await bench.within(ended, bench.stopMs);
  if (!end) await handle.kill();
  return { inMs: end && Math.round(bench.monotonic - before), reason: end?.ok ? end.value.reason : "failed" };
}

/** Lets a turn of words begin, and stops it; null where there was nothing to stop. */
async function stopTalk(bench: Bench): Promise<{ inMs: number | null; reason: string } | Outcome> {
  const begun = await bench.begin(bench.words.talk);
  if (!begun.ok) return no(begun.error.message);
  const { host, ended } = begun.value;
  const first = await Promise.race([host.until(({ text }) => text.trim() !== "").then(() => "words" as const), ended]);
  if (first !== "words") return first.ok ? untried("Its turn was over before it could be stopped") : no(first.error.message);
  return stop(bench, begun.value);
}

async function stopText(bench: Bench): Promise<Outcome> {
  const stopped = await stopTalk(bench);
  if ("truth" in stopped) return stopped;
  if (stopped.inMs === null) return no(`It went on for ${bench.stopMs / 1000} s after Stop`);
  return stopped.reason === "cancelled"
    ? yes(`It stopped in ${stopped.inMs} ms`)
    : yes(`Its turn ended (${stopped.reason}) in ${stopped.inMs} ms`);
}

async function promptAfterStop(bench: Bench): Promise<Outcome> {
  const stopped = await stopTalk(bench);
  if ("truth" in stopped) return stopped.truth === "no" ? untried(stopped.evidence) : stopped;
  if (stopped.inMs === null) return untried("It doesn't stop");
  const word = newWord();
  const turn = await bench.turn(bench.words.say(word));
  if (!turn.ok) return no(`The prompt right after Stop failed: ${turn.error.message}`);
  return turn.value.text.includes(word)
    ? yes("The prompt right after Stop was answered")
    : no("The prompt right after Stop got no answer of its own");
}

async function stopTool(bench: Bench): Promise<Outcome> {
  const begun = await bench.begin(bench.words.run(beating), { answering: commandOf(bench, beating, "allow") });
  if (!begun.ok) return no(begun.error.message);
  const { handle, ended } = begun.value;
  const runs = bench.holds(() => bench.read(beats) !== null, bench.stopMs * 4);
  const first = await Promise.race([runs, ended]);
  if (first !== true) {
    await stop(bench, begun.value);
    return untried("It didn't run the command");
  }
  const stopped = await stop(bench, begun.value);
  if (stopped.inMs === null) return no(`It went on for ${bench.stopMs / 1000} s after Stop`);
  if (await comesToRest(bench)) return yes(`The turn and its command were stopped in ${stopped.inMs} ms`);
  await handle.kill();
  return no("Its turn ended, and the command went on");
}

/** Whether the command's file stays as it is; one that is in the middle of a beat may still do that. */
async function comesToRest(bench: Bench): Promise<boolean> {
  for (let at = 0; at < 3; at += 1) {
    const last = bench.read(beats);
    if (!(await bench.holds(() => bench.read(beats) !== last, restMs))) return true;
  }
  return false;
}

async function stopPermission(bench: Bench): Promise<Outcome> {
  layGreeting(bench);
  const begun = await bench.begin(bench.words.edit(greeting, "hello", "goodbye"), { answering: editOf(bench, "hold") });
  if (!begun.ok) return no(begun.error.message);
  const { host, ended } = begun.value;
  const first = await Promise.race([host.until(({ asks }) => asks > 0).then(() => "asked" as const), ended]);
  if (first !== "asked") return first.ok ? untried("It asked for nothing") : no(first.error.message);
  const stopped = await stop(bench, begun.value);
  if (bench.read(greeting)?.includes("goodbye")) return no("It changed the file after Stop");
  if (stopped.inMs === null) return no(`It went on for ${bench.stopMs / 1000} s after Stop`);
  return yes(`Its turn ended (${stopped.reason}) in ${stopped.inMs} ms, and the file stayed as it was`);
}

const endsIt = "Ends its process where it isn’t heard, and resumes the session";

export const stopSteps: readonly Step[] = [
  {
    id: "stop-text",
    label: "Stop while it talks",
    advertised: saysNothing,
    attempt: stopText,
    hearth: { yes: "Tells it to stop", no: endsIt, untried: endsIt },
  },
  {
    id: "prompt-after-stop",
    label: "A prompt right after Stop",
    advertised: saysNothing,
    attempt: promptAfterStop,
    hearth: {
      yes: "Sends the next prompt at once",
      no: "Sends it all the same; a turn that stays silent says so",
      untried: "Sends the next prompt at once",
    },
  },
  {
    id: "stop-tool",
    label: "Stop while a command runs",
    advertised: saysNothing,
    attempt: stopTool,
    hearth: { yes: "Tells it to stop", no: "Tells it to stop; a command of its own may go on", untried: endsIt },
  },
  {
    id: "stop-permission",
    label: "Stop while it asks",
    advertised: saysNothing,
    attempt: stopPermission,
    hearth: { yes: "Takes the request back and tells it to stop", no: endsIt, untried: endsIt },
  },
];
