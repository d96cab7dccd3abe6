import type { Attachment } from "../stores/prompt-draft.ts";

const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;
const mostImageBytes = 5_000_000;
const mostTextBytes = 500_000;

export type ReadFiles = { attachments: Attachment[]; problems: string[] };

/** Pasted or dropped files → attachments: images as they are, small text files with their name. The rest is said to be left out. */
export async function readFiles(files: readonly File[], newId: () => string): Promise<ReadFiles> {
  const read: ReadFiles = { attachments: [], problems: [] };
  for (const file of files) {
    const name = file.name || "The file";
    const mimeType = imageTypes.find((type) => type === file.type);
    if (mimeType) {
      if (file.size > mostImageBytes) read.problems.push(`${name} is larger than 5 MB.`);
      else
        read.attachments.push({
          kind: "block",
          id: newId(),
          block: { type: "image", mimeType, data: toBase64(new Uint8Array(await file.arrayBuffer())) },
        });
      continue;
    }
    const text = file.size > mostTextBytes ? null : textOf(new Uint8Array(await file.arrayBuffer()));
    if (text === null)
      read.problems.push(
        `${name} is neither an image (PNG, JPEG, GIF, WebP) nor a text of at most 500 KB. Mention files of the project with @.`,
      );
    else read.attachments.push({ kind: "paste", id: newId(), text: `${name}:\n${text}` });
  }
  return read;
}

/** UTF-8 without NUL, or null. */
function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null; // Not UTF-8, so not a text we can quote.
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  const step = 0x8000;
  for (let at = 0; at < bytes.length; at += step) binary += String.fromCharCode(...bytes.subarray(at, at + step));
  return btoa(binary);
}
