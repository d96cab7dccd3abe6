import { appendFileSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "../testing/until.ts";
import { DiskSync } from "./disk-sync.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "hearth-disk-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("takes one more turn for all that is asked while one goes on", async () => {
  const file = path.join(dir, "log");
  writeFileSync(file, "one\n");
  const disk = new DiskSync(file);
  const going = disk.sync();
  appendFileSync(file, "two\n");
  const [second, third] = [disk.sync(), disk.sync()];
  expect(second).not.toBe(going);
  expect(third).toBe(second);
  await Promise.all([going, second]);
  disk.close();
});

it("tells each who waited that it failed, and works again when the file can be had", async () => {
  const file = path.join(dir, "log");
  const disk = new DiskSync(file);
  const calls = [disk.sync(), disk.sync()];
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  writeFileSync(file, "here\n");
  await disk.sync();
  disk.close();
});

it.runIf(process.platform === "linux")("lets go of its file, also in the middle of a turn", async () => {
  const file = path.join(dir, "log");
  writeFileSync(file, "one\n");
  const disk = new DiskSync(file);
  const calls = [disk.sync(), disk.sync()];
  disk.close();
  await Promise.all(calls);
  await disk.sync();
  const isOpen = (): boolean => readdirSync("/proc/self/fd").some((fd) => linkOf(`/proc/self/fd/${fd}`) === file);
  await until(() => !isOpen());
});

/** Of a descriptor, which may be closed by now. */
function linkOf(entry: string): string | null {
  try {
    return readlinkSync(entry);
  } catch {
    return null;
  }
}
