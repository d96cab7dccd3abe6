import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { RunEvent } from "../../shared/run-event.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { endWithUs } from "./end-with-us.ts";
import { built } from "../../electron/testing/built.ts";
import { until } from "../../electron/testing/until.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** A running Hearth and its API, as an outside program sees them. */
export type Host = {
  url: string;
  token: string;
  pid: number;
  /** A signed-in address for a browser. */
  signInUrl(): Promise<string>;
  api<T>(method: string, route: string, body?: unknown): Promise<T>;
  /** Whether the process has ended; `code` null when by a signal. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  stderr(): string;
};

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  constructor(body: { code: string; status: number; message: string; data: Record<string, unknown> | null }) {
    super(`${body.code}: ${body.message}`);
    this.code = body.code;
    this.status = body.status;
    this.data = body.data;
  }
}

/** Starts a host: `hearth serve --json` as it is shipped, or, from the sources, one that crashes at a labelled step. */
export async function startHost(options: { env: Record<string, string>; crashAt?: string }): Promise<Host> {
  const { env, crashAt } = options;
  const script = crashAt === undefined ? [built("cli.js"), "serve", "--json"] : [path.join(root, "tests/kit/crashing-host.ts")];
  const child = spawn(process.execPath, script, {
    cwd: root,
    env: { ...env, ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  const died = ended.then(() => Promise.reject(new Error(`The host ended: ${stderr}`)));
  died.catch(() => {
    // Only who waits for its first line wants to know.
  });
  await Promise.race([until(() => stdout.includes("\n"), "the host's first line", 90_000), died]).catch((error: unknown) => {
    // Nobody gets a handle to it.
    child.kill("SIGKILL");
    throw error;
  });
  const { url, token, pid } = JSON.parse(stdout.slice(0, stdout.indexOf("\n"))) as { url: string; token: string; pid: number };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  async function api<T>(method: string, route: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/api/v1${route}`, {
      method,
      headers,
      ...(method === "GET" || method === "DELETE" ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const parsed: unknown = await answer.json();
    if (!answer.ok) throw new ApiError(parsed as ConstructorParameters<typeof ApiError>[0]);
    return parsed as T;
  }

  return {
    url,
    token,
    pid,
    api,
    ended,
    async signInUrl() {
      const answer = await fetch(`${url}/auth/code`, { method: "POST", headers, body: "{}" });
      return ((await answer.json()) as { url: string }).url;
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    stderr: () => stderr,
  };
}

/** A run's events from the SSE stream, until its end or until `enough` says so. */
export async function readStream(
  host: Host,
  runId: string,
  enough: (event: RunEvent) => boolean = () => false,
  after = 0,
): Promise<RunEvent[]> {
  const answer = await fetch(`${host.url}/api/v1/runs/${runId}/stream?after=${after}`, {
    headers: { authorization: `Bearer ${host.token}` },
  });
  const events: RunEvent[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      const kind = /^event: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (!data || kind === "done") continue;
      const event = JSON.parse(data) as RunEvent;
      events.push(event);
      // Leaving the loop cancels the body, which closes the connection.
      if (enough(event)) return events;
    }
  }
  return events;
}

export function runEnded(host: Host, runId: string): Promise<Run> {
  return until(
    async () => {
      const run = await host.api<Run>("GET", `/runs/${runId}`);
      return run.endedAt === null ? null : run;
    },
    "the run's end",
    60_000,
  );
}

/** Live processes whose environment names this home folder: what a host in it started, however deep. */
export function processesOf(home: string): { pid: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const env = readFileSync(`/proc/${name}/environ`, "latin1").split("\0");
        if (!env.includes(`HOME=${home}`)) return [];
        const state = readFileSync(`/proc/${name}/stat`, "latin1").split(") ")[1]?.[0];
        const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ").trim();
        return state === "Z" ? [] : [{ pid: Number(name), command }];
      } catch {
        return []; // It ended while it was being looked at.
      }
    });
}
