import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AgentCommand } from "../../../shared/run-event.ts";
import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { ok, type Result } from "../../../shared/result.ts";
import { promptBlocks } from "../acp/prompt-blocks.ts";
import type { AgentFailure, PromptRequest } from "../port.ts";

type FilePart = { type: "file"; mime: string; url: string; filename: string };
type TextPart = { type: "text"; text: string };
export type PromptParts = (TextPart | FilePart)[];

/** A prompt as a server takes it: what is mentioned it reads itself. */
export function promptParts(blocks: PromptRequest["blocks"], workingCopy: string): Result<PromptParts, AgentFailure> {
  const made = promptBlocks(blocks, workingCopy, { image: true, embeddedContext: false });
  if (!made.ok) return made;
  return ok(
    made.value.flatMap((block): PromptParts => {
      if (block.type === "text") return [{ type: "text", text: block.text }];
      if (block.type === "image")
        return [{ type: "file", mime: block.mimeType, url: `data:${block.mimeType};base64,${block.data}`, filename: "image" }];
      if (block.type !== "resource_link") return [];
      return [{ type: "file", mime: mimeOf(block.uri), url: block.uri, filename: block.name }];
    }),
  );
}

function mimeOf(uri: string): string {
  const isFolder = statSync(fileURLToPath(uri), { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isFolder ? "application/x-directory" : "text/plain";
}

/** The command that a prompt of words alone calls: `/name` and what follows it. */
export function commandIn(parts: PromptParts, commands: readonly AgentCommand[]): { command: string; arguments: string } | null {
  const [only] = parts;
  if (parts.length !== 1 || only?.type !== "text") return null;
  const match = /^\/(\S+)\s*([^]*)$/.exec(only.text.trim());
  if (!match || !commands.some(({ name }) => name === match[1])) return null;
  return { command: match[1] ?? "", arguments: match[2] ?? "" };
}

/** The choice as a prompt carries it, and as a command does. */
export function choiceFields({ modelId, modeId, thinkingLevel }: CurrentChoice): {
  model?: { providerID: string; modelID: string };
  agent?: string;
  variant?: string;
} {
  const slash = modelId?.indexOf("/") ?? -1;
  return {
    ...(modelId !== null && slash > 0
      ? { model: { providerID: modelId.slice(0, slash), modelID: modelId.slice(slash + 1) } }
      : {}),
    ...(modeId === null ? {} : { agent: modeId }),
    ...(thinkingLevel === null ? {} : { variant: thinkingLevel }),
  };
}
