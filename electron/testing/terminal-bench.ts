import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import type { Terminal, TerminalOutput } from "../../shared/contract/terminals.ts";
import { ok } from "../../shared/result.ts";
import { ManualClock } from "../lib/clock.ts";
import { silentLog } from "../lib/log.ts";
import { openStore } from "../store/open.ts";
import { TerminalRepository } from "../store/terminals.ts";
import { TerminalsService, type TerminalsDeps } from "../terminals/service.ts";
import { until } from "./until.ts";
import { removeFolder } from "./remove-folder.ts";

/** A terminals service on a real store, whose programs run in a folder and a HOME of their own. */
export type TerminalBench = {
  service: TerminalsService;
  readonly deps: TerminalsDeps;
  readonly dir: string;
  readonly clock: ManualClock;
  readonly announced: Terminal[];
  readonly removed: string[];
  /** Programs that are on record as running. */
  readonly pids: Set<number>;
  open(): Promise<Terminal>;
  watch(id: string, options?: WatchOptions): Window;
  restart(): void;
  close(): Promise<void>;
};

/** `begins`: as a person's window, which has a lost shell begin anew. */
type WatchOptions = { acknowledges?: boolean; begins?: boolean };

/** A window on a terminal: gathers what it gets, and acknowledges it unless told not to. */
export type Window = {
  readonly ticket: string;
  readonly seen: TerminalOutput[];
  readonly done: Promise<void>;
  text(): string;
  /** The text of what it got from there on. */
  textFrom(index: number): string;
  detach(): Promise<void>;
  shows(what: string): Promise<unknown>;
};

export function createTerminalBench(): TerminalBench {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-term-")));
  const opened = openStore(path.join(dir, "data"), 0);
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.sqlite.exec(`
    INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', '', 0, 0);`);
  const env = { HOME: dir, PATH: "/usr/local/bin:/usr/bin:/bin", SHELL: "/bin/bash", HISTFILE: "/dev/null" };
  const announced: Terminal[] = [];
  const removed: string[] = [];
  const pids = new Set<number>();
  const clock = new ManualClock();
  const deps: TerminalsDeps = {
    repository: new TerminalRepository(store),
    clock,
    placeOf: (id) =>
      Promise.resolve(
        id === "s" ? ok({ projectId: "p", cwd: dir }) : { ok: false, error: { code: "SESSION_NOT_FOUND", message: "no" } },
      ),
    onQuiet: () => {},
    sessionExists: (id) => id === "s",
    shellEnv: () => Promise.resolve(env),
    shell: () => "/bin/bash",
    shellMarks: () => true,
    shellFolder: path.join(dir, "shell"),
    log: silentLog,
    recordProcess: ({ pid }) => void pids.add(pid),
    forgetProcess: ({ pid }) => void pids.delete(pid),
    announce: (terminal) => void announced.push(terminal),
    announceRemoved: (id) => void removed.push(id),
  };
  const bench: TerminalBench = {
    service: new TerminalsService(deps),
    deps,
    dir,
    clock,
    announced,
    removed,
    pids,
    async open() {
      const result = await bench.service.open("s", { cols: 80, rows: 24 });
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    },
    watch: (id, options = {}) => watch(bench.service, id, options),
    restart: () => void (bench.service = new TerminalsService(deps)),
    async close() {
      await bench.service.dispose();
      expect(pids.size).toBe(0);
      store.close();
      removeFolder(dir);
    },
  };
  return bench;
}

function watch(service: TerminalsService, id: string, { acknowledges = true, begins = false }: WatchOptions): Window {
  const abort = new AbortController();
  const seen: TerminalOutput[] = [];
  const issued = service.ticket(id);
  const ticket = issued.ok ? issued.value.ticket : "";
  const attached = service.attach(id, ticket, abort.signal, { begins });
  if (!attached.ok) throw new Error(attached.error.message);
  const done = (async () => {
    for await (const output of attached.value) {
      seen.push(output);
      if (acknowledges && output.type === "data") service.acknowledge(id, ticket, output.data.length);
    }
  })();
  const textFrom = (index: number): string =>
    seen
      .slice(index)
      .map((output) => (output.type === "data" || output.type === "replay" ? output.data : ""))
      .join("");
  const text = (): string => textFrom(0);
  return {
    ticket,
    seen,
    done,
    text,
    textFrom,
    detach() {
      abort.abort();
      return done;
    },
    shows: (what) => until(() => text().includes(what), `${what} on the terminal`),
  };
}
