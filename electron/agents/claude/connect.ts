import { randomUUID } from "node:crypto";
import path from "node:path";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { findProgram } from "../../lib/find-program.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart, OpenedSession } from "../programs/agent-child.ts";
import type { ChildLife } from "../programs/child-life.ts";
import { askRules } from "./ask-forms.ts";
import { ClaudeChild } from "./claude-child.ts";
import { ClaudeProcess } from "./claude-process.ts";
import { Controls } from "./controls.ts";
import { Line } from "./line.ts";
import { namedValues } from "./mcp-config.ts";
import { MirroredTranscript } from "./mirrored-transcript.ts";
import { readStarted, type Started } from "./offers.ts";
import { Prompts } from "./prompts.ts";
import { loadSdk, type ClaudeSdk, type Query, type QueryOptions } from "./sdk.ts";

/** `program` null: the one that comes with the SDK. */
type Attempt = { program: string | null; resume: string | null; how: OpenedSession["how"] };

const unknownSession = /No conversation found with session ID/;

/**
 * Starts `claude` for a session, through the SDK that the adapter at `command` brings along: the person's own program
 * where it understands that SDK. A session that it knows no more, though its transcript was put back, begins anew,
 * which is said (`memory-lost`).
 */
export async function connectClaude(start: ChildStart): Promise<Result<AgentChild, AgentFailure>> {
  const sdk = await loadSdk(start.command);
  if (!sdk.ok) return sdk;
  const own = start.adapts === null ? null : findProgram(start.adapts, start.env).path;
  const first = await connectWith(sdk.value, start, own);
  if (own === null || first.ok || first.error.type !== "crashed" || start.signal.aborted) return first;
  // An older program ends at once, over an option that it doesn't know.
  return connectWith(sdk.value, start, null);
}

async function connectWith(sdk: ClaudeSdk, start: ChildStart, program: string | null): Promise<Result<AgentChild, AgentFailure>> {
  const stored = start.session?.stored ?? null;
  const anew: Attempt = { program, resume: null, how: stored?.used ? "memory-lost" : "new" };
  if (!stored) return attempt(sdk, start, anew);
  const resumed = await attempt(sdk, start, { program, resume: stored.id, how: "resumed" });
  return resumed.ok || !unknownSession.test(wordsOf(resumed.error)) ? resumed : attempt(sdk, start, anew);
}

function wordsOf({ message, diagnostics }: AgentFailure): string {
  return `${message}\n${JSON.stringify(diagnostics ?? {})}`;
}

async function attempt(
  sdk: ClaudeSdk,
  start: ChildStart,
  { program, resume, how }: Attempt,
): Promise<Result<AgentChild, AgentFailure>> {
  const prompts = new Prompts();
  const line = new Line();
  const sessionId = resume ?? randomUUID();
  const spawned = Promise.withResolvers<ClaudeProcess>();
  const abortController = new AbortController();
  const query = sdk.query({
    prompt: prompts,
    options: {
      ...optionsFor(start),
      abortController,
      ...(program === null ? {} : { pathToClaudeCodeExecutable: program }),
      ...(resume === null ? { sessionId } : { resume }),
      canUseTool: (...asked) => line.ask(...asked),
      spawnClaudeCodeProcess: (options) => {
        const child = new ClaudeProcess(start, options);
        spawned.resolve(child);
        return child;
      },
    },
  });
  const silent = line.listen(query);
  const child = await Promise.race([spawned.promise, silent]);
  if (!(child instanceof ClaudeProcess)) return fail({ type: "start-failed", message: child ?? "It was never started" });
  const begun = await child.begun;
  if (!begun.ok) return begun;
  const { life, settled } = begun.value;
  life.onEnd(() => prompts.end());
  void silent.then((why) => endSilent(life, why));
  const started = await handshake(query, life, start);
  settled();
  if (started.ok) {
    const controls = new Controls({ query, prompts, clock: start.clock });
    return ok(new ClaudeChild({ start, life, line, controls, started: started.value, sessionId, how }));
  }
  await life.stop(started.error);
  return fail({ ...started.error, diagnostics: { stderr: life.stderr(20), ...started.error.diagnostics } });
}

/** Whoever says no more has ended, or is of no use. */
async function endSilent(life: ChildLife, why: string | null): Promise<void> {
  if (!(await life.deathAtHand())) await life.stop({ type: "protocol", message: why ?? "It says no more" });
}

async function handshake(query: Query, life: ChildLife, start: ChildStart): Promise<Result<Started, AgentFailure>> {
  const { promise, resolve } = Promise.withResolvers<Result<Started, AgentFailure>>();
  life.onEnd((failure) => resolve(fail({ ...failure })));
  const limit = start.startTimeoutMs;
  const late: AgentFailure = { type: "handshake-timeout", message: `It didn't start in ${limit / 1000} s` };
  const takeBack = start.clock.after(limit, () => resolve(fail(late)));
  const refused = async (message: string): Promise<void> =>
    resolve(fail((await life.deathAtHand()) ?? { type: "protocol", message }));
  query.initializationResult().then(
    (answer) => {
      const started = readStarted(answer);
      if (started) resolve(ok(started));
      else void refused("Its answer to the handshake isn't as it should be");
    },
    (error: unknown) => void refused(error instanceof Error ? error.message : String(error)),
  );
  return promise.finally(takeBack);
}

function optionsFor({
  cwd,
  env,
  session,
}: ChildStart): Omit<QueryOptions, "abortController" | "canUseTool" | "spawnClaudeCodeProcess"> {
  const given = namedValues(session?.mcpServers ?? []);
  const configFolder = env["CLAUDE_CONFIG_DIR"] ?? path.join(env["HOME"] ?? "", ".claude");
  return {
    cwd: session?.cwd ?? cwd,
    env: { ...env, ...given.env },
    systemPrompt: { type: "preset", preset: "claude_code" },
    settingSources: session?.trusted ? ["user", "project", "local"] : ["user"],
    // Hearth's policy decides, whatever the configuration lets through.
    settings: { permissions: { ask: askRules("default") } },
    permissionMode: "default",
    includePartialMessages: true,
    mcpServersDelivery: "argv",
    ...(Object.keys(given.servers).length > 0 ? { mcpServers: given.servers } : {}),
    persistSession: session !== null,
    ...(session ? { sessionStore: new MirroredTranscript(session.transcript, configFolder) } : {}),
  };
}
