import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FoldedNames } from "../lib/folded-names.ts";
import { createChangesBench, Crash, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

/** True on the disks of macOS and Windows, and where TMPDIR is on a disk of their kind. */
function diskFolds(): boolean {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hearth-names-"));
  try {
    writeFileSync(path.join(folder, "name"), "");
    return new FoldedNames(folder).folds;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let bench: ChangesBench | null = null;
afterEach(async () => {
  await bench?.dispose();
  bench = null;
});

function standard(project: Repo): void {
  project.write("README.md", "hello\n");
  project.write("src/Button.tsx", "b\n");
}

const rename = (repo: Repo, from: string, to: string): void => renameSync(path.join(repo.path, from), path.join(repo.path, to));
const namesIn = (repo: Repo): string[] =>
  readdirSync(repo.path, { recursive: true })
    .map(String)
    .filter((name) => !name.startsWith(".git"))
    .toSorted();

it.skipIf(diskFolds())("tells a disk that folds nothing by its names alone", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hearth-names-"));
  writeFileSync(path.join(folder, "name"), "");
  writeFileSync(path.join(folder, "NAME"), "");
  const names = new FoldedNames(folder);
  expect([names.folds, names.isExact("name"), names.isSame("name", "NAME"), names.isTaken("gone")]).toEqual([
    ...[false, true, false, false],
  ]);
  rmSync(folder, { recursive: true });
});

describe.skipIf(!diskFolds())("on a disk that folds letter case", () => {
  it("a file whose name only changed its case arrives under the new one, and goes back", async () => {
    bench = await createChangesBench(standard);
    rename(bench.copy, "README.md", "readme.md");
    rename(bench.copy, "src/Button.tsx", "src/button.tsx");
    must(await bench.changes.apply(sessionId, { dryRun: false }));
    expect(namesIn(bench.project)).toEqual(["readme.md", "src", "src/button.tsx"]);
    expect(readFileSync(path.join(bench.project.path, "readme.md"), "utf8")).toBe("hello\n");
    must(await bench.changes.revert(sessionId, { dryRun: false, paths: undefined }));
    expect(namesIn(bench.project)).toEqual(["README.md", "src", "src/Button.tsx"]);
    must(await bench.changes.reject(sessionId, {}));
    expect(namesIn(bench.copy)).toEqual(["README.md", "src", "src/Button.tsx"]);
  });

  it("a file deleted and made anew under another case isn't lost, nor by a crash on the way", async () => {
    for (const failAt of [null, "apply:1", "apply:2"]) {
      await bench?.dispose();
      bench = await createChangesBench(standard);
      const { copy, project, state, changes } = bench;
      copy.remove("README.md");
      must(await changes.list(sessionId, { diff: false }));
      copy.write("ReadMe.md", "another text\n");
      state.failAt = failAt;
      const applied = changes.apply(sessionId, { dryRun: false });
      if (failAt === null) must(await applied);
      else await expect(applied).rejects.toThrow(Crash);
      state.failAt = null;
      await bench.fresh();
      expect(namesIn(project)).toEqual(["ReadMe.md", "src", "src/Button.tsx"]);
      expect(readFileSync(path.join(project.path, "ReadMe.md"), "utf8")).toBe("another text\n");
    }
  });

  it("another file's name is never written over", async () => {
    bench = await createChangesBench(standard);
    bench.project.write("notes.md", "mine\n");
    bench.copy.write("NOTES.md", "an agent's\n");
    const { conflicts } = must(await bench.changes.apply(sessionId, { dryRun: false }));
    const reason = "A file whose name differs only in letter case or in the form of its marks is in its place.";
    expect(conflicts).toEqual([{ path: "NOTES.md", blocked: true, reason }]);
    expect(readFileSync(path.join(bench.project.path, "notes.md"), "utf8")).toBe("mine\n");
  });
});
