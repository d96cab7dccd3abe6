import type { Git } from "../../git/git.ts";
import type { Clock } from "../../lib/clock.ts";
import { viewOutput } from "./answer/view-output.ts";
import { askUser } from "./ask-user.ts";
import { runCommand } from "./commands/run-command.ts";
import { describeContract } from "./describe-contract.ts";
import { applyPatch } from "./files/apply-patch.ts";
import { editFile } from "./files/edit-file.ts";
import { listDir } from "./files/list-dir.ts";
import { readFile } from "./files/read-file.ts";
import { createFile, deleteFile, renameFile } from "./files/whole-files.ts";
import { gitStatus } from "./git-status.ts";
import { newTask } from "./new-task.ts";
import { readSkill } from "./read-skill.ts";
import { readTab, type Tabs } from "./read-tab.ts";
import { collectContext, type CollectDeps } from "./search/collect-context.ts";
import { glob } from "./search/glob.ts";
import { grep } from "./search/grep.ts";
import { workspaceIndex } from "./search/workspace-index.ts";
import { todo } from "./todo.ts";
import type { Tool } from "./tool.ts";
import { webFetch, type WebDeps } from "./web/web-fetch.ts";
import { webSearch, type SearchDeps } from "./web/web-search.ts";

/** What tools need of others. */
export type ToolsDeps = { git: Git; clock: Clock; web: WebDeps & SearchDeps; tabs: Tabs } & CollectDeps;

/** Every tool of the built-in agent, in the order in which they are told to a model. */
export function allTools(deps: ToolsDeps): readonly Tool[] {
  return [
    ...[readFile, listDir, glob, grep, workspaceIndex(deps), collectContext(deps), gitStatus(deps)],
    ...[editFile, applyPatch, createFile, deleteFile, renameFile],
    ...[runCommand(deps), viewOutput, readTab(deps), webFetch(deps.web), webSearch(deps.web)],
    ...[readSkill, describeContract, askUser, todo, newTask],
  ];
}
