import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Terminal, TerminalOutput } from "../../shared/contract/terminals.ts";
import { ok } from "../../shared/result.ts";
import { manualClock } from "../lib/clock.ts";
import { identify, isSameProcess } from "../lib/process.ts";
import { openStore, type Store } from "../store/open.ts";
import { createTerminalRepository } from "../store/terminals.ts";
import { until } from "../testing/until.ts";
import { createAgentTerminals } from "./agent-terminals.ts";
import { highChars } from "./live-terminal.ts";
import { createTerminalsService, type TerminalsDeps, type TerminalsService } from "./service.ts";

let dir: string;
let store: Store;
let service: TerminalsService;
let deps: TerminalsDeps;
let env: Record<string, string>;
let announced: Terminal[];
let removed: string[];
let pids: Set<number>;

beforeEach(() => {
  dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-term-")));
  const opened = openStore(path.join(dir, "data"), 0);
  if (!opened.ok) throw new Error(opened.error.message);
  store = opened.value;
  store.sqlite.exec(`
    INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', '', 0, 0);`);
  env = { HOME: dir, PATH: "/usr/local/bin:/usr/bin:/bin", SHELL: "/bin/bash", PS1: "$ ", HISTFILE: "/dev/null" };
  announced = [];
  removed = [];
  pids = new Set();
  deps = {
    repository: createTerminalRepository(store),
    clock: manualClock(),
    placeOf: (id) =>
      Promise.resolve(
        id === "s" ? ok({ projectId: "p", cwd: dir }) : { ok: false, error: { code: "SESSION_NOT_FOUND", message: "no" } },
      ),
    sessionExists: (id) => id === "s",
    shellEnv: () => Promise.resolve(env),
    shell: () => "/bin/bash",
    recordProcess: (pid) => void pids.add(pid),
    forgetProcess: (pid) => void pids.delete(pid),
    announce: (terminal) => void announced.push(terminal),
    announceRemoved: (id) => void removed.push(id),
  };
  service = createTerminalsService(deps);
});
afterEach(async () => {
  await service.dispose();
  expect(pids.size).toBe(0);
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(): Promise<Terminal> {
  const opened = await service.open("s", { cols: 80, rows: 24 });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** A window: gathers what it gets, and acknowledges it unless told not to. */
function watch(id: string, { acknowledges = true } = {}) {
  const abort = new AbortController();
  const seen: TerminalOutput[] = [];
  const attached = service.attach(id, abort.signal);
  if (!attached.ok) throw new Error(attached.error.message);
  const done = (async () => {
    for await (const output of attached.value) {
      seen.push(output);
      if (acknowledges && output.type === "data") service.acknowledge(id, output.data.length);
    }
  })();
  const text = (): string =>
    seen.map((output) => (output.type === "data" || output.type === "replay" ? output.data : "")).join("");
  return {
    seen,
    done,
    text,
    detach: () => {
      abort.abort();
      return done;
    },
    shows: (what: string) => until(() => text().includes(what), `${what} on the terminal`),
  };
}

describe("a person's terminal", () => {
  it("runs a login shell in the session's folder, takes input, tells title and exit code", async () => {
    const terminal = await open();
    expect(terminal).toMatchObject({ sessionId: "s", cwd: dir, owner: null, status: "running", title: "bash" });
    const window = watch(terminal.id);
    service.write(
      terminal.id,
      "pwd; shopt -q login_shell && echo lo''gin; echo $TERM; printf '\\033]0;a\\001b\\342\\200\\256c\\007'\r",
    );
    await window.shows(`${dir}\r\n`);
    await window.shows("login\r\nxterm-256color");
    await until(() => announced.at(-1)?.title === "abc", "the title");
    service.write(terminal.id, "exit 7\r");
    await window.done;
    expect(window.seen.at(-1)).toEqual({ type: "exit", exitCode: 7 });
    expect(announced.at(-1)).toMatchObject({ status: "exited", exitCode: 7 });
    expect(window.seen.filter((output) => output.type === "title").at(-1)).toEqual({ type: "title", title: "abc" });
  });

  it("S89 gives the program the environment that was prepared, and no other", async () => {
    process.env.HEARTH_CANARY = "leak";
    try {
      const terminal = await open();
      const window = watch(terminal.id);
      service.write(terminal.id, "env; echo do''ne\r");
      await window.shows("done");
      expect(window.text()).not.toContain("HEARTH_CANARY");
      expect(window.text()).not.toMatch(/^(ELECTRON_|NODE_OPTIONS|VITEST)/m);
    } finally {
      delete process.env.HEARTH_CANARY;
    }
  });

  it("comes back after a reload: the screen first, then what follows, nothing doubled", async () => {
    const terminal = await open();
    const first = watch(terminal.id);
    service.write(terminal.id, "for i in 1 2 3; do echo li''ne$i; done\r");
    await first.shows("line3");
    await first.detach();
    service.write(terminal.id, "echo mean''while\r");
    const second = watch(terminal.id);
    await second.shows("meanwhile");
    service.write(terminal.id, "echo af''ter\r");
    await second.shows("after");
    expect(second.seen[0]).toMatchObject({ type: "replay", cols: 80, rows: 24 });
    for (const word of ["line1", "line3", "meanwhile", "after"]) expect(second.text().split(word).length - 1, word).toBe(1);
  });

  it("can be read by two windows, and resized", async () => {
    const terminal = await open();
    const one = watch(terminal.id);
    const two = watch(terminal.id);
    expect(service.resize(terminal.id, { cols: 101, rows: 31 })).toMatchObject({ ok: true, value: { cols: 101, rows: 31 } });
    service.write(terminal.id, "stty size\r");
    await one.shows("31 101");
    await two.shows("31 101");
  });

  it("keeps the last screen for reading after the core has gone", async () => {
    const terminal = await open();
    const window = watch(terminal.id);
    service.write(terminal.id, "printf '\\033[31mre''d\\033[0m\\n'\r");
    await window.shows("red");
    await service.dispose();
    expect(window.seen.at(-1)).toMatchObject({ type: "exit" });
    service = createTerminalsService(deps);
    expect(service.list("s")).toMatchObject({ value: [{ id: terminal.id, status: "exited" }] });
    const later = watch(terminal.id);
    await later.done;
    expect(later.seen).toMatchObject([{ type: "replay" }, { type: "exit" }]);
    expect(later.text()).toMatch(/\u001b\[31mred/);
    expect(service.write(terminal.id, "x").ok).toBe(true);
    expect(service.write("term_none", "x")).toMatchObject({ error: { code: "TERMINAL_NOT_FOUND" } });
  });

  it("R104 what a killed core left running is shown as ended, and not started again", () => {
    deps.repository.add({
      id: "term_lost",
      sessionId: "s",
      title: "bash",
      cwd: dir,
      cols: 80,
      rows: 24,
      owner: null,
      createdAt: 0,
    });
    service = createTerminalsService(deps);
    expect(service.list("s")).toMatchObject({ value: [{ id: "term_lost", status: "exited", exitCode: null }] });
    expect(pids.size).toBe(0);
  });
});

describe("replay safety", () => {
  it("S45 a replay holds nothing that a terminal would answer, nor any OSC", async () => {
    const terminal = await open();
    const window = watch(terminal.id);
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
    service.write(
      terminal.id,
      `stty -echo; printf '%b' '${queries.map((query) => `\\033${query}`).join("")}\\005'; echo e''nd\r`,
    );
    await window.shows("end\r\n");
    expect(window.text()).toContain("\u001b[21t");
    expect(window.text()).toContain("\u001b]52;c;?");
    await window.detach();
    const after = watch(terminal.id);
    await until(() => after.seen.length > 0, "the replay");
    const [replay] = after.seen;
    // What was typed is on the screen as text; what must not come back is the sequences themselves.
    expect(replay?.type === "replay" && replay.data).toMatch(/end/);
    expect(after.text()).not.toMatch(/\u001b\]|\u001bP|\u001b_|\u001bZ|\u0005|\u0007|\u009b|\u001b\[[>?]?[\d;]*[cntq]/);
  });
});

describe("flow", () => {
  it("R101 holds a flood at the mark, lets Ctrl-C through, and goes on when acknowledged", async () => {
    const terminal = await open();
    const window = watch(terminal.id, { acknowledges: false });
    service.write(terminal.id, "yes\r");
    await until(() => window.text().length > highChars, "the mark");
    const at = window.text().length;
    expect(at).toBeLessThan(highChars + 200_000);
    service.write(terminal.id, "\u0003");
    let drawn = 0;
    const draw = (): boolean => {
      const now = window.text().length;
      service.acknowledge(terminal.id, now - drawn);
      drawn = now;
      return true;
    };
    await until(() => draw() && window.text().includes("^C"), "the interrupt");
    // The shell throws away what is typed while it handles the interrupt; its prompt says that it is done.
    await until(() => draw() && /\^C[^^]*[$#] $/.test(window.text()), "the prompt");
    service.write(terminal.id, "echo ba''ck\r");
    await until(() => draw() && window.text().includes("back\r\n"), "the shell after the flood");
  });

  it("R102 a flood that nobody reads runs to its end, and the tail is kept", async () => {
    const terminal = await open();
    const window = watch(terminal.id, { acknowledges: false });
    service.write(terminal.id, "seq 1 400000; echo fini''shed\r");
    await until(() => window.text().length > highChars, "the mark");
    await window.detach();
    const later = await until(async () => {
      const again = watch(terminal.id);
      await until(() => again.seen.length > 0, "a replay");
      if (again.text().includes("finished")) return again;
      await again.detach();
      return null;
    }, "the end of the flood");
    expect(later.text()).toContain("400000\r\n");
    expect(later.text()).not.toContain("\r\n100000\r\n");
  });
});

describe("ends", () => {
  it("close ends the shell with all that it started, and forgets it", async () => {
    const terminal = await open();
    const window = watch(terminal.id);
    service.write(terminal.id, "sleep 1000 & (trap '' HUP TERM; sleep 1000) & echo p''ids $! $(jobs -p | head -1)\r");
    const match = await until(() => /pids (\d+) (\d+)/.exec(window.text()), "the pids");
    const children = [Number(match[1]), Number(match[2])].map(identify);
    expect(children.every(isSameProcess)).toBe(true);
    expect(await service.close(terminal.id)).toMatchObject({ ok: true });
    expect(children.some(isSameProcess)).toBe(false);
    expect(pids.size).toBe(0);
    expect(removed).toEqual([terminal.id]);
    expect(service.list("s")).toEqual({ ok: true, value: [] });
    expect(await service.close(terminal.id)).toMatchObject({ error: { code: "TERMINAL_NOT_FOUND" } });
  });

  it("R106 says what is wrong with a folder, a shell, a session; a shell that exits at once just exits", async () => {
    deps.placeOf = () => Promise.resolve(ok({ projectId: "p", cwd: path.join(dir, "gone") }));
    expect(await service.open("s", { cols: 80, rows: 24 })).toMatchObject({
      error: { code: "TERMINAL_FAILED", message: expect.stringContaining("gone is not there") },
    });
    deps.placeOf = () => Promise.resolve(ok({ projectId: "p", cwd: dir }));
    deps.shell = () => "/no/such/shell";
    expect(await service.open("s", { cols: 80, rows: 24 })).toMatchObject({
      error: { code: "TERMINAL_FAILED", message: expect.stringContaining("/no/such/shell") },
    });
    expect(service.list("s")).toEqual({ ok: true, value: [] });
    deps.shell = () => "/bin/false";
    const terminal = await open();
    const window = watch(terminal.id);
    await window.done;
    expect(window.seen.at(-1)).toEqual({ type: "exit", exitCode: 1 });
    expect(pids.size).toBe(0);
    expect(service.list("other")).toMatchObject({ error: { code: "SESSION_NOT_FOUND" } });
  });
});

describe("an agent's terminal", () => {
  const agent = () => createAgentTerminals({ service, placeOf: deps.placeOf, shellEnv: deps.shellEnv }, "s", "practice");
  const run = (command: string, args: string[], maxBytes = 100_000) =>
    agent().create({ command, args, cwd: dir, env: { X: "y" }, maxBytes });

  it("runs the arguments as they are, without a shell, where the person sees them", async () => {
    const terminals = agent();
    const created = await terminals.create({
      command: "printf",
      args: ["%s|", "$HOME", "a b", "; ls"],
      cwd: dir,
      env: {},
      maxBytes: 1000,
    });
    if (!created.ok) throw new Error(created.error.message);
    const [listed] = service.listAll();
    expect(listed).toMatchObject({ id: created.value, owner: "practice", title: "printf %s| $HOME a b ; ls" });
    expect(await terminals.waitForExit(created.value)).toEqual({ code: 0, signal: null });
    expect(terminals.output(created.value)).toEqual({
      text: "$HOME|a b|; ls|",
      truncated: false,
      exit: { code: 0, signal: null },
    });
    expect(service.listAll()).toHaveLength(1);
    await terminals.release(created.value);
    expect(service.listAll()).toEqual([]);
    expect(terminals.output(created.value)).toBeNull();
    const later = watch(created.value);
    await later.done;
    expect(later.text()).toContain("$HOME|a b|; ls|");
  });

  it("keeps the end of a long output, cut between characters, though a window stopped drawing", async () => {
    const terminals = agent();
    const created = await terminals.create({
      command: "sh",
      args: ["-c", "read go; seq 1 60000; printf 'éé😀'; exit 3"],
      cwd: dir,
      env: {},
      maxBytes: 7,
    });
    if (!created.ok) throw new Error(created.error.message);
    const window = watch(created.value, { acknowledges: false });
    service.write(created.value, "\r");
    expect(await terminals.waitForExit(created.value)).toEqual({ code: 3, signal: null });
    expect(terminals.output(created.value)).toMatchObject({ text: "é😀", truncated: true });
    await window.done;
    expect(window.seen.at(-2)?.type).toBe("replay");
    expect(window.text()).toContain("éé😀");
  });

  it("is killed with its children, and tells the signal", async () => {
    const terminals = agent();
    const created = await terminals.create({ command: "sleep", args: ["1000"], cwd: dir, env: {}, maxBytes: 1000 });
    if (!created.ok) throw new Error(created.error.message);
    await terminals.kill(created.value);
    expect((await terminals.waitForExit(created.value))?.signal).toMatch(/^SIG(HUP|TERM)$/);
    expect(pids.size).toBe(0);
  });

  it("says so when there is no such program", async () => {
    expect(await run("no-such-program", [])).toMatchObject({
      ok: false,
      error: { type: "start-failed", message: expect.stringContaining("no-such-program") },
    });
    expect(service.listAll()).toEqual([]);
  });
});
