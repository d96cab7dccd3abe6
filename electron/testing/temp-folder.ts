import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { removeFolder } from "./remove-folder.ts";

/** A folder of the test that runs (called in it, or in its `beforeEach`); gone when the test and its `afterEach` have ended. */
export function tempFolder(name: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), `hearth-${name}-`)));
  onTestFinished(() => removeFolder(folder));
  return folder;
}
