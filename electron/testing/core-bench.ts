import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createRouterClient } from "@orpc/server";
import { openCore } from "../core.ts";
import { ownPrograms } from "./own-programs.ts";
import { createRepo, createTestFolder, type Repo } from "./repos.ts";

export type CoreBench = Awaited<ReturnType<typeof createCoreBench>>;
export type BenchSession = Awaited<ReturnType<CoreBench["session"]>>;

/** A whole core in a folder of its own, for what sessions make of real repositories; lives until `dispose`. */
export async function createCoreBench() {
  const folder = createTestFolder();
  /** What the machine's settings are for the core and the person. */
  const systemConfig = path.join(folder.path, "system-gitconfig");
  writeFileSync(systemConfig, "");
  delete folder.env["GIT_CONFIG_NOSYSTEM"];
  folder.env["GIT_CONFIG_SYSTEM"] = systemConfig;
  const [dataDir, configDir] = [path.join(folder.path, "data"), path.join(folder.path, "config")];
  for (const made of [dataDir, configDir]) mkdirSync(made);
  const opened = await openCore({
    dataDir,
    configDir,
    host: "serve",
    version: "test",
    programs: ownPrograms,
    env: { SHELL: "/bin/sh", ...folder.env },
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  const rpc = createRouterClient(core.router, { context: {} });

  async function session(
    project: Repo,
    { trusted = true, ...wanted }: { trusted?: boolean; base?: string; fetch?: boolean } = {},
  ) {
    const { id: projectId } = await rpc.projects.add({ path: project.path });
    if (trusted) await rpc.projects.trust({ id: projectId });
    const made = await rpc.sessions.create({ projectId, workingCopy: "worktree", ...wanted });
    const copy = createRepo(folder, path.relative(folder.path, made.workingCopy.path), { plain: true });
    const outcome = ({ applied, conflicts }: { applied: string[]; conflicts: unknown[] }) => ({ applied, conflicts });
    return {
      id: made.id,
      projectId,
      copy,
      detail: made.workingCopy.detail,
      read: (file: string) => readFileSync(path.join(copy.path, file), "latin1"),
      changes: async () =>
        (await rpc.changes.list({ id: made.id })).map(({ operation, path: at, additions, deletions, notCovered }) =>
          notCovered ? `${notCovered} ${at}` : `${operation} ${at} +${additions} -${deletions}`,
        ),
      apply: async () => outcome(await rpc.changes.apply({ id: made.id })),
      revert: async () => outcome(await rpc.changes.revert({ id: made.id })),
      reject: () => rpc.changes.reject({ id: made.id }),
      checkpoint: async () => (await rpc.checkpoints.create({ id: made.id })).id,
      /** The checkpoint before it, which undoes it. */
      restore: async (id: string) => (await rpc.checkpoints.restore({ id })).checkpointBeforeId ?? "",
    };
  }

  return {
    folder,
    rpc,
    systemConfig,
    project: (options: { objectFormat?: "sha1" | "sha256" } = {}) => createRepo(folder, "project", options),
    /** Files as the person's git makes them by the settings of now. */
    checkOutAgain(repo: Repo): void {
      repo.git("rm", "--quiet", "-r", "--cached", ".");
      repo.git("reset", "--quiet", "--hard");
    },
    session,
    async dispose(): Promise<void> {
      await core.dispose();
      folder.dispose();
    },
  };
}
