import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import type { PermissionAction } from "../../../../shared/run-event.ts";
import type { Clock } from "../../../lib/clock.ts";
import { fault } from "../fault.ts";
import { permit } from "../permit.ts";
import { placeOf } from "../place.ts";
import type { Tool, ToolCallContext, ToolOutcome } from "../tool.ts";
import { plainOutput } from "./plain-output.ts";

const input = z.object({
  command: z.string().min(1).max(20_000),
  cwd: z.string().optional().describe("folder, default: the project's"),
  timeout: z.number().min(1).max(3_600).optional().describe("seconds, default 120"),
  background: z.boolean().optional().describe("go on meanwhile, as a job"),
});
type Input = z.infer<typeof input>;

const defaultSeconds = 120;
/** Of what it prints, the end is kept. */
const maxBytes = 1024 * 1024;
const shell =
  process.platform === "win32" ? { program: "cmd.exe", args: ["/d", "/s", "/c"] } : { program: "/bin/sh", args: ["-c"] };
/** On a terminal some would wait for a key at the end of each page. */
const env = { PAGER: "cat", GIT_PAGER: "cat" };

export function runCommand({ clock }: { clock: Clock }): Tool<Input> {
  return {
    name: "run_command",
    description:
      "Runs a shell command in a terminal that the person sees, and answers with what it printed. It can't be typed into.",
    shortDescription: "Run a shell command.",
    input,
    kind: "execute",
    readsOnly: false,
    modes: ["code"],
    title: ({ command }) => command.split("\n")[0] ?? "",
    run: (asked, call) => run(asked, call, clock),
  };
}

async function run(
  { command, cwd, timeout = defaultSeconds, background }: Input,
  call: ToolCallContext,
  clock: Clock,
): Promise<ToolOutcome> {
  const place = await placeOf(call, cwd ?? call.folder);
  if (!place.ok) return place;
  if (!place.value.exists) return fault("EXECUTION_FAILED", `The folder ${cwd ?? call.folder} isn't there.`, { fields: ["cwd"] });
  const { absolute } = place.value;
  const quietSettings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const action: PermissionAction = { kind: "execute", command, cwd: absolute, quietSettings };
  const permitted = await permit(call, command, action);
  if (!permitted.ok) return permitted;
  const { terminals } = call.host;
  const created = await terminals.create({
    command: shell.program,
    args: [...shell.args, command],
    cwd: absolute,
    env,
    maxBytes,
  });
  if (!created.ok) return fault("EXECUTION_FAILED", created.error.message);
  const terminalId = created.value;
  call.show({ terminal: terminalId });
  if (background && !call.signal.aborted) {
    const id = call.jobs.add(terminals, terminalId, command, clock.monotonic());
    return ok({ text: `It runs as ${id}. view_output {"id":"${id}"} shows what it printed, with "stop":true it ends.` });
  }
  try {
    const end = await endOf(call, terminalId, timeout * 1_000, clock);
    if (end !== "ended") await terminals.kill(terminalId);
    return outcomeOf(call, terminalId, end, timeout);
  } finally {
    await terminals.release(terminalId);
  }
}

type End = "ended" | "late" | "stopped";

async function endOf({ host, signal }: ToolCallContext, terminalId: string, ms: number, clock: Clock): Promise<End> {
  let release = (): void => {};
  const cut = new Promise<End>((resolve) => {
    const onAbort = (): void => resolve("stopped");
    const cancel = clock.after(ms, () => resolve("late"));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    release = () => {
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
  });
  try {
    return await Promise.race([cut, host.terminals.waitForExit(terminalId).then((): End => "ended")]);
  } finally {
    release();
  }
}

function outcomeOf({ host }: ToolCallContext, terminalId: string, end: End, seconds: number): ToolOutcome {
  const output = host.terminals.output(terminalId);
  const printed = plainOutput(output?.text ?? "");
  const text = `${output?.truncated ? "[Its beginning is lost.]\n" : ""}${printed === "" ? "[It printed nothing.]" : printed}`;
  const shown = { output: printed, terminal: terminalId };
  const failed = (code: "CANCELLED" | "TIMED_OUT" | "EXECUTION_FAILED", message: string, ending = {}): ToolOutcome => ({
    ok: false,
    error: { code, message, attached: text, shown: { ...shown, ending } },
  });
  if (end === "stopped") return failed("CANCELLED", "Stopped");
  if (end === "late") return failed("TIMED_OUT", `It was ended after ${seconds} s.`, { timedOut: true });
  const exit = output?.exit;
  if (exit?.code === 0) return ok({ text, shown });
  if (exit?.code === null || exit?.code === undefined)
    return failed("EXECUTION_FAILED", `It was ended by ${exit?.signal ?? "a signal"}.`);
  return failed("EXECUTION_FAILED", `It ended with exit code ${exit.code}.`, { exitCode: exit.code });
}
