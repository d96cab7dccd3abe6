import { closeSync, mkdtempSync, openSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Unsynced } from "./unsynced.ts";

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-test-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const opened = (name: string): number => openSync(path.join(folder, name), "w");
/** Its number may be another's by now. */
const isOpen = (fd: number): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
  } catch {
    return false; // Nobody has it.
  }
};

it.runIf(process.platform === "linux")("closes every file once it is on the disk, however many there are", async () => {
  const files = new Unsynced();
  const fds = Array.from({ length: 700 }, (_, at) => opened(`f${at}`));
  for (const fd of fds) await files.add(fd);
  await files.settle();
  expect(fds.filter(isOpen)).toEqual([]);
});

it.runIf(process.platform === "linux")("closes what was given up", async () => {
  const files = new Unsynced();
  const fd = opened("a");
  await files.add(fd);
  expect(isOpen(fd)).toBe(true);
  files.close();
  expect(isOpen(fd)).toBe(false);
});

it("tells once what kept a file from the disk", async () => {
  const files = new Unsynced();
  const fd = opened("a");
  closeSync(fd);
  await files.add(fd);
  await expect(files.settle()).rejects.toThrow("EBADF");
  await files.settle();
});
