import path from "node:path";
import { fileURLToPath } from "node:url";
import { ok, type Result } from "../../../shared/result.ts";
import { promptBlocks } from "../acp/prompt-blocks.ts";
import type { AgentFailure, PromptRequest } from "../port.ts";
import type { UserContent } from "./sdk.ts";

/** A prompt as Claude Code takes it, in one piece, as a command is one at its beginning; what `@` names it reads itself. */
export function promptContent(
  blocks: PromptRequest["blocks"],
  workingCopy: string,
  cwd: string,
): Result<UserContent[], AgentFailure> {
  // Told ahead of the prompt, and no part of it.
  const accounts = blocks.flatMap((block): UserContent[] =>
    block.type === "account" ? [{ type: "text", text: block.text }] : [],
  );
  const own = blocks.filter(({ type }) => type !== "account");
  const made = promptBlocks(own, workingCopy, { image: true, embeddedContext: false });
  if (!made.ok) return made;
  const images: UserContent[] = [];
  let text = "";
  for (const block of made.value) {
    if (block.type === "text") text += block.text;
    else if (block.type === "resource_link") text += mention(path.relative(cwd, fileURLToPath(block.uri)));
    else if (block.type === "image")
      images.push({ type: "image", source: { type: "base64", media_type: block.mimeType, data: block.data } });
  }
  return ok([...accounts, ...images, ...(text === "" ? [] : [{ type: "text" as const, text }])]);
}

function mention(file: string): string {
  return /\s/.test(file) ? `@"${file}"` : `@${file}`;
}
