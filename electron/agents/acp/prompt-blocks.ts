import path from "node:path";
import { pathToFileURL } from "node:url";
import type * as acp from "@agentclientprotocol/sdk/unstable";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure, PromptBlock } from "../port.ts";

/** A prompt as the protocol has it. What is attached goes before the person's words, which agents look for at the end. */
export function promptBlocks(
  blocks: readonly PromptBlock[],
  workingCopy: string,
  can: { image: boolean; embeddedContext: boolean },
): Result<acp.ContentBlock[], AgentFailure> {
  if (!can.image && blocks.some((block) => block.type === "image"))
    return fail({ type: "unsupported", message: "This agent takes no images. Take the image out, or choose another agent." });
  const attached = blocks.filter(isAttached);
  const words = blocks.filter((block) => !isAttached(block));
  return ok([...attached, ...words].flatMap((block) => apart(toAcp(block, workingCopy, can.embeddedContext))));
}

/** Agents that make one text of a prompt write a resource's name in its place, right before the next block's first letter. */
function apart(block: acp.ContentBlock): acp.ContentBlock[] {
  return block.type === "resource" ? [block, { type: "text", text: "\n" }] : [block];
}

function isAttached(block: PromptBlock): boolean {
  return block.type === "selection" || block.type === "comment" || block.type === "terminal" || block.type === "account";
}

function toAcp(block: PromptBlock, root: string, embedded: boolean): acp.ContentBlock {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
      return { type: "image", mimeType: block.mimeType, data: block.data };
    case "mention":
      return { type: "resource_link", name: block.path, uri: pathToFileURL(path.join(root, block.path)).href };
    case "selection":
      return excerpt(
        `${pathToFileURL(path.join(root, block.path)).href}#L${block.startLine}-L${block.endLine}`,
        `${block.path}:${block.startLine}-${block.endLine}`,
        block.text,
        embedded,
      );
    case "comment":
      return { type: "text", text: `On ${block.path}:${block.line}\n${fenced(block.excerpt)}\n${block.text}\n\n` };
    case "account":
      if (!embedded) return { type: "text", text: block.text };
      return { type: "resource", resource: { uri: "hearth:missed-turns", text: block.text, mimeType: "text/plain" } };
    case "terminal":
      return excerpt(`terminal:${encodeURIComponent(block.title)}`, `Terminal ${block.title}`, block.text, embedded);
  }
}

function excerpt(uri: string, title: string, text: string, embedded: boolean): acp.ContentBlock {
  if (embedded) return { type: "resource", resource: { uri, text, mimeType: "text/plain" } };
  return { type: "text", text: `${title}\n${fenced(text)}\n\n` };
}

/** A fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
