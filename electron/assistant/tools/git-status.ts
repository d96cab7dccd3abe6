import nodePath from "node:path";
import * as z from "zod";
import { decodePaths } from "../../../shared/path-text.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { Git, GitFailure } from "../../git/git.ts";
import type { GitPlace } from "../../git/place.ts";
import { currentBranch } from "../../git/repository.ts";
import { listStale, listUnmerged, listUntracked } from "../../git/work-tree.ts";
import { fault } from "./fault.ts";
import { shownPath } from "./files/shown-path.ts";
import type { Tool, ToolOutcome } from "./tool.ts";

const input = z.object({});

const maxPaths = 200;

/** Asked in parts, since git's own `status` may run what a repository's configuration names. */
export function gitStatus({ git }: { git: Git }): Tool<z.infer<typeof input>> {
  return {
    name: "git_status",
    description: "Shows the branch, and the files that changed since the last commit.",
    shortDescription: "Show the branch and changed files.",
    input,
    kind: "read",
    readsOnly: true,
    modes: ["ask", "plan", "code"],
    title: () => "",
    run: (_, { root }) => statusOf(git, root),
  };
}

async function statusOf(git: Git, root: string): Promise<ToolOutcome> {
  const place: GitPlace = { cwd: root, env: { GIT_CEILING_DIRECTORIES: nodePath.dirname(root) } };
  const inside = await git.run(["rev-parse", "--show-prefix"], { ...place, exitCodes: [0, 128] });
  if (!inside.ok) return fault("EXECUTION_FAILED", inside.error.message);
  if (inside.value.exitCode !== 0) return ok({ text: "The project isn't a git repository." });
  const branch = await currentBranch(git, root);
  const lists = await Promise.all([
    listStaged(git, place),
    listStale(git, place),
    listUntracked(git, place),
    listUnmerged(git, place),
  ]);
  const failed = [branch, ...lists].find((each) => !each.ok);
  if (failed && !failed.ok) return fault("EXECUTION_FAILED", failed.error.message);
  const names = ["staged", "changed", "new", "in conflict"];
  const parts = lists.map((list, index) => part(names[index] ?? "", list.ok ? list.value : []));
  const said = parts.filter((each) => each !== "");
  const on = branch.ok && branch.value !== null ? `On branch ${branch.value}.` : "On no branch.";
  return ok({ text: [on, ...(said.length > 0 ? said : ["Nothing changed since the last commit."])].join("\n") });
}

/** What the index has otherwise than the last commit; before the first one, all that it has. */
async function listStaged(git: Git, place: GitPlace): Promise<Result<string[], GitFailure>> {
  const head = await git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { ...place, exitCodes: [0, 1, 128] });
  if (!head.ok) return head;
  const args =
    head.value.exitCode === 0
      ? ["diff-index", "--cached", "-z", "--name-only", "--no-ext-diff", "HEAD", "--"]
      : ["ls-files", "-z"];
  const listed = await git.run(args, place);
  return listed.ok ? ok(decodePaths(listed.value.stdout)) : listed;
}

function part(name: string, paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const more = paths.length > maxPaths ? `, and ${paths.length - maxPaths} more` : "";
  return `${name}: ${paths.slice(0, maxPaths).map(shownPath).join(", ")}${more}`;
}
