import { viewOutput } from "./answer/view-output.ts";
import { askUser } from "./ask-user.ts";
import { listDir } from "./files/list-dir.ts";
import { readFile } from "./files/read-file.ts";
import { todo } from "./todo.ts";
import type { Tool } from "./tool.ts";

/** What tools need of other domains. */
export type ToolsDeps = Record<string, never>;

/** Every tool of the built-in agent, in the order in which they are told to a model. */
export function allTools(_deps: ToolsDeps): readonly Tool[] {
  return [readFile, listDir, viewOutput, askUser, todo];
}
