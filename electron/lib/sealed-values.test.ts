import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { silentLog } from "./log.ts";
import type { Vault } from "./vault.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { SealedValues } from "./sealed-values.ts";

/** Opens only what it sealed itself. */
function keyring(mark: string): Vault {
  const turned = (text: string): string => Buffer.from(text).reverse().toString("base64");
  return {
    seal: async (text) => `${mark}:${turned(text)}`,
    open: async (sealed) =>
      sealed.startsWith(`${mark}:`)
        ? Buffer.from(sealed.slice(mark.length + 1), "base64")
            .reverse()
            .toString()
        : null,
  };
}

let file: string;
beforeEach(() => {
  file = path.join(tempFolder("keys"), "keys.json");
});
const open = (vault: Vault | null): SealedValues => new SealedValues({ file, vault, log: silentLog });

it("keeps a key sealed, for its agent alone, and tells of it but its name and that it is kept", async () => {
  await open(keyring("mine")).set("claude", "ANTHROPIC_API_KEY", "sk-very-secret");
  expect(readFileSync(file, "utf8")).not.toContain("sk-very-secret");
  expect(statSync(file).mode & 0o077).toBe(0);
  const later = open(keyring("mine"));
  expect([await later.of("claude"), await later.of("codex")]).toEqual([{ ANTHROPIC_API_KEY: "sk-very-secret" }, {}]);
  expect(later.describe("claude", ["ANTHROPIC_API_KEY", "OTHER_KEY"])).toEqual([
    { name: "ANTHROPIC_API_KEY", state: "kept" },
    { name: "OTHER_KEY", state: "unset" },
  ]);
  await later.remove("claude", "ANTHROPIC_API_KEY");
  expect(await open(keyring("mine")).of("claude")).toEqual({});
});

it("without a keyring keeps it as long as it runs, writes nothing of it, and says so", async () => {
  const keys = open(null);
  await keys.set("qwen", "OPENAI_API_KEY", "sk-very-secret");
  expect(await keys.of("qwen")).toEqual({ OPENAI_API_KEY: "sk-very-secret" });
  expect(keys.describe("qwen", [])).toEqual([{ name: "OPENAI_API_KEY", state: "this-run" }]);
  expect(readFileSync(file, "utf8")).not.toContain("OPENAI_API_KEY");
  expect(await open(null).of("qwen")).toEqual({});
});

it("leaves alone what a keyring that isn't here sealed, until it is set anew or taken away", async () => {
  await open(keyring("desktop")).set("claude", "ANTHROPIC_API_KEY", "sk-very-secret");
  const elsewhere = open(null);
  expect(await elsewhere.of("claude")).toEqual({});
  expect(elsewhere.describe("claude", [])).toEqual([{ name: "ANTHROPIC_API_KEY", state: "locked" }]);
  await elsewhere.set("qwen", "OPENAI_API_KEY", "x");
  expect(await open(keyring("desktop")).of("claude")).toEqual({ ANTHROPIC_API_KEY: "sk-very-secret" });
});

it("has no agent without a key of its own wait for a keyring that nobody unlocks", async () => {
  await open(keyring("mine")).set("claude", "ANTHROPIC_API_KEY", "sk-very-secret");
  const locked = open({ seal: async () => null, open: () => new Promise(() => {}) });
  void locked.load();
  expect(await locked.of("codex")).toEqual({});
});

it("keeps nothing that was removed while the keyring was still sealing it, and the later of two values", async () => {
  const sealing = Promise.withResolvers<void>();
  const mine = keyring("mine");
  const slow: Vault = {
    open: (sealed) => mine.open(sealed),
    seal: async (text) => (text === "slow" ? sealing.promise.then(() => mine.seal(text)) : mine.seal(text)),
  };
  const values = open(slow);
  const changes = [
    values.set("a", "KEY", "slow"),
    values.remove("a", "KEY"),
    values.set("b", "KEY", "slow"),
    values.set("b", "KEY", "last"),
  ];
  sealing.resolve();
  await Promise.all(changes);
  const later = open(keyring("mine"));
  expect([await later.of("a"), await later.of("b")]).toEqual([{}, { KEY: "last" }]);
});

it("asks a keyring again that failed to open", async () => {
  await open(keyring("mine")).set("a", "KEY", "secret");
  let fails = true;
  const mine = keyring("mine");
  const values = open({
    seal: (text) => mine.seal(text),
    open: async (sealed) => (fails ? Promise.reject(new Error("locked")) : mine.open(sealed)),
  });
  await expect(values.of("a")).rejects.toThrow("locked");
  fails = false;
  expect(await values.of("a")).toEqual({ KEY: "secret" });
});
