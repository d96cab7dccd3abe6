import { randomUUID } from "node:crypto";
import path from "node:path";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { findProgram } from "../../lib/find-program.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart } from "../programs/agent-child.ts";
import { askRules } from "./ask-forms.ts";
import { endSilent, handshake, takenUp, type Attempt } from "./begin.ts";
import { ClaudeChild } from "./claude-child.ts";
import { ClaudeProcess } from "./claude-process.ts";
import { Controls } from "./controls.ts";
import { Line } from "./line.ts";
import { namedValues } from "./mcp-config.ts";
import { MirroredTranscript } from "./mirrored-transcript.ts";
import { Pipe } from "./pipe.ts";
import { loadSdk, type ClaudeSdk, type QueryOptions, type UserMessage } from "./sdk.ts";

/**
 * Starts `claude` for a session, through the SDK that the adapter at `command` brings along: the person's own program
 * where it understands that SDK. Its transcript is put back before.
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
  return takenUp(start, (attempt) => begin(sdk, start, program, attempt));
}

async function begin(
  sdk: ClaudeSdk,
  start: ChildStart,
  program: string | null,
  { resume, how }: Attempt,
): Promise<Result<AgentChild, AgentFailure>> {
  const prompts = new Pipe<UserMessage>();
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
  if (!started.ok) return started;
  const controls = new Controls({ query, prompts, clock: start.clock });
  const spoken = "through the Claude Agent SDK";
  return ok(new ClaudeChild({ start, life, line, controls, started: started.value, sessionId, how, spoken }));
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
