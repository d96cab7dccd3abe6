import { afterEach, expect, it } from "vitest";
import { createRepo, createTestFolder, type TestFolder } from "../testing/repos.ts";
import { readBlobs } from "./objects.ts";

let folder: TestFolder;
afterEach(() => folder.dispose());

it("reads blobs of any bytes in two processes, as many as fit, and fails on one that isn't there", async () => {
  folder = createTestFolder();
  const repo = createRepo(folder);
  const contents = ["", "line\nblob 3\n", Buffer.from([0, 10, 255, 10]), "x".repeat(1000)];
  const oids = contents.map((content, at) => {
    repo.write(`${at}`, content);
    return repo.git("hash-object", "-w", `${at}`);
  });
  const place = { cwd: repo.path, env: {} };
  const read = await readBlobs(folder.git, place, oids, 10_000);
  expect(read.ok && [...read.value.values()].map((bytes) => bytes.toString("hex"))).toEqual(
    contents.map((content) => Buffer.from(content).toString("hex")),
  );
  const some = await readBlobs(folder.git, place, oids.toReversed(), 500);
  expect(some.ok && [...some.value.keys()]).toEqual(oids.slice(3));
  const missing = await readBlobs(folder.git, place, [oids[0] ?? "", "1".repeat(40)], 500);
  expect(missing).toMatchObject({ ok: false, error: { type: "exit" } });
});
