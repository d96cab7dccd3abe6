import * as z from "zod";
import { fields } from "./fields.ts";

/** What a person puts into a prompt. Files are named by their path inside the working copy. */
export const contentBlock = z.discriminatedUnion("type", [
  fields({ type: z.literal("text"), text: z.string().max(1_000_000) }),
  fields({ type: z.literal("mention"), path: z.string().min(1), kind: z.enum(["file", "folder"]) }),
  fields({
    type: z.literal("image"),
    mimeType: z.string().regex(/^image\/(png|jpeg|gif|webp)$/, "An image is PNG, JPEG, GIF or WebP"),
    data: z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, "An image's data is its bytes in base64"),
  }),
  fields({
    type: z.literal("selection"),
    path: z.string().min(1),
    startLine: z.int().min(1),
    endLine: z.int().min(1),
    text: z.string(),
  }),
  fields({ type: z.literal("comment"), path: z.string().min(1), line: z.int().min(1), excerpt: z.string(), text: z.string() }),
  fields({ type: z.literal("terminal"), title: z.string(), text: z.string() }),
]);
export type ContentBlock = z.infer<typeof contentBlock>;

/** Text or blocks, as the API takes it; always blocks inside. */
export const promptInput = z
  .union(
    [
      z
        .string()
        .max(1_000_000)
        .transform((text): ContentBlock[] => [{ type: "text", text }]),
      z.array(contentBlock).max(200),
    ],
    {
      error:
        "Give text of at most 1,000,000 characters, or a list of at most 200 blocks: text, mention, image, selection, comment, terminal",
    },
  )
  .superRefine((blocks, context) => {
    if (blocks.every((block) => block.type === "text" && block.text.trim() === ""))
      context.addIssue({ code: "custom", message: "The prompt is empty. Write what the agent should do." });
    blocks.forEach((block, at) => {
      if ("path" in block && leadsOut(block.path))
        context.addIssue({ code: "custom", path: [at, "path"], message: "It is not a path inside the working copy" });
    });
  });

/** Paths in a prompt are relative to the working copy and stay in it. */
function leadsOut(path: string): boolean {
  return path.startsWith("/") || path.includes("\0") || path.split(/[\\/]/).includes("..");
}

/** The prompt as one line or paragraph of plain text, for titles, lists and terminals. */
export function promptText(blocks: readonly ContentBlock[]): string {
  return blocks.map(blockText).join(" ").trim();
}

function blockText(block: ContentBlock): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "mention":
      return `@${block.path}`;
    case "image":
      return "[image]";
    case "selection":
      return `@${block.path}:${block.startLine}-${block.endLine}`;
    case "comment":
      return `@${block.path}:${block.line} ${block.text}`;
    case "terminal":
      return `[${block.title}]`;
  }
}
