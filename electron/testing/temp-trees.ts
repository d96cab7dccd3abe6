import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { failure, type Failure } from "../../shared/errors.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { TempPlace } from "./temp-repo.ts";

type Ref = { projectPath: string; copyId: string; path: string };

/** Snapshots good enough for tests of those who need trees: one scratch repository that borrows a project's objects. */
export function createTempTrees(place: TempPlace) {
  const gitDir = path.join(place.root, "scratch.git");
  let broken: string | null = null;
  const prepared = new Map<string, Promise<void>>();
  async function prepare(projectPath: string): Promise<void> {
    await place.git.run(["init", "--quiet", "--bare", "--", gitDir], { cwd: place.root });
    const dotGit = path.join(projectPath, ".git");
    const objects = path.join(existsSync(dotGit) ? dotGit : projectPath, "objects");
    mkdirSync(path.join(gitDir, "objects/info"), { recursive: true });
    appendFileSync(path.join(gitDir, "objects/info/alternates"), `${objects}\n`);
  }
  /** Once per project: another call could read the alternates half written. */
  async function env(ref: Ref): Promise<Record<string, string>> {
    const ready = prepared.get(ref.projectPath) ?? prepare(ref.projectPath);
    prepared.set(ref.projectPath, ready);
    await ready;
    return { GIT_DIR: gitDir, GIT_WORK_TREE: ref.path, GIT_INDEX_FILE: path.join(gitDir, `index-${ref.copyId}`) };
  }
  async function run(ref: Ref, args: string[]): Promise<Result<string, Failure<"GIT_FAILED">>> {
    if (broken !== null) return failure("GIT_FAILED", broken);
    const done = await place.git.run(args, { cwd: ref.path, env: await env(ref) });
    return done.ok ? ok(done.value.stdout.toString("utf8").trimEnd()) : failure("GIT_FAILED", done.error.message);
  }
  return {
    /** From now on every call fails with this message; null heals. */
    breakWith(message: string | null): void {
      broken = message;
    },
    async snapshot(ref: Ref): Promise<Result<{ tree: string; skipped: NotCovered[] }, Failure<"GIT_FAILED">>> {
      const added = await run(ref, ["add", "--all", "."]);
      if (!added.ok) return added;
      const tree = await run(ref, ["write-tree"]);
      return tree.ok ? ok({ tree: tree.value, skipped: [] }) : tree;
    },
    notCovered: (): Promise<Result<NotCovered[], never>> => Promise.resolve(ok([])),
    treeOf: (ref: Ref, commit: string | null): Promise<Result<string, Failure<"GIT_FAILED">>> =>
      commit === null
        ? run(ref, ["hash-object", "-t", "tree", "-w", "/dev/null"])
        : run({ ...ref, path: ref.projectPath }, ["rev-parse", `${commit}^{tree}`]),
    async diff(
      ref: Ref,
      from: string,
      to: string,
    ): Promise<Result<{ operation: string; path: string }[], Failure<"GIT_FAILED">>> {
      const listed = await run({ ...ref, path: ref.projectPath }, [
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--name-status",
        from,
        to,
      ]);
      if (!listed.ok) return listed;
      const fields = listed.value.split("\0").filter(Boolean);
      const names: Record<string, string> = { A: "create", D: "delete" };
      return ok(
        fields.flatMap((field, at) => (at % 2 === 0 ? [{ operation: names[field] ?? "edit", path: fields[at + 1] ?? "" }] : [])),
      );
    },
  };
}
