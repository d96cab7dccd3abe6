import * as z from "zod";
import type { AgentChoice } from "../../../shared/contract/agents.ts";
import type { AgentCommand } from "../../../shared/run-event.ts";
import type { Offers } from "../programs/offers.ts";

const optional = z.string().optional().catch(undefined);
const started = z.object({
  models: z
    .array(
      z.object({
        value: z.string(),
        displayName: z.string().catch(""),
        resolvedModel: optional,
        supportedEffortLevels: z.array(z.string()).catch([]),
        supportsAutoMode: z.boolean().catch(false),
      }),
    )
    .catch([]),
  commands: z
    .array(z.object({ name: z.string(), description: z.string().catch(""), argumentHint: z.string().catch("") }))
    .catch([]),
  account: z.object({ tokenSource: optional, apiKeySource: optional, apiProvider: optional }).catch({}),
  claude_code_version: optional,
  /** Qwen Code tells this, and nothing of an account. */
  capabilities: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** What the process told of itself when it had started. `signedIn`: it has something to sign in to its models with. */
export type Started = {
  offers: Offers;
  version: string | null;
  signedIn: boolean;
  images: boolean;
  modelNames: ReadonlyMap<string, string>;
};

const claudeModes = [
  { id: "default", name: "Ask before edits and commands" },
  { id: "acceptEdits", name: "Accept edits" },
  { id: "plan", name: "Plan" },
];
const autoMode = { id: "auto", name: "Auto", description: "A model decides what needs a question" };

/** It begins another session, of which nothing here would know. */
const leftOut = new Set(["clear"]);

/** `modes`: the program's, where they aren't Claude Code's. */
export function readStarted(value: unknown, modes: AgentChoice[] = claudeModes): Started | null {
  const read = started.safeParse(value);
  if (!read.success) return null;
  const { models, commands, account, capabilities, claude_code_version: version } = read.data;
  const none = (source: string | undefined): boolean => source === undefined || source === "none";
  const ownApi = account.apiProvider === undefined || account.apiProvider === "firstParty";
  return {
    offers: {
      models: models.map(({ value, displayName, supportedEffortLevels }) => ({
        id: value,
        name: displayName || value,
        contextSize: null,
        levels: supportedEffortLevels,
      })),
      defaultModel: models[0]?.value ?? null,
      modes: models.some(({ supportsAutoMode }) => supportsAutoMode) ? [...modes, autoMode] : modes,
      commands: commandsOf(commands),
    },
    version: version ?? null,
    images: capabilities === undefined,
    signedIn: capabilities !== undefined || !ownApi || !none(account.tokenSource) || !none(account.apiKeySource),
    // Several names lead to one model: the last is the most exact.
    modelNames: new Map(models.flatMap(({ value, resolvedModel }) => (resolvedModel ? [[resolvedModel, value] as const] : []))),
  };
}

/** Some come with the text of their whole skill. */
export function commandsOf(commands: readonly { name: string; description: string; argumentHint: string }[]): AgentCommand[] {
  return commands
    .filter(({ name }) => !leftOut.has(name))
    .map(({ name, description, argumentHint }) => ({
      name,
      description: description.slice(0, 2000),
      ...(argumentHint ? { hint: argumentHint.slice(0, 500) } : {}),
    }));
}
