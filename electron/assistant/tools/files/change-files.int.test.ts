import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { rejected, ToolBench } from "../../../testing/tool-bench.ts";
import { applyPatch } from "./apply-patch.ts";
import { editFile } from "./edit-file.ts";
import { readFile } from "./read-file.ts";
import { writeFiles } from "./write-files.ts";
import { createFile, deleteFile, renameFile } from "./whole-files.ts";

let bench: ToolBench;
beforeEach(() => void (bench = new ToolBench()));

const at = (name: string): string => path.join(bench.root, name);
const text = (name: string): string => readFileSync(at(name), "utf8");
function put(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
}
async function read(...names: string[]): Promise<void> {
  for (const name of names) await bench.run(readFile, { path: name });
}
const patchOf = (...lines: string[]): { patch: string } => ({ patch: ["*** Begin Patch", ...lines, "*** End Patch"].join("\n") });

it("edits a file that was read, keeps every other byte, and asks with the whole change", async () => {
  const before = "\ufeffone\r\n\ttwo  \r\nthree\n\u00e9nd";
  put("a.txt", before);
  await read("a.txt");
  const answer = await bench.run(editFile, { file_path: "a.txt", old_string: "three", new_string: "drei" });
  expect(answer.fault).toBeNull();
  expect(answer.text).toContain("3| drei");
  expect(text("a.txt")).toBe(before.replace("three", "drei"));
  const diff = [{ path: at("a.txt"), oldText: before, newText: before.replace("three", "drei") }];
  expect(bench.asked).toEqual([{ kind: "edit", paths: [at("a.txt")], diff }]);
  expect(bench.updates[0]).toMatchObject({ type: "tool", tool: { diff } });
  expect((await bench.run(editFile, { path: "a.txt", old_text: "one", new_text: "eins" })).fault).toBeNull();
});

it("shows all that it writes, also where a character would make it no text", async () => {
  const hidden = "/*\u0000*/ evil()\n";
  await bench.run(createFile, { path: "x.js", content: hidden });
  expect(bench.asked).toMatchObject([{ diff: [{ oldText: null, newText: hidden }] }]);
});

it("keeps a file's encoding and its right to run", async () => {
  put("run.sh", Buffer.from("# caf\xe9\necho a\n", "latin1"));
  chmodSync(at("run.sh"), 0o755);
  await read("run.sh");
  await bench.run(editFile, { path: "run.sh", old_text: "echo a", new_text: "echo b" });
  expect(readFileSync(at("run.sh"))).toEqual(Buffer.from("# caf\xe9\necho b\n", "latin1"));
  expect(statSync(at("run.sh")).mode & 0o111).toBe(0o111);
  const answer = await bench.run(editFile, { path: "run.sh", old_text: "echo b", new_text: "echo \u20ac" });
  expect(answer.fault?.message).toContain("isn't UTF-8");
});

it("refuses to edit what was not read, or has changed since", async () => {
  put("a.txt", "one\n");
  const edit = { path: "a.txt", old_text: "one", new_text: "two" };
  expect((await bench.run(editFile, edit)).fault?.message).toContain("not read yet");
  await read("a.txt");
  put("a.txt", "one\nmore\n");
  expect((await bench.run(editFile, edit)).fault?.message).toContain("changed since");
  expect((await bench.run(createFile, { path: "a.txt", content: "x", overwrite: true })).fault?.message).toContain(
    "changed since",
  );
  expect(bench.asked).toEqual([]);
  expect(text("a.txt")).toBe("one\nmore\n");
});

it("shows the text that is there where the old text isn't, or stands in several places", async () => {
  put("a.txt", "first line here\nsecond line there\nagain\nagain\n");
  await read("a.txt");
  const missed = await bench.run(editFile, {
    path: "a.txt",
    old_text: "first line here\nsecond line elsewhere entirely",
    new_text: "x",
  });
  expect(missed.fault?.code).toBe("PATCH_FAILED");
  expect(missed.text).toContain("2| second line there");
  expect((await bench.run(editFile, { path: "a.txt", old_text: "again", new_text: "x" })).fault?.message).toContain("lines 3, 4");
  expect((await bench.run(editFile, { path: "a.txt", old_text: "again", new_text: "x", line: "4" })).fault).toBeNull();
  expect(text("a.txt")).toBe("first line here\nsecond line there\nagain\nx\n");
});

it("changes nothing that was refused, and not what changed while it was asked about", async () => {
  put("a.txt", "one\n");
  await read("a.txt");
  bench.decide = () => rejected;
  const edit = { path: "a.txt", old_text: "one", new_text: "two" };
  expect((await bench.run(editFile, edit)).fault?.code).toBe("PERMISSION_DENIED");
  bench.decide = () => ({ ...rejected, refusedBy: "policy:plan" });
  expect((await bench.run(editFile, edit)).fault?.code).toBe("POLICY_VIOLATION");
  expect(text("a.txt")).toBe("one\n");
  bench.decide = () => {
    put("a.txt", "theirs\n");
    return { kind: "selected", optionId: "allow", allowed: true };
  };
  expect((await bench.run(editFile, edit)).fault?.message).toContain("changed meanwhile");
  expect(text("a.txt")).toBe("theirs\n");
  expect(readdirSync(bench.root)).toEqual(["a.txt"]);
});

it("applies a patch to several files: each kind of change is asked about once", async () => {
  put("a.txt", "one\ntwo\n");
  put("old.txt", "keep\nchange\n");
  put("gone.txt", "x\n");
  await read("a.txt", "old.txt", "gone.txt");
  const answer = await bench.run(
    applyPatch,
    patchOf(
      ...["*** Update File: ./a.txt", "@@", "-one", "+1", " two", "*** Add File: sub/new.txt", "+new"],
      ...[
        "*** Delete File: gone.txt",
        "*** Update File: old.txt",
        "*** Move to: sub/moved.txt",
        "@@",
        " keep",
        "-change",
        "+changed",
      ],
    ),
  );
  expect(answer.fault).toBeNull();
  expect([text("a.txt"), text("sub/new.txt"), text("sub/moved.txt")]).toEqual(["1\ntwo\n", "new\n", "keep\nchanged\n"]);
  expect([existsSync(at("gone.txt")), existsSync(at("old.txt"))]).toEqual([false, false]);
  expect(bench.asked.map(({ kind, paths }) => [kind, paths?.map((file) => path.relative(bench.root, file))])).toEqual([
    ["edit", ["a.txt", "sub/new.txt", "sub/moved.txt"]],
    ["delete", ["gone.txt"]],
    ["move", ["old.txt", "sub/moved.txt"]],
  ]);
});

it("changes no file where one change of a patch fails, and attaches what stands there", async () => {
  put("a.txt", "one\n");
  put("b.txt", "the real words\n");
  await read("a.txt", "b.txt");
  const patch = patchOf(
    "*** Update File: a.txt",
    "@@",
    "-one",
    "+1",
    "*** Update File: b.txt",
    "@@",
    "-the other words here",
    "+x",
  );
  const answer = await bench.run(applyPatch, patch);
  expect(answer.fault?.code).toBe("PATCH_FAILED");
  expect(answer.text).toContain("b.txt (change 1)");
  expect([text("a.txt"), text("b.txt")]).toEqual(["one\n", "the real words\n"]);
  expect(bench.asked).toEqual([]);
});

it("undoes the first changes where a later one can't be made", async () => {
  put("a.txt", "one\n");
  const [before, after] = [Buffer.from("one\n"), Buffer.from("1\n")];
  const change = { path: "a.txt", before, after, executable: false };
  const twice = { path: "b.txt", before: null, after, executable: false };
  const written = await writeFiles(bench.root, [change, twice, twice]);
  expect(written).toMatchObject({ ok: false, error: { message: expect.stringContaining("Nothing was changed") } });
  expect(text("a.txt")).toBe("one\n");
  expect(readdirSync(bench.root)).toEqual(["a.txt"]);
});

it("changes nothing where a file of a patch can't be there", async () => {
  put("a.txt", "one\n");
  put("b.txt", "two\n");
  await read("a.txt", "b.txt");
  bench.decide = () => {
    // Its folder's name is taken by a file before the patch is written.
    put("sub", "in the way");
    return { kind: "selected", optionId: "allow", allowed: true };
  };
  const patch = patchOf(
    "*** Update File: a.txt",
    "@@",
    "-one",
    "+1",
    "*** Add File: sub/x.txt",
    "+x",
    "*** Update File: b.txt",
    "@@",
    "-two",
    "+2",
  );
  expect((await bench.run(applyPatch, patch)).fault?.message).toContain("Nothing was changed");
  expect([text("a.txt"), text("b.txt")]).toEqual(["one\n", "two\n"]);
  expect(readdirSync(bench.root).toSorted()).toEqual(["a.txt", "b.txt", "sub"]);
});

it("creates, deletes and renames files", async () => {
  expect((await bench.run(createFile, { path: "src/a.ts", text: "a\n" })).fault).toBeNull();
  expect((await bench.run(createFile, { path: "src/a.ts", content: "b\n" })).fault?.message).toContain("is there already");
  expect((await bench.run(renameFile, { fromPath: "src/a.ts", toPath: "lib/b.ts" })).fault).toBeNull();
  expect(text("lib/b.ts")).toBe("a\n");
  expect(existsSync(at("src/a.ts"))).toBe(false);
  put("c.ts", "c\n");
  expect((await bench.run(renameFile, { from: "lib/b.ts", to: "c.ts" })).fault?.fields).toEqual(["to"]);
  expect((await bench.run(deleteFile, { path: "lib/b.ts" })).fault).toBeNull();
  expect(existsSync(at("lib/b.ts"))).toBe(false);
  expect(bench.asked.map(({ kind }) => kind)).toEqual(["edit", "move", "delete"]);
});

it("deletes a link, and not what it leads to", async () => {
  put("real.txt", "stays\n");
  symlinkSync("real.txt", at("link.txt"));
  expect((await bench.run(deleteFile, { path: "link.txt" })).fault).toBeNull();
  expect(text("real.txt")).toBe("stays\n");
  expect(() => lstatSync(at("link.txt"))).toThrow();
});

it.each([
  ["out of the project", "../x.txt"],
  ["to an absolute path", "/tmp/hearth-never/x.txt"],
  ["into git's folder", ".git/hooks/pre-commit"],
  ["into git's folder by another spelling", "sub/.GIT/config"],
  ["through a link out", "out/x.txt"],
  ["over a link to a file outside", "secret"],
])("writes nothing %s", async (_, name) => {
  const outside = tempFolder("outside");
  writeFileSync(path.join(outside, "secret"), "theirs");
  symlinkSync(outside, at("out"));
  symlinkSync(path.join(outside, "secret"), at("secret"));
  const sent = patchOf(`*** Add File: ${name}`, "+x");
  for (const answer of [
    await bench.run(createFile, { path: name, content: "x", overwrite: true }),
    await bench.run(applyPatch, sent),
    await bench.run(editFile, { path: name, old_text: "theirs", new_text: "x" }),
  ])
    expect(answer.fault?.code).toBe("POLICY_VIOLATION");
  expect(bench.asked).toEqual([]);
  expect(readFileSync(path.join(outside, "secret"), "utf8")).toBe("theirs");
  expect(readdirSync(outside)).toEqual(["secret"]);
});

it("writes a file whose name has two lines", async () => {
  expect((await bench.run(createFile, { path: "two\nlines.txt", content: "x" })).fault).toBeNull();
  expect(text("two\nlines.txt")).toBe("x");
});
