import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runToEnd } from "../electron/lib/process.ts";
import { createTempPlace, type TempPlace } from "../electron/testing/temp-repo.ts";

const root = path.resolve(import.meta.dirname, "..");
const built = 'import { version } from "used";\nconsole.log(`hearth ${version}`);\n';

/** A clone with Hearth's own bin/ and scripts/, and packages of two files each, which npm takes from a folder beside. */
describe("npx hearth in a clone", { timeout: 180_000 }, () => {
  let place: TempPlace;
  let clone: string;
  /** package.json and package-lock.json of a later Hearth, which needs a newer package. */
  let newer: Record<string, string>;

  beforeEach(async () => {
    place = createTempPlace();
    clone = path.join(place.root, "clone");
    for (const part of ["bin", "scripts"]) cpSync(path.join(root, part), path.join(clone, part), { recursive: true });
    place.write(clone, { "out/main/cli.js": built });
    await pack("used", "1.0.0");
    await pack("used", "2.0.0");
    await pack("tool", "1.0.0");
    newer = await lockOn("2.0.0");
    await take(await lockOn("1.0.0"));
  });
  afterEach(() => place.dispose());

  /** To the end, with a home of its own and a registry that nobody serves. */
  async function npm(program: "npm" | "npx", args: string[], env: Record<string, string> = {}) {
    const ended = await runToEnd({
      command: program,
      args,
      cwd: clone,
      env: {
        ...place.env,
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
        npm_config_registry: "http://127.0.0.1:9/",
        npm_config_fetch_retries: "0",
        npm_config_update_notifier: "false",
        ...env,
      },
      timeoutMs: 60_000,
      maxBytes: 1_000_000,
    });
    if (!ended.ok) throw new Error(ended.error.message);
    return { code: ended.value.code, out: ended.value.stdout.toString("utf8"), err: ended.value.stderr.toString("utf8") };
  }

  async function pack(name: string, version: string): Promise<void> {
    const folder = path.join("sources", name);
    const manifest = JSON.stringify({ name, version, type: "module", main: "main.js" });
    place.write(path.join(clone, folder), {
      "package.json": manifest,
      "main.js": `export const version = ${JSON.stringify(version)};\n`,
    });
    mkdirSync(path.join(clone, "packages"), { recursive: true });
    expect((await npm("npm", ["pack", `./${folder}`, "--pack-destination", "packages"])).code).toBe(0);
  }

  /** The files that npm makes of a dependency on this version, with no node_modules there that it would keep to. */
  async function lockOn(version: string): Promise<Record<string, string>> {
    const manifest = JSON.stringify({
      name: "hearth",
      version: "0.1.0",
      type: "module",
      bin: { hearth: "bin/hearth.mjs" },
      dependencies: { used: `file:packages/used-${version}.tgz` },
      devDependencies: { tool: "file:packages/tool-1.0.0.tgz" },
    });
    const lock = path.join(clone, "package-lock.json");
    rmSync(lock, { force: true });
    writeFileSync(path.join(clone, "package.json"), manifest);
    expect((await npm("npm", ["install", "--package-lock-only"])).code).toBe(0);
    return { "package.json": manifest, "package-lock.json": readFileSync(lock, "utf8") };
  }

  /** As after a pull and a build. */
  async function take(files: Record<string, string>): Promise<void> {
    place.write(clone, files);
    await markBuilt();
  }

  async function markBuilt(): Promise<void> {
    const script = "const { markBuilt, sourceStamp } = await import(process.argv[1]); markBuilt(sourceStamp());";
    const stamp = pathToFileURL(path.join(clone, "scripts/lib/build-stamp.mjs")).href;
    const args = ["--input-type=module", "--eval", script, stamp];
    const done = await runToEnd({
      command: process.execPath,
      args,
      cwd: clone,
      env: place.env,
      timeoutMs: 20_000,
      maxBytes: 1e6,
    });
    expect(done).toMatchObject({ ok: true, value: { code: 0 } });
  }

  /** Every file in node_modules with what tells whether it was put there anew. */
  function installed(): string[] {
    const folder = path.join(clone, "node_modules");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .sort()
      .map((file) => `${file} ${statSync(path.join(folder, file)).ino}`);
  }

  const versionOf = (name: string): string | null => {
    const file = path.join(clone, "node_modules", name, "package.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : null;
  };

  it("installs what the program needs where nothing is, and no development packages", async () => {
    expect(await npm("npx", ["hearth", "--version"])).toMatchObject({ code: 0, out: "hearth 1.0.0\n" });
    expect([versionOf("used"), versionOf("tool")]).toEqual(["1.0.0", null]);
  });

  it("leaves everything that is installed where it is", async () => {
    expect((await npm("npm", ["ci"])).code).toBe(0);
    place.write(path.join(clone, "node_modules"), { "mine/package.json": "{}" });
    const before = installed();
    expect(await npm("npx", ["hearth", "--version"])).toEqual({ code: 0, out: "hearth 1.0.0\n", err: "" });
    expect(installed()).toEqual(before);
  });

  it("brings what is new and keeps the development packages, whatever NODE_ENV is", async () => {
    expect((await npm("npm", ["ci"])).code).toBe(0);
    await take(newer);
    expect(await npm("npx", ["hearth", "--version"], { NODE_ENV: "production" })).toMatchObject({
      code: 0,
      out: "hearth 2.0.0\n",
    });
    expect([versionOf("used"), versionOf("tool")]).toEqual(["2.0.0", "1.0.0"]);
    expect(readFileSync(path.join(clone, "package-lock.json"), "utf8")).toBe(newer["package-lock.json"]);
  });

  it("keeps what is installed when something new can't be had, and says so", async () => {
    expect((await npm("npm", ["ci"])).code).toBe(0);
    const before = installed();
    await take(newer);
    writeFileSync(path.join(clone, "packages/used-2.0.0.tgz"), "not a package");
    const failed = await npm("npx", ["hearth", "--version"], { npm_config_cache: path.join(place.root, "empty-cache") });
    expect([failed.code, failed.out]).toEqual([1, ""]);
    expect(failed.err).toContain("The packages could not be installed.");
    expect(installed()).toEqual(before);
  });
});
