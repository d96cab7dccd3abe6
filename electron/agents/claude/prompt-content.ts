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
  const made = promptBlocks(blocks, workingCopy, { image: true, embeddedContext: false });
  if (!made.ok) return made;
  const images: UserContent[] = [];
  let text = "";
  for (const block of made.value) {
    if (block.type === "text") text += block.text;
    else if (block.type === "resource_link") text += mention(path.relative(cwd, fileURLToPath(block.uri)));
    else if (block.type === "image")
      images.push({ type: "image", source: { type: "base64", media_type: block.mimeType, data: block.data } });
  }
  return ok(text === "" ? images : [...images, { type: "text", text }]);
}

function mention(file: string): string {
  return /\s/.test(file) ? `@"${file}"` : `@${file}`;
}
