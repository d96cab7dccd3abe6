import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ok } from "../../shared/result.ts";
import { ManualClock } from "../lib/clock.ts";
import { must, mustFail } from "../testing/session-bench.ts";
import { createTempPlace, type TempPlace } from "../testing/temp-repo.ts";
import { requireReady } from "../sessions/session-records.ts";
import type { Copy } from "../working-copies/copy.ts";
import { FilesService } from "./files-service.ts";

let place: TempPlace;
beforeEach(() => {
  place = createTempPlace();
});
afterEach(() => place.dispose());

function filesOf(folder: string, state: "ready" | "missing" | "preparing" = "ready") {
  const clock = new ManualClock();
  const copy: Copy = {
    ...{ id: "wcp_1", sessionId: "ses_1", projectId: "prj_1", kind: "worktree", projectPath: folder, path: folder, state },
    ...{
      branch: null,
      detachedAt: null,
      folder: "",
      baseCommit: null,
      baseRef: null,
      baselineTree: null,
      revisionTree: "t1",
      gitBase: null,
      detail: null,
    },
  };
  const files = new FilesService({
    git: place.git,
    clock,
    sessions: { readyCopy: (id) => requireReady(id === "ses_1" ? copy : null) },
    snapshots: { listFiles: () => Promise.resolve(ok(["from/snapshot.txt"])) },
  });
  return { files, clock, copy };
}

const names = (found: { path: string }[]): string[] => found.map((match) => match.path);

it("finds files and folders by what was typed, the name before the folders, ignored ones left out", async () => {
  const folder = await place.repository("shop", {
    "src/cart.ts": "",
    "src/cart-total.test.ts": "",
    "docs/cartography/notes.md": "",
    ".gitignore": "out/\n",
    "lib/CartView.tsx": "",
  });
  place.write(folder, { "out/cart.js": "", "src/new-cart.ts": "" });
  const { files } = filesOf(folder);
  const found = must(await files.search("ses_1", "cart", 10));
  expect(found[0]).toEqual({ path: "src/cart.ts", kind: "file" });
  expect(names(found)).toContain("src/new-cart.ts");
  expect(names(found)).not.toContain("out/cart.js");
  expect(found).toContainEqual({ path: "docs/cartography", kind: "folder" });
  expect(names(must(await files.search("ses_1", "ctot", 1)))).toEqual(["src/cart-total.test.ts"]);
  expect(names(must(await files.search("ses_1", "cv", 1)))).toEqual(["lib/CartView.tsx"]);
  expect(must(await files.search("ses_1", "zzz", 10))).toEqual([]);
  expect(names(must(await files.search("ses_1", "", 3)))).toEqual(["docs", "lib", "src"]);
});

it("lists once while a name is typed, and again when the revision is another or time has passed", async () => {
  const folder = await place.repository("shop", { "a.txt": "" });
  const { files, clock, copy } = filesOf(folder);
  const see = async (): Promise<string[]> => names(must(await files.search("ses_1", "txt", 10)));
  expect(await see()).toEqual(["a.txt"]);
  place.write(folder, { "b.txt": "" });
  expect(await see()).toEqual(["a.txt"]);
  copy.revisionTree = "t2";
  expect(await see()).toEqual(["a.txt", "b.txt"]);
  place.write(folder, { "c.txt": "" });
  clock.advance(3000);
  expect(await see()).toEqual(["a.txt", "b.txt", "c.txt"]);
});

it("takes the snapshot's list in a plain folder", async () => {
  mkdirSync(path.join(place.root, "plain"));
  expect(names(must(await filesOf(path.join(place.root, "plain")).files.search("ses_1", "snap", 5)))).toEqual(
    ["from/snapshot.txt", "from"].slice(0, 1),
  );
});

it("reads text, marks binaries, cuts what is long, and follows links only inside", async () => {
  const folder = await place.repository("shop", { "a.txt": "grüße\n", "dir/b.txt": "b" });
  writeFileSync(path.join(folder, "bin"), Buffer.from([1, 0, 2]));
  writeFileSync(path.join(folder, "long"), "x".repeat(1024 * 1024 + 5));
  writeFileSync(path.join(place.root, "secret"), "secret");
  symlinkSync("dir/b.txt", path.join(folder, "inside"));
  symlinkSync(path.join(place.root, "secret"), path.join(folder, "outside"));
  symlinkSync(place.root, path.join(folder, "up"));
  const { files } = filesOf(folder);
  expect(must(await files.read("ses_1", "a.txt"))).toEqual({
    path: "a.txt",
    text: "grüße\n",
    binary: false,
    bytes: 8,
    truncated: false,
  });
  expect(must(await files.read("ses_1", "bin"))).toMatchObject({ text: null, binary: true });
  expect(must(await files.read("ses_1", "long"))).toMatchObject({ truncated: true, bytes: 1024 * 1024 + 5 });
  expect(must(await files.read("ses_1", "inside")).text).toBe("b");
  for (const refused of ["outside", "up/secret", "../secret", "/etc/passwd", ".git/config", "dir"])
    expect([refused, mustFail(await files.read("ses_1", refused)).code]).toEqual([refused, "PATH_REFUSED"]);
  expect(mustFail(await files.read("ses_1", "gone")).code).toBe("FILE_NOT_FOUND");
});

it("reads an image with its size, of other files and of too large ones only what they are", async () => {
  const folder = await place.repository("shop", { "a.txt": "text\n" });
  const head = Buffer.from("47494638396140 01f000800000".replaceAll(" ", ""), "hex");
  writeFileSync(path.join(folder, "chart.gif"), head);
  writeFileSync(path.join(folder, "large.gif"), Buffer.concat([head, Buffer.alloc(9 * 1024 * 1024)]));
  writeFileSync(path.join(place.root, "secret.gif"), head);
  symlinkSync(path.join(place.root, "secret.gif"), path.join(folder, "outside.gif"));
  const { files } = filesOf(folder);
  const picture = { mimeType: "image/gif", width: 320, height: 240, data: head.toString("base64") };
  expect(must(await files.picture("ses_1", "chart.gif"))).toEqual({ bytes: head.length, picture });
  expect(must(await files.picture("ses_1", "a.txt"))).toEqual({ bytes: 5, picture: null });
  expect(must(await files.picture("ses_1", "large.gif"))).toEqual({ bytes: null, picture: null });
  for (const refused of ["outside.gif", "../secret.gif"])
    expect(mustFail(await files.picture("ses_1", refused)).code).toBe("PATH_REFUSED");
  expect(mustFail(await files.picture("ses_1", "gone.gif")).code).toBe("FILE_NOT_FOUND");
});

it("R69 says that a working copy is missing or isn't ready, and which session isn't there", async () => {
  const folder = await place.repository("shop");
  expect(mustFail(await filesOf(folder, "missing").files.search("ses_1", "", 5)).code).toBe("WORKING_COPY_MISSING");
  expect(mustFail(await filesOf(folder, "preparing").files.search("ses_1", "", 5)).code).toBe("WORKING_COPY_NOT_READY");
  expect(mustFail(await filesOf(folder).files.search("ses_2", "", 5)).code).toBe("SESSION_NOT_FOUND");
  rmSync(folder, { recursive: true });
});

it("says whether a text file is there without reading all of it", async () => {
  const folder = await place.repository("shop", { "a.txt": "a", "src/b.txt": "b" });
  writeFileSync(path.join(folder, "bin"), Buffer.from([0, 1]));
  writeFileSync(path.join(folder, "vast.log"), "line\n".repeat(2_000));
  truncateSync(path.join(folder, "vast.log"), 8 * 1024 ** 3);
  symlinkSync("src/b.txt", path.join(folder, "inside"));
  symlinkSync("/etc/passwd", path.join(folder, "outside"));
  const { files } = filesOf(folder);
  const kinds = { "a.txt": "text", "src/b.txt": "text", inside: "text", "vast.log": "text", bin: "binary" };
  const none = { gone: null, src: null, outside: null, "../x": null, ".git/config": null, "a.txt/b": null };
  const wanted = Object.entries({ ...kinds, ...none }).map(([name, kind]) => ({ path: name, kind }));
  const names = wanted.map((each) => each.path);
  expect(must(await files.kinds("ses_1", names))).toEqual(wanted);
  expect(mustFail(await files.kinds("ses_2", ["a.txt"])).code).toBe("SESSION_NOT_FOUND");
});
