import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { createRepo, createTestFolder } from "../../../testing/repos.ts";
import { tempFolder } from "../../../testing/temp-folder.ts";
import { ToolBench } from "../../../testing/tool-bench.ts";
import { gitStatus } from "../git-status.ts";
import { glob } from "./glob.ts";
import { grep } from "./grep.ts";

let bench: ToolBench;
beforeEach(() => void (bench = new ToolBench()));

function put(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(bench.root, name)), { recursive: true });
  writeFileSync(path.join(bench.root, name), content);
}

it("searches by expression or to the letter, by file, with lines around", async () => {
  put("src/a.ts", "one\ntwo (2)\nthree\n");
  put("src/b.js", "two (2)\n");
  put("two\nlines.txt", "two (2)\n");
  put(".git/config", "two (2)\n");
  const { text } = await bench.run(grep, { query: "two \\(\\d\\)" });
  expect(text).toBe('src/a.ts\n2:two (2)\n\nsrc/b.js\n1:two (2)\n\n"two\\nlines.txt"\n1:two (2)');
  expect((await bench.run(grep, { pattern: "TWO (2)", literal: true, ignore_case: true, glob: "*.ts", context: 1 })).text).toBe(
    "src/a.ts\n1-one\n2:two (2)\n3-three",
  );
  expect((await bench.run(grep, { pattern: "two", path: "src/b.js" })).text).toBe("src/b.js\n1:two (2)");
  for (const pattern of ["*", "**/*", "{.git,config}", ".git/**"])
    for (const { text: told } of [await bench.run(grep, { pattern: "two", glob: pattern }), await bench.run(glob, { pattern })])
      expect(told).not.toContain(".git");
  expect((await bench.run(grep, { pattern: "nowhere" })).text).toBe("Nothing found.");
});

it("takes a pattern for a pattern, whatever it begins with", async () => {
  put("a.txt", "--files\n");
  expect((await bench.run(grep, { pattern: "--files" })).text).toBe("a.txt\n1:--files");
  expect((await bench.run(grep, { pattern: "(" })).fault).toMatchObject({
    code: "TOOL_INPUT_VALIDATION_FAILED",
    fields: ["pattern"],
  });
});

it("leaves out what is ignored, binary, or behind a link", async () => {
  const outside = tempFolder("outside");
  writeFileSync(path.join(outside, "secret.txt"), "needle");
  symlinkSync(outside, path.join(bench.root, "out"));
  mkdirSync(path.join(bench.root, ".git"));
  put(".gitignore", "skipped/\n");
  put("skipped/a.txt", "needle\n");
  put("b.bin", Buffer.from("needle\0\n"));
  put("seen.txt", "needle\n");
  expect((await bench.run(grep, { pattern: "needle", glob: "*.txt" })).text).toBe("seen.txt\n1:needle");
  expect((await bench.run(glob, { pattern: "**/*.txt" })).text).toBe("seen.txt");
  expect((await bench.run(grep, { pattern: "needle", path: "out" })).fault?.code).toBe("POLICY_VIOLATION");
  expect((await bench.run(glob, { pattern: "*", path: "../" })).fault?.code).toBe("POLICY_VIOLATION");
});

it("bounds what it tells", async () => {
  put("many.txt", "needle\n".repeat(30));
  put("long.txt", `needle ${"x".repeat(100_000)}\n`);
  const { text } = await bench.run(grep, { pattern: "needle", limit: 5 });
  expect(text).toContain("more lines");
  expect(text.length).toBeLessThan(1_500);
});

it("shows a repository's branch and changes", async () => {
  const folder = createTestFolder();
  onTestFinished(() => folder.dispose());
  const status = gitStatus({ git: folder.git });
  const plain = new ToolBench({ root: createRepo(folder, "plain", { plain: true }).path });
  expect((await plain.run(status, {})).text).toBe("The project isn't a git repository.");
  const repo = createRepo(folder);
  const inRepo = new ToolBench({ root: repo.path });
  repo.write("a.txt", "one\n");
  repo.git("add", "a.txt");
  expect((await inRepo.run(status, undefined)).text).toBe("On branch main.\nstaged: a.txt");
  repo.commit();
  repo.write("a.txt", "two, and longer\n");
  repo.write("b\nb.txt", "");
  expect((await inRepo.run(status, {})).text).toBe('On branch main.\nchanged: a.txt\nnew: "b\\nb.txt"');
});
