import { chmodSync, lstatSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";
import type { Repo } from "../testing/repos.ts";

let bench: ChangesBench;
const all = { dryRun: false };
beforeEach(async () => {
  bench = await createChangesBench((project) => project.write(".env", "OLD=1\n"));
});
afterEach(() => bench.dispose());

const permissions = (repo: Repo, name: string): string => (lstatSync(path.join(repo.path, name)).mode & 0o777).toString(8);
const makePrivate = (repo: Repo, name: string): void => chmodSync(path.join(repo.path, name), 0o600);

it("a private file that an apply takes away is private again after its revert", async () => {
  makePrivate(bench.project, ".env");
  bench.copy.remove(".env");
  must(await bench.changes.apply(sessionId, all));
  must(await bench.changes.revert(sessionId, all));
  expect(permissions(bench.project, ".env")).toBe("600");
});

it("a private file that is new arrives private, also the second time", async () => {
  bench.copy.write("key", "secret\n");
  makePrivate(bench.copy, "key");
  must(await bench.changes.apply(sessionId, all));
  expect(permissions(bench.project, "key")).toBe("600");
  must(await bench.changes.revert(sessionId, all));
  must(await bench.changes.apply(sessionId, all));
  expect(permissions(bench.project, "key")).toBe("600");
});

it("a private file that an agent deleted is private again when that is rejected", async () => {
  bench.copy.write(".env", "OLD=2\n");
  makePrivate(bench.copy, ".env");
  must(await bench.changes.list(sessionId, { diff: false }));
  bench.copy.remove(".env");
  must(await bench.changes.reject(sessionId, {}));
  expect(permissions(bench.copy, ".env")).toBe("600");
});
