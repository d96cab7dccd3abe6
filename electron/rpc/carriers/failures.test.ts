import { expect, it } from "vitest";
import type { Log } from "../../lib/log.ts";
import { StoreNotFree } from "../store-not-free.ts";
import { presentFailure } from "./failures.ts";

const log: Log = { info() {}, warn() {}, error() {} };
const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

it("says that nothing was changed only where the store failed before the verb began", () => {
  expect(presentFailure(new StoreNotFree(full), log)).toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: "Nothing was changed: the disk is full.",
  });
  expect(presentFailure(full, log)).toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: "It may be done in part; look before you try again: the disk is full.",
  });
});
