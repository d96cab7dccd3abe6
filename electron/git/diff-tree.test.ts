import { expect, it } from "vitest";
import { encodePath } from "../../shared/path-text.ts";
import { parseDiffTree } from "./diff-tree.ts";

const none = "0".repeat(40);
const oid = "a".repeat(40);

function outputOf(raw: readonly string[], counts: readonly string[]): Uint8Array {
  return encodePath([...raw, ...counts].map((field) => `${field}\0`).join(""));
}

it("reads raw records with their counts: what is made, moved, copied, made executable and binary", async () => {
  const raw = [
    ...[`:000000 100644 ${none} ${oid} A`, "new \udcff.txt"],
    ...[`:100644 100644 ${oid} ${oid} R100`, "old", "moved"],
    ...[`:100644 100755 ${oid} ${oid} M`, "run.sh"],
    ...[`:100644 000000 ${oid} ${none} D`, "gone.bin"],
  ];
  const counts = ["3\t0\tnew \udcff.txt", "0\t0\t", "old", "moved", "0\t0\trun.sh", "-\t-\tgone.bin"];
  const changes = await parseDiffTree(outputOf(raw, counts));
  expect(changes).toMatchObject([
    { operation: "create", path: "new \udcff.txt", additions: 3, binary: false },
    { operation: "rename", path: "moved", oldPath: "old", additions: 0 },
    { operation: "mode", path: "run.sh", oldMode: "100644", newMode: "100755" },
    { operation: "delete", path: "gone.bin", binary: true, additions: 0, newOid: none },
  ]);
  expect(await parseDiffTree(new Uint8Array())).toEqual([]);
});

it("lets others go on while it reads thousands of them", async () => {
  const paths = Array.from({ length: 20_000 }, (_, at) => `data/${at}.txt`);
  const raw = paths.flatMap((path) => [`:000000 100644 ${none} ${oid} A`, path]);
  const output = outputOf(
    raw,
    paths.map((path, at) => `${at}\t0\t${path}`),
  );
  let turns = 0;
  let reading = true;
  const count = (): void => {
    turns += 1;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const changes = await parseDiffTree(output);
  reading = false;
  expect(changes.map(({ path }) => path)).toEqual(paths);
  expect(changes.every(({ additions }, at) => additions === at)).toBe(true);
  // How many depends on the machine; one read at a stretch leaves none.
  expect(turns).toBeGreaterThan(1);
});
