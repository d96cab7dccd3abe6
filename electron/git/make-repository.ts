import type { Git } from "./git.ts";

/** Makes a folder a repository without a commit. */
export async function makeRepository(git: Git, folder: string): Promise<void> {
  const made = await git.run(["init", "--quiet", "--template=", "--", folder], { cwd: folder });
  if (!made.ok) throw new Error(made.error.message);
}
