import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ContentBlock } from "@agentclientprotocol/sdk/unstable";

/** A prompt as one text: a mentioned file stands in the line as its path; what is attached is left out. */
export function promptText(blocks: readonly ContentBlock[], cwd: string): string {
  return blocks
    .map((block) => {
      if (block.type === "text") return block.text;
      if (block.type !== "resource_link") return "";
      return block.uri.startsWith("file:") ? path.relative(cwd, fileURLToPath(block.uri)) : block.name;
    })
    .join("");
}
