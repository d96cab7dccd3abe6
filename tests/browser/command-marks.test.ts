import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { DeskPage, Office } from "../kit/desk-page.ts";
import { bashPrompt, openBashOffice, openTerminal, withoutWebgl, type AtTerminal } from "../kit/terminal-page.ts";

describe("commands in a terminal", () => {
  let office: Office;
  let desk: DeskPage;
  let terminal: AtTerminal;

  beforeAll(async () => {
    office = await openBashOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk({ prepare: withoutWebgl });
    terminal = await openTerminal(desk.page, bashPrompt);
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  /** How each command on the screen ended, from above, in the order of their lines. */
  const marks = (): Promise<string[]> =>
    terminal.tab.locator(".command-mark").evaluateAll((all) =>
      all
        .filter((mark) => mark instanceof HTMLElement && mark.style.display !== "none" && mark.dataset["command"] !== "prompt")
        .toSorted((a, b) => a.getBoundingClientRect().y - b.getBoundingClientRect().y)
        .map((mark) => (mark as HTMLElement).dataset["command"] ?? ""),
    );
  const seesMarks = async (...wanted: string[]): Promise<void> => {
    let seen: string[] = [];
    await until(async () => {
      seen = await marks();
      if (seen.join() !== wanted.join()) throw new Error(`The marks are: ${seen.join(", ")}`);
      return true;
    }, wanted.join(", "));
  };

  it("have a mark that says how they ended, also after a reload, and keys go from one to another", async () => {
    await terminal.line("true");
    await terminal.line("sh -c 'exit 3'");
    await terminal.line("echo last-$((1 + 1))");
    await terminal.sees("last-2");
    await seesMarks("done", "failed", "done");
    const dots = terminal.tab.locator('.command-mark[data-command="failed"] > span');
    expect(await dots.getAttribute("title")).toBe("Exit code 3");
    const mark = (await dots.boundingBox())!;
    const text = await terminal.spot("exit 3");
    expect(Math.abs(mark.y + mark.height / 2 - text.y)).toBeLessThan(6);

    await desk.page.reload();
    await terminal.sees("last-2");
    await seesMarks("done", "failed", "done");
    await terminal.focus();
    await terminal.line("seq -f 'line %g' 1 200; false");
    await terminal.sees("line 200");
    await terminal.line("seq -f 'row %g' 1 200");
    await terminal.sees("row 200");

    await desk.page.keyboard.press("Control+Shift+ArrowUp");
    await terminal.sees(/^ready> seq -f 'row/);
    await desk.page.keyboard.press("Control+Shift+ArrowUp");
    await terminal.sees(/^ready> seq -f 'line/);
    await seesMarks("failed");
    await desk.page.keyboard.press("Control+Shift+ArrowDown");
    await terminal.sees(/^ready> seq -f 'row/);
    // Nothing of the keys went to the program.
    await terminal.line("echo clean-$((1 + 1))");
    await terminal.sees(/^clean-2/m);
  });

  it("S45 a program can forge a mark, and nothing more", async () => {
    await terminal.line(
      "clear; printf '\\033]133;D;<img src=x onerror=window.__pwned=1>\\a\\033]133;A\\a\\033]133;C\\a'; (exit 9)",
    );
    await terminal.sees(bashPrompt);
    await until(async () => (await marks()).includes("failed"), "the mark");
    expect(await desk.page.evaluate(() => "__pwned" in window)).toBe(false);
    await terminal.line("echo go-$((1 + 1))-on");
    await terminal.sees("go-2-on");
  });
});
