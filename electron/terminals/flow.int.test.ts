import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTerminalBench, type TerminalBench } from "../testing/terminal-bench.ts";
import { until } from "../testing/until.ts";
import { asleepMs } from "./flow.ts";
import { windowChars } from "./readers.ts";

let bench: TerminalBench;

beforeEach(() => void (bench = createTerminalBench()));
afterEach(() => bench.close());

/** Lines of which none may be left out, as each remembers where the cursor is. */
const odd = (count: number): string => `seq -f $'\\e[s%.0f' 1 ${count}`;

describe("flow", () => {
  it("R101 of plain lines that nobody would see most are not sent, and the end is whole", async () => {
    const terminal = await bench.open();
    const slow = bench.watch(terminal.id, { acknowledges: false });
    bench.service.write(terminal.id, "seq 1 1000000; touch fini''shed\r");
    await until(() => existsSync(path.join(bench.dir, "finished")), "the end, which nobody held up");
    let drawn = 0;
    await until(() => {
      const now = slow.text().length;
      bench.service.acknowledge(terminal.id, slow.ticket, now - drawn);
      drawn = now;
      return slow.text().includes("\r\n1000000\r\n");
    }, "the last line");
    expect(drawn).toBeLessThan(3 * windowChars);
    const tail = Array.from({ length: 5_100 }, (_, at) => `${994_901 + at}\r\n`).join("");
    expect(slow.text()).toContain(tail);
  });

  it("R101 a window that sleeps holds its program for a moment only, and is shown the screen when it wakes", async () => {
    const terminal = await bench.open();
    const asleep = bench.watch(terminal.id, { acknowledges: false });
    bench.service.write(terminal.id, `${odd(400_000)}; touch fini''shed\r`);
    await until(() => asleep.text().length > windowChars / 2, "the mark");
    expect(existsSync(path.join(bench.dir, "finished"))).toBe(false);
    await until(() => {
      bench.clock.advance(asleepMs);
      return existsSync(path.join(bench.dir, "finished"));
    }, "the end of the program");
    bench.service.acknowledge(terminal.id, asleep.ticket, asleep.text().length);
    // What the terminal hadn't told yet when the program ended comes after the screen.
    await until(() => {
      const shown = asleep.seen.findLastIndex((output) => output.type === "replay");
      return shown > 0 && asleep.textFrom(shown).includes("400000");
    }, "the screen");
  });

  it("R101 holds a flood at the mark, lets Ctrl-C through, and goes on when acknowledged", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id, { acknowledges: false });
    bench.service.write(terminal.id, "yes $'\\e[sy'\r");
    await until(() => window.text().length > windowChars / 2, "the mark");
    expect(window.text().length).toBeLessThan(windowChars + 200_000);
    bench.service.write(terminal.id, "\u0003");
    let drawn = 0;
    const draw = (): boolean => {
      const now = window.text().length;
      bench.service.acknowledge(terminal.id, window.ticket, now - drawn);
      drawn = now;
      return true;
    };
    await until(() => draw() && window.text().includes("^C"), "the interrupt");
    // The shell throws away what is typed while it handles the interrupt; its prompt says that it is done.
    await until(() => draw() && /\^C[^^]*[$#] $/.test(window.text()), "the prompt");
    bench.service.write(terminal.id, "echo ba''ck\r");
    await until(() => draw() && window.text().includes("back\r\n"), "the shell after the flood");
  });

  it("R102 a flood that nobody reads runs to its end, and the tail is kept", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id, { acknowledges: false });
    bench.service.write(terminal.id, `${odd(400_000)}; echo fini''shed\r`);
    await until(() => window.text().length > windowChars / 2, "the mark");
    await window.detach();
    const later = await until(async () => {
      const again = bench.watch(terminal.id);
      await until(() => again.seen.length > 0, "a replay");
      if (again.text().includes("finished")) return again;
      await again.detach();
      return null;
    }, "the end of the flood");
    expect(later.text()).toContain("400000\r\n");
    expect(later.text()).not.toContain("\r\n100000\r\n");
  });
});
