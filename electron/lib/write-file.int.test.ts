import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { toLook } from "./look.ts";
import { ManyFiles } from "./many-files.ts";
import { readInside, writeFileInside } from "./write-file.ts";

let base: string;
let root: string;
let outside: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-swap-")));
  root = path.join(base, "app");
  outside = path.join(base, "outside");
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(path.join(outside, "canary"), "safe");
});
afterEach(() => rmSync(base, { recursive: true, force: true, maxRetries: 3 }));

it("S53 writes, reads and removes nothing outside while a folder is swapped for a link", { timeout: 120_000 }, async () => {
  const swapper = `const fs = require("fs"); const [dir, aside, outside] = process.argv.slice(1);
    const attempt = (step) => { try { step(); } catch { /* The writer was in between. */ } };
    for (;;) {
      attempt(() => fs.renameSync(dir, aside));
      attempt(() => fs.symlinkSync(outside, dir));
      attempt(() => fs.readlinkSync(dir) && fs.unlinkSync(dir));
      attempt(() => fs.existsSync(dir) ? fs.rmSync(aside, { recursive: true, force: true }) : fs.renameSync(aside, dir));
    }`;
  mkdirSync(path.join(root, "swap"));
  const child = spawn(process.execPath, ["-e", swapper, path.join(root, "swap"), path.join(root, "aside"), outside], {
    env: {},
    stdio: "ignore",
  });
  const outcomes = new Map<string, number>();
  const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  try {
    // Enough, and not all on one side of the swap.
    for (let tries = 0; tries < 1500 || (outcomes.get("PATH_REFUSED") ?? 0) < 50 || (outcomes.get("ok") ?? 0) < 50; tries += 1) {
      const written = await writeFileInside(root, `swap/f${tries % 7}`, { bytes: Buffer.from("new") });
      count(written.ok ? "ok" : written.error.code);
      const read = await readInside(root, "swap/canary", 100);
      expect(read.ok).toBe(false);
      await writeMany(tries);
    }
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill("SIGKILL");
  }
  expect(readdirSync(outside)).toEqual(["canary"]);
  expect(readFileSync(path.join(outside, "canary"), "utf8")).toBe("safe");
});

/** A batch that is begun again now and then, so that its folder is entered in every state of the swap. */
async function writeMany(tries: number): Promise<void> {
  const files = new ManyFiles(root);
  try {
    for (const at of [0, 1]) {
      const staged = await files.stage(`swap/g${tries % 7}`, `.hearth-tmp-${at}`, { mode: "100644", source: Buffer.from("new") });
      const seen = await files.read(`swap/g${tries % 7}`, 10_000_000, () => {});
      if (staged.ok) await files.put(staged.value, seen.ok ? seen.value.look : null);
      const link = await files.stageLink("swap/l", ".hearth-tmp-l", Buffer.from("f1"));
      if (link.ok) await files.put(link.value, null);
      await files.remove("swap/canary", toLook(lstatSync(path.join(outside, "canary"), { bigint: true })));
      const read = await files.read("swap/canary", 10_000_000, () => {});
      expect(read.ok).toBe(false);
    }
    await files.settle();
  } finally {
    files.close();
  }
}

it("files that are written at once share the new folders they go to", async () => {
  const written = await Promise.all(
    Array.from({ length: 200 }, (_, at) => writeFileInside(root, `new${at % 20}/deep/f${at}`, { bytes: Buffer.from("x") })),
  );
  expect(written.filter((one) => !one.ok)).toEqual([]);
});
