import { viewOutput } from "./answer/view-output.ts";
import { askUser } from "./ask-user.ts";
import { applyPatch } from "./files/apply-patch.ts";
import { editFile } from "./files/edit-file.ts";
import { listDir } from "./files/list-dir.ts";
import { readFile } from "./files/read-file.ts";
import { createFile, deleteFile, renameFile } from "./files/whole-files.ts";
import { todo } from "./todo.ts";
import type { Tool } from "./tool.ts";

/** What tools need of other domains. */
export type ToolsDeps = Record<string, never>;

/** Every tool of the built-in agent, in the order in which they are told to a model. */
export function allTools(_deps: ToolsDeps): readonly Tool[] {
  return [readFile, listDir, editFile, applyPatch, createFile, deleteFile, renameFile, viewOutput, askUser, todo];
}
