import { fail, ok, type Result } from "../../../shared/result.ts";
import { maskForms } from "../../lib/known-secrets.ts";
import type { Child } from "../../lib/process.ts";
import { LineReader } from "../programs/line-reader.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart } from "../programs/agent-child.ts";
import { startProgram, type ChildLife } from "../programs/child-life.ts";
import { answerOf, openApi, within, type ServerAddress } from "./api.ts";
import { OpencodeServer } from "./server.ts";

const maxLineBytes = 64 * 1024;
const checkMs = 10_000;
const knownVersions = /^1\.(1[89]|[2-9]\d|\d{3,})\./;
const listensAt = /\blistening on (http:\/\/127\.0\.0\.1:\d+)/;

/**
 * Starts `opencode serve` and shakes hands. Its password goes only to what the child itself says it listens on, and
 * only where that turns others away.
 */
export async function connectOpencode(start: ChildStart): Promise<Result<AgentChild, AgentFailure>> {
  const started = await startProgram(start);
  if (!started.ok) return started;
  const { child, life, settled } = started.value;
  const connected = await handshake(start, child, life);
  settled();
  if (connected.ok) return connected;
  await life.stop(connected.error);
  return fail({ ...connected.error, diagnostics: { stderr: life.stderr(20), ...connected.error.diagnostics } });
}

async function handshake(start: ChildStart, child: Child, life: ChildLife): Promise<Result<AgentChild, AgentFailure>> {
  const [password] = Object.values(start.secrets);
  if (password === undefined)
    return fail({
      type: "unsupported",
      message: "Its server would be open to every program of this machine: it was given no password",
    });
  const url = await addressOf(child, life, start);
  if (!url.ok) return url;
  const address: ServerAddress = {
    url: url.value,
    authorization: `Basic ${Buffer.from(`${start.secretUser ?? ""}:${password}`).toString("base64")}`,
  };
  const mask = (text: string): string => maskForms(text, start.secretForms);
  if (await isOpen(address.url))
    return fail({
      type: "unsupported",
      message: "Its server is open to every program of this machine: this version knows no password. A newer one does.",
    });
  const api = openApi(address, mask);
  const health = await answerOf("Asking for its version", api.global.health(within(checkMs)));
  const ended = life.ended();
  if (ended) return fail(ended);
  const version = health.ok ? health.value.version : null;
  const named = version === null ? start.label : `${start.label} ${version}`;
  if (version === null || !knownVersions.test(version))
    return fail({
      type: "other-protocol",
      message: `The server of ${named} has another interface than the one that Hearth knows (of 1.18 and later).`,
    });
  const server = new OpencodeServer({ life, address, api, version, mask, start });
  const heard = await listening(server, life, start);
  return heard === null ? ok(server) : fail(heard);
}

/** Whether it lets somebody in who knows no password: an older one may know no such question, and answers all the same. */
async function isOpen(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/global/health`, { signal: AbortSignal.timeout(checkMs) });
    await answer.body?.cancel();
    return answer.status !== 401 && answer.status !== 403;
  } catch {
    return false; // It answers nobody; whether it answers who knows it is asked next.
  }
}

/** null once it hears what the server tells. */
function listening(server: OpencodeServer, life: ChildLife, { clock }: ChildStart): Promise<AgentFailure | null> {
  return new Promise((resolve) => {
    const takeBack = clock.after(checkMs, () => resolve({ type: "handshake-timeout", message: "Its server tells no events" }));
    life.onEnd(resolve);
    void server.listen().then(() => {
      takeBack();
      resolve(null);
    });
  });
}

/** Where it says that it listens, in its own output. */
function addressOf(child: Child, life: ChildLife, start: ChildStart): Promise<Result<string, AgentFailure>> {
  const { promise, resolve } = Promise.withResolvers<Result<string, AgentFailure>>();
  const lines = new LineReader({
    maxBytes: maxLineBytes,
    onLine: (line) => {
      const url = listensAt.exec(line)?.[1];
      if (url !== undefined) resolve(ok(url));
    },
    onTooLong: () => resolve(fail({ type: "protocol", message: "It printed an endless line" })),
  });
  child.stdout.on("data", (chunk: Buffer) => lines.push(chunk));
  life.onEnd((failure) => resolve(fail(failure)));
  const takeBack = start.clock.after(start.startTimeoutMs, () =>
    resolve(fail({ type: "handshake-timeout", message: `It didn't say in ${start.startTimeoutMs / 1000} s where it listens` })),
  );
  return promise.finally(takeBack);
}
