import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

const own = { "sub/x.local": "mine\n", ".env": "SECRET=1\n", "data/customers.csv": "a,b\n", "node_modules/dep/index.js": "1\n" };

function standard(project: Repo): void {
  project.write(".gitignore", ".env\ndata/\nnode_modules/\n");
  project.write("a.txt", "one\n");
  project.write("sub/.gitignore", "*.local\n");
  project.write("not.gitignore", "b.txt\n");
  project.write("dist/kept.js", "built\n");
}

async function inPlace(): Promise<void> {
  bench = await createChangesBench(standard, { inPlace: true });
  for (const [name, text] of Object.entries(own)) bench.copy.write(name, text);
  chmodSync(path.join(bench.copy.path, ".env"), 0o600);
}

const listed = async (): Promise<PendingChange[]> => must(await bench.changes.list(sessionId, { diff: false }));
const list = async (): Promise<string[]> =>
  (await listed()).filter((one) => !one.notCovered).map(({ operation, path: at }) => `${operation} ${at}`);
/** What is told beside the changes, for it was ignored. */
const told = async (): Promise<string[]> =>
  (await listed()).filter((one) => one.notCovered === "ignored" && one.agent === null).map((one) => one.path);

/** What is the person's is there as it was, byte for byte and with its mode. */
function expectOwn(): void {
  for (const [name, text] of Object.entries(own)) expect(readFileSync(path.join(bench.copy.path, name), "utf8")).toBe(text);
  expect(statSync(path.join(bench.copy.path, ".env")).mode & 0o777).toBe(0o600);
}

const unignore = (): void => {
  bench.copy.write(".gitignore", "other/\n");
  bench.copy.write("sub/.gitignore", "other/\n");
  bench.copy.write("b.txt", "b\n");
};

describe("what was ignored at either end isn't an agent's", () => {
  it("is neither listed nor deleted by a reject, of all or of the rules alone", async () => {
    await inPlace();
    await bench.run("opencode", unignore);
    expect(await list()).toEqual(["edit .gitignore", "create b.txt", "edit sub/.gitignore"]);
    expect(await told()).toEqual([".env", "data/customers.csv", "node_modules/dep/index.js", "sub/x.local"]);
    must(await bench.changes.reject(sessionId, { paths: [".gitignore"] }));
    expect(await list()).toEqual(["create b.txt", "edit sub/.gitignore"]);
    await bench.run("opencode", unignore);
    must(await bench.changes.reject(sessionId, {}));
    expect(await list()).toEqual([]);
    expectOwn();
  });

  it("survives a restore, its undo, and the undo of that", async () => {
    await inPlace();
    const before = must(await bench.kept.take(sessionId, "before-run", { runId: "run_1" }));
    await bench.run("opencode", unignore);
    must(await bench.kept.take(sessionId, "after-run", { runId: "run_1" }));
    let id = before.id;
    for (const changed of [
      [".gitignore", "b.txt", "sub/.gitignore"],
      [".gitignore", "b.txt", "sub/.gitignore"],
      [".gitignore", "b.txt", "sub/.gitignore"],
    ]) {
      const restored = must(await bench.kept.restore(id, { dryRun: false }));
      expect(restored).toMatchObject({ changed: expect.arrayContaining(changed), conflicts: [] });
      expect(restored.changed.length).toBe(changed.length);
      expectOwn();
      id = restored.checkpointBeforeId ?? "";
    }
    expect(existsSync(path.join(bench.copy.path, "b.txt"))).toBe(false);
  });

  it("survives a switch to a branch with other rules, and back", async () => {
    await inPlace();
    const before = must(await bench.kept.create(sessionId, "before"));
    bench.copy.git("switch", "--quiet", "-c", "other");
    bench.copy.write(".gitignore", "x\n");
    bench.copy.git("commit", "--quiet", "-am", "other rules");
    expect(await list()).toEqual(["edit .gitignore"]);
    must(await bench.kept.restore(before.id, { dryRun: false }));
    expectOwn();
    must(await bench.changes.reject(sessionId, {}));
    expectOwn();
    expect(await list()).toEqual([]);
  });

  it("isn't listed, written or deleted where the rules came later", async () => {
    bench = await createChangesBench(
      (project) => {
        standard(project);
        project.write("notes.txt", "mine\n");
      },
      { inPlace: true },
    );
    bench.copy.git("rm", "--quiet", "--cached", "notes.txt");
    await bench.run("opencode", () => bench.copy.write(".gitignore", "notes.txt\n"));
    bench.copy.write("notes.txt", "mine, later\n");
    expect(await list()).toEqual(["edit .gitignore"]);
    must(await bench.changes.reject(sessionId, {}));
    expect(readFileSync(path.join(bench.copy.path, "notes.txt"), "utf8")).toBe("mine, later\n");
  });

  it("says nothing of what git tracks: such a file is changed, deleted and put back as any other", async () => {
    bench = await createChangesBench(standard, { inPlace: true });
    await bench.run("opencode", () => {
      bench.copy.write(".gitignore", "dist/\n");
      bench.copy.write("dist/kept.js", "built anew\n");
    });
    expect(await list()).toEqual(["edit .gitignore", "edit dist/kept.js"]);
    await bench.run("opencode", () => bench.copy.remove("dist/kept.js"));
    expect(await list()).toEqual(["edit .gitignore", "delete dist/kept.js"]);
    must(await bench.changes.reject(sessionId, {}));
    expect(readFileSync(path.join(bench.copy.path, "dist/kept.js"), "utf8")).toBe("built\n");
  });
});
