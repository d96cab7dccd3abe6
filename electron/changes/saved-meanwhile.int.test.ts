import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { createChangesBench, sessionId, type ChangesBench } from "../testing/changes-bench.ts";

let bench: ChangesBench;
afterEach(() => bench.dispose());

const inProject = (name: string): string => path.join(bench.project.path, name);
const large = (byte: number): Buffer => Buffer.alloc(64 * 1024 * 1024, byte);

/** What is done while the first file of an apply is being written. */
function meanwhile(work: () => void): Promise<void> {
  return new Promise((resolve) => {
    bench.state.onLabel = (label) => {
      if (label !== "apply:0") return;
      setTimeout(() => {
        work();
        resolve();
      }, 3);
    };
  });
}

it("a large file doesn't replace what the person saves while it is brought to the disk", async () => {
  bench = await createChangesBench((project) => project.write("big.bin", "old\n"));
  await bench.run("a", () => writeFileSync(path.join(bench.copy.path, "big.bin"), large(7)));
  const saved = meanwhile(() => writeFileSync(inProject("big.bin"), "the person's\n"));
  await bench.changes.apply(sessionId, { dryRun: false });
  await saved;
  expect(readFileSync(inProject("big.bin"), "utf8")).toBe("the person's\n");
  expect(readdirSync(bench.project.path).toSorted()).toEqual([".git", "big.bin"]);
}, 60_000);

it("a large file that goes away doesn't take along what the person saves in its place", async () => {
  bench = await createChangesBench((project) => writeFileSync(path.join(project.path, "big.bin"), large(7)));
  await bench.run("a", () => bench.copy.remove("big.bin"));
  const saved = meanwhile(() => {
    writeFileSync(inProject("saved"), "the person's\n");
    renameSync(inProject("saved"), inProject("big.bin"));
  });
  await bench.changes.apply(sessionId, { dryRun: false });
  await saved;
  expect(readFileSync(inProject("big.bin"), "utf8")).toBe("the person's\n");
}, 60_000);
