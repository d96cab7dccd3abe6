import type { PracticeTurn } from "./turn.ts";
import { done, failed, start } from "./files.ts";

/** Runs a shell line in a terminal of the client, which the person sees; asks first, in every mode. */
export async function runCommand(turn: PracticeTurn, line: string): Promise<void> {
  const [command, ...args] = process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", line] : ["/bin/sh", "-c", line];
  const cwd = turn.memory.cwd;
  const shown = { title: line, kind: "execute" as const, rawInput: { command, args, cwd } };
  const toolCallId = await start(turn, "execute", line, shown);
  if (!turn.capabilities.terminal) return failed(turn, toolCallId, "This client offers no terminals");
  if (!(await turn.permitted({ toolCallId, ...shown }))) return failed(turn, toolCallId, "Rejected");
  await using terminal = await turn.untilCancelled(
    turn.client.createTerminal({ sessionId: turn.memory.sessionId, command, args, cwd, outputByteLimit: 64 * 1024 }),
  );
  await turn.send({ sessionUpdate: "tool_call_update", toolCallId, content: [{ type: "terminal", terminalId: terminal.id }] });
  const exit = await turn.untilCancelled(terminal.waitForExit());
  const { output, truncated } = await terminal.currentOutput();
  const code = exit.exitCode ?? null;
  const rawOutput = { output, truncated, exitCode: code, signal: exit.signal ?? null };
  if (code === 0) return done(turn, toolCallId, { rawOutput });
  await turn.send({ sessionUpdate: "tool_call_update", toolCallId, status: "failed", rawOutput });
  await turn.say(`\`${line}\` ended with ${code === null ? (exit.signal ?? "a signal") : `code ${code}`}.\n`);
}
