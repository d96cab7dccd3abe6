import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "../../shared/result.ts";
import type { AgentTerminals } from "../agents/port.ts";
import { identify, isSameProcess } from "../lib/process-tree.ts";
import { createTerminalBench, type TerminalBench } from "../testing/terminal-bench.ts";
import { until } from "../testing/until.ts";
import { SessionTerminals, type SessionTerminalsDeps } from "./agent-terminals.ts";

let bench: TerminalBench;
const unconfined: SessionTerminalsDeps["confine"] = async ([command = "", ...args]) =>
  ok({ command, args, note: null, refused: async () => [] });

beforeEach(() => void (bench = createTerminalBench()));
afterEach(() => bench.close());

describe("an agent's terminal", () => {
  const agent = (): AgentTerminals =>
    new SessionTerminals({ ...bench.deps, service: bench.service, sessionId: "s", agentId: "practice", confine: unconfined });
  const run = (command: string, args: string[], maxBytes = 100_000) =>
    agent().create({ command, args, cwd: bench.dir, env: { X: "y" }, maxBytes });

  it("runs the arguments as they are, without a shell, where the person sees them", async () => {
    const terminals = agent();
    const created = await terminals.create({
      command: "printf",
      args: ["%s|", "$HOME", "a b", "; ls"],
      cwd: bench.dir,
      env: {},
      maxBytes: 1000,
    });
    if (!created.ok) throw new Error(created.error.message);
    const [listed] = bench.service.listAll();
    expect(listed).toMatchObject({ id: created.value, owner: "practice", title: "printf %s| $HOME a b ; ls" });
    expect(await terminals.waitForExit(created.value)).toEqual({ code: 0, signal: null });
    expect(terminals.output(created.value)).toEqual({
      text: "$HOME|a b|; ls|",
      truncated: false,
      exit: { code: 0, signal: null },
    });
    expect(bench.service.listAll()).toHaveLength(1);
    await terminals.release(created.value);
    expect(bench.service.listAll()).toEqual([]);
    expect(terminals.output(created.value)).toBeNull();
    const later = bench.watch(created.value);
    await later.done;
    expect(later.text()).toContain("$HOME|a b|; ls|");
  });

  it("keeps the end of a long output, cut between characters, though a window stopped drawing", async () => {
    const terminals = agent();
    const created = await terminals.create({
      command: "sh",
      args: ["-c", "read go; seq -f '\u001b[s%.0f' 1 300000; printf 'éé😀'; exit 3"],
      cwd: bench.dir,
      env: {},
      maxBytes: 7,
    });
    if (!created.ok) throw new Error(created.error.message);
    const window = bench.watch(created.value, { acknowledges: false });
    bench.service.write(created.value, "\r");
    expect(await terminals.waitForExit(created.value)).toEqual({ code: 3, signal: null });
    expect(terminals.output(created.value)).toMatchObject({ text: "é😀", truncated: true });
    await window.done;
    expect(window.seen.at(-2)?.type).toBe("replay");
    expect(window.text()).toContain("éé😀");
  });

  it("is killed with its children, and tells the signal", async () => {
    const terminals = agent();
    const created = await terminals.create({ command: "sleep", args: ["1000"], cwd: bench.dir, env: {}, maxBytes: 1000 });
    if (!created.ok) throw new Error(created.error.message);
    await terminals.kill(created.value);
    expect((await terminals.waitForExit(created.value))?.signal).toMatch(/^SIG(HUP|TERM)$/);
    expect(bench.pids.size).toBe(0);
  });

  it.each([
    ["while it runs", false],
    ["after its own end", true],
  ])("R24 lets go of nothing that left its group and lost its parent: %s", async (_, ends) => {
    const terminals = agent();
    const orphaned = "(setsid sh -c 'echo pid $$; exec sleep 1000 </dev/null >/dev/null 2>&1' & ); read go";
    const created = await terminals.create({ command: "sh", args: ["-c", orphaned], cwd: bench.dir, env: {}, maxBytes: 1000 });
    if (!created.ok) throw new Error(created.error.message);
    const pid = await until(() => /pid (\d+)/.exec(terminals.output(created.value)?.text ?? "")?.[1], "the pid");
    const orphan = identify(Number(pid));
    if (ends) {
      bench.service.write(created.value, "\r");
      await terminals.waitForExit(created.value);
    }
    expect(isSameProcess(orphan)).toBe(true);
    expect(bench.pids.size).toBe(1);
    await terminals.release(created.value);
    expect(isSameProcess(orphan)).toBe(false);
    expect(bench.pids.size).toBe(0);
  });

  it("says so when there is no such program", async () => {
    expect(await run("no-such-program", [])).toMatchObject({
      ok: false,
      error: { type: "start-failed", message: expect.stringContaining("no-such-program") },
    });
    expect(bench.service.listAll()).toEqual([]);
  });
});
