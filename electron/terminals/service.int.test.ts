import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { failure } from "../../shared/errors.ts";
import { ok } from "../../shared/result.ts";
import { identify, isSameProcess } from "../lib/process-tree.ts";
import { createTerminalBench, type TerminalBench, type Window } from "../testing/terminal-bench.ts";
import { until } from "../testing/until.ts";
import { unseenColors } from "./color-answers.ts";
import { titlePauseMs } from "./title.ts";

let bench: TerminalBench;

beforeEach(() => void (bench = createTerminalBench()));
afterEach(() => bench.close());

describe("a person's terminal", () => {
  it("runs a login shell in the session's folder, takes input, tells title and exit code", async () => {
    const terminal = await bench.open();
    expect(terminal).toMatchObject({ sessionId: "s", cwd: bench.dir, owner: null, status: "running", title: "bash" });
    const window = bench.watch(terminal.id);
    bench.service.write(
      terminal.id,
      "pwd; shopt -q login_shell && echo lo''gin; echo $TERM; printf '\\033]0;a\\001b\\342\\200\\256c\\007'\r",
    );
    await window.shows(`${bench.dir}\r\n`);
    await window.shows("login\r\nxterm-256color");
    await until(() => bench.announced.at(-1)?.title === "abc", "the title");
    bench.service.write(terminal.id, "exit 7\r");
    await window.done;
    expect(window.seen.at(-1)).toEqual({ type: "exit", exitCode: 7 });
    expect(bench.announced.at(-1)).toMatchObject({ status: "exited", exitCode: 7 });
    expect(window.seen.filter((output) => output.type === "title").at(-1)).toEqual({ type: "title", title: "abc" });
  });

  it("a title set in a loop is stored and told now and then, not each time", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "for i in $(seq 5000); do printf '\\033]0;t%d\\007' $i; done; echo fin''ished\r");
    await window.shows("finished");
    const titles = () => bench.announced.map(({ title }) => title).filter((title) => /^t\d/.test(title));
    expect(titles().length).toBeLessThanOrEqual(1);
    await until(() => {
      bench.clock.advance(titlePauseMs);
      return titles().at(-1) === "t5000";
    }, "the last title");
    expect(titles().length).toBeLessThan(100);
  });

  it("S89 gives the program the environment that was prepared, and no other", async () => {
    process.env.HEARTH_CANARY = "leak";
    try {
      const terminal = await bench.open();
      const window = bench.watch(terminal.id);
      bench.service.write(terminal.id, "env; echo do''ne\r");
      await window.shows("done");
      expect(window.text()).not.toContain("HEARTH_CANARY");
      expect(window.text()).not.toMatch(/^(ELECTRON_|NODE_OPTIONS|VITEST)/m);
    } finally {
      delete process.env.HEARTH_CANARY;
    }
  });

  it("comes back after a reload: the screen first, then what follows, nothing doubled", async () => {
    const terminal = await bench.open();
    const first = bench.watch(terminal.id);
    bench.service.write(terminal.id, "for i in 1 2 3; do echo li''ne$i; done\r");
    await first.shows("line3");
    await first.detach();
    bench.service.write(terminal.id, "echo mean''while\r");
    const second = bench.watch(terminal.id);
    await second.shows("meanwhile");
    bench.service.write(terminal.id, "echo af''ter\r");
    await second.shows("after");
    expect(second.seen[0]).toMatchObject({ type: "replay", cols: 80, rows: 24 });
    for (const word of ["line1", "line3", "meanwhile", "after"]) expect(second.text().split(word).length - 1, word).toBe(1);
  });

  it("can be read by two windows, and resized", async () => {
    const terminal = await bench.open();
    const one = bench.watch(terminal.id);
    const two = bench.watch(terminal.id);
    expect(bench.service.resize(terminal.id, { cols: 101, rows: 31 })).toMatchObject({
      ok: true,
      value: { cols: 101, rows: 31 },
    });
    bench.service.write(terminal.id, "stty size\r");
    await one.shows("31 101");
    await two.shows("31 101");
  });

  it("has the size of the window that was used last, and of the other when that one closes", async () => {
    const terminal = await bench.open();
    const [one, two] = [bench.watch(terminal.id), bench.watch(terminal.id)];
    await until(() => one.seen.length > 0 && two.seen.length > 0, "both");
    const fit = (window: Window, cols: number): void =>
      void bench.service.fit(terminal.id, { ticket: window.ticket, cols, rows: 30, used: true, colors: unseenColors });
    const size = (window: Window) => window.seen.findLast((output) => output.type === "size")?.cols;
    fit(one, 150);
    fit(two, 60);
    await until(() => size(one) === 60 && size(two) === 60, "the size of the second");
    bench.service.write(terminal.id, "stty size\r", one.ticket);
    await one.shows("30 150");
    expect(size(two)).toBe(150);
    bench.service.write(terminal.id, "stty size\r", two.ticket);
    await two.shows("30 60");
    await two.detach();
    await until(() => size(one) === 150, "its own size again");
  });

  it("keeps what a shell showed when the core goes, and a new one begins under it when the person looks", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "printf '\\033[31mre''d\\033[0m\\n'\r");
    await window.shows("red");
    await bench.service.dispose();
    await window.done;
    expect(window.seen.some((output) => output.type === "exit")).toBe(false);
    bench.restart();
    const listed = (): unknown => bench.service.list("s");
    expect(listed()).toMatchObject({ value: [{ id: terminal.id, status: "exited" }] });
    expect(bench.service.write(terminal.id, "x").ok).toBe(true);
    expect(bench.service.write("term_none", "x")).toMatchObject({ error: { code: "TERMINAL_NOT_FOUND" } });

    // Who only reads begins nothing.
    const reader = bench.watch(terminal.id);
    await reader.done;
    expect(reader.seen).toMatchObject([{ type: "replay" }, { type: "exit" }]);
    expect(reader.text()).toMatch(/\u001b\[31mred/);
    expect(bench.pids.size).toBe(0);

    const windows = [bench.watch(terminal.id, { begins: true }), bench.watch(terminal.id, { begins: true })];
    for (const one of windows) await one.shows("A new one began here");
    expect(bench.pids.size).toBe(1);
    expect(windows[0]?.text()).toMatch(/\u001b\[31mred[^]*A new one began here/);
    bench.service.write(terminal.id, "echo ba''ck\r");
    for (const one of windows) await one.shows("back");
    expect(listed()).toMatchObject({ value: [{ id: terminal.id, status: "running", createdAt: terminal.createdAt }] });

    bench.service.write(terminal.id, "exit 4\r");
    await windows[0]?.done;
    const ended = bench.watch(terminal.id, { begins: true });
    await ended.done;
    expect(ended.seen.at(-1)).toEqual({ type: "exit", exitCode: 4 });
  });

  const meanwhile = [
    { what: "its terminal is closed", act: (id: string) => bench.service.close(id) },
    { what: "its session is stopped", act: () => bench.service.stopSession("s") },
    { what: "its session is deleted", act: () => Promise.resolve(bench.service.forgetSession("s")) },
    { what: "the core goes", act: () => bench.service.dispose() },
  ];
  for (const { what, act } of meanwhile)
    it(`a lost shell doesn't begin anew where ${what} meanwhile`, async () => {
      const terminal = await bench.open();
      await bench.service.dispose();
      const before = { ...bench.deps };
      const gate = Promise.withResolvers<undefined>();
      const asked = Promise.withResolvers<undefined>();
      bench.deps.shellEnv = async (projectId) => {
        asked.resolve(undefined);
        await gate.promise;
        return before.shellEnv(projectId);
      };
      bench.restart();
      const window = bench.watch(terminal.id, { begins: true });
      await asked.promise;
      await act(terminal.id);
      gate.resolve(undefined);
      let isDone = false;
      void window.done.then(() => (isDone = true));
      await until(() => isDone || bench.pids.size > 0, "an end");
      expect(bench.pids.size).toBe(0);
      expect(bench.service.processes()).toEqual([]);
    });

  it("says in the tab why a lost shell can't begin anew, and begins when it can", async () => {
    const terminal = await bench.open();
    await bench.service.dispose();
    const before = { ...bench.deps };
    bench.deps.placeOf = () => Promise.resolve(failure("WORKING_COPY_MISSING", "The folder is \u001b[31mgone"));
    bench.restart();
    const window = bench.watch(terminal.id, { begins: true });
    await window.done;
    expect(window.text()).toMatch(/No new one began: The folder is (?:\[31m)?gone —/);
    bench.deps.placeOf = (sessionId) => before.placeOf(sessionId);
    bench.restart();
    await bench.watch(terminal.id, { begins: true }).shows("A new one began here");
  });

  it("keeps nothing of a session that is deleted", async () => {
    const terminal = await bench.open();
    await bench.service.stopSession("s");
    expect(bench.service.list("s")).toMatchObject({ value: [{ id: terminal.id, status: "exited" }] });
    bench.service.forgetSession("s");
    expect(bench.service.list("s")).toEqual({ ok: true, value: [] });
    expect(bench.deps.repository.screen(terminal.id)).toBe("");
    expect(bench.removed).toEqual([terminal.id]);
  });

  it("R104 keeps what a shell shows now and then, for a core that is killed", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "echo ke''pt\r");
    await window.shows("kept");
    await until(() => {
      bench.clock.advance(5_000);
      return bench.deps.repository.screen(terminal.id).includes("kept\r\n");
    }, "the screen in the store");
    const killed = bench.service;
    bench.restart();
    expect(bench.deps.repository.isLost(terminal.id)).toBe(true);
    await killed.dispose();
  });

  it("R104 what a killed core left running is shown as ended, and not started again", () => {
    bench.deps.repository.add(
      {
        id: "term_lost",
        sessionId: "s",
        title: "bash",
        cwd: bench.dir,
        cols: 80,
        rows: 24,
        owner: null,
        status: "running",
        exitCode: null,
        agent: null,
        createdAt: new Date(0).toISOString(),
      },
      false,
      () => {},
    );
    bench.restart();
    expect(bench.service.list("s")).toMatchObject({ value: [{ id: "term_lost", status: "exited", exitCode: null }] });
    expect(bench.pids.size).toBe(0);
  });
});

describe("replay safety", () => {
  it("S45 a replay holds nothing that a terminal would answer, nor any OSC", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    const queries = [
      "[21t",
      "[18t",
      "[c",
      "[>c",
      "[5n",
      "[6n",
      "[?6n",
      'P$q\\"p\\033\\\\',
      "]10;?\\007",
      "]11;?\\007",
      "]4;1;?\\007",
      "]52;c;?\\007",
      "]52;c;aGk=\\007",
      "Z",
    ];
    bench.service.write(
      terminal.id,
      `stty -echo; printf '%b' '${queries.map((query) => `\\033${query}`).join("")}\\005'; echo e''nd\r`,
    );
    await window.shows("end\r\n");
    expect(window.text()).toContain("\u001b[21t");
    expect(window.text()).toContain("\u001b]52;c;?");
    await window.detach();
    const after = bench.watch(terminal.id);
    await until(() => after.seen.length > 0, "the replay");
    const [replay] = after.seen;
    // What was typed is on the screen as text; what must not come back is the sequences themselves.
    expect(replay?.type === "replay" && replay.data).toMatch(/end/);
    expect(after.text()).not.toMatch(/\u001b\]|\u001bP|\u001b_|\u001bZ|\u0005|\u0007|\u009b|\u001b\[[>?]?[\d;]*[cntq]/);
  });
});

describe("what a program asks its terminal", () => {
  const probe = `
    process.stdin.setRawMode(true);
    let got = "";
    process.stdin.on("data", (chunk) => {
      got += chunk;
      if (!got.includes("?1;2c")) return;
      require("node:fs").writeFileSync("answers", got);
      process.exit(0);
    });
    process.stdout.write("\\x1b[6n\\x1b]11;?\\x07\\x1b]4;1;?\\x07\\x1b[c");`;

  it.each([0, 2])("S45 is answered once, in its order, with %i windows", async (windows) => {
    writeFileSync(path.join(bench.dir, "probe.cjs"), probe);
    const terminal = await bench.open();
    const open = Array.from({ length: windows }, () => bench.watch(terminal.id));
    bench.service.write(terminal.id, `'${process.execPath}' probe.cjs\r`);
    const file = path.join(bench.dir, "answers");
    const answers = await until(() => existsSync(file) && readFileSync(file, "utf8"), "the answers");
    expect(answers).toMatch(/^\u001b\[\d+;\d+R\u001b\]11;rgb:[^R]+\u001b\]4;1;rgb:[^R]+\u001b\[\?1;2c$/);
    await Promise.all(open.map((window) => window.detach()));
  });
});

describe("ends", () => {
  it("close ends the shell with all that it started, and forgets it", async () => {
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    bench.service.write(terminal.id, "sleep 1000 & (trap '' HUP TERM; sleep 1000) & echo p''ids $! $(jobs -p | head -1)\r");
    const match = await until(() => /pids (\d+) (\d+)/.exec(window.text()), "the pids");
    const children = [Number(match[1]), Number(match[2])].map(identify);
    expect(children.every(isSameProcess)).toBe(true);
    expect(await bench.service.close(terminal.id)).toMatchObject({ ok: true });
    expect(children.some(isSameProcess)).toBe(false);
    expect(bench.pids.size).toBe(0);
    expect(bench.removed).toEqual([terminal.id]);
    expect(bench.service.list("s")).toEqual({ ok: true, value: [] });
    expect(await bench.service.close(terminal.id)).toMatchObject({ error: { code: "TERMINAL_NOT_FOUND" } });
  });

  it("R106 says what is wrong with a folder, a shell, a session; a shell that exits at once just exits", async () => {
    bench.deps.placeOf = () => Promise.resolve(ok({ projectId: "p", cwd: path.join(bench.dir, "gone") }));
    expect(await bench.service.open("s", { cols: 80, rows: 24 })).toMatchObject({
      error: { code: "TERMINAL_FAILED", message: expect.stringContaining("gone is not there") },
    });
    bench.deps.placeOf = () => Promise.resolve(ok({ projectId: "p", cwd: bench.dir }));
    bench.deps.shell = () => "/no/such/shell";
    expect(await bench.service.open("s", { cols: 80, rows: 24 })).toMatchObject({
      error: { code: "TERMINAL_FAILED", message: expect.stringContaining("/no/such/shell") },
    });
    expect(bench.service.list("s")).toEqual({ ok: true, value: [] });
    bench.deps.shell = () => "/bin/false";
    const terminal = await bench.open();
    const window = bench.watch(terminal.id);
    await window.done;
    expect(window.seen.at(-1)).toEqual({ type: "exit", exitCode: 1 });
    expect(bench.pids.size).toBe(0);
    expect(bench.service.list("other")).toMatchObject({ error: { code: "SESSION_NOT_FOUND" } });
  });
});
