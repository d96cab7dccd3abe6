import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { root } from "./desktop.ts";

type Config = {
  electronVersion: string;
  asar: boolean;
  asarUnpack: string[];
  npmRebuild: boolean;
  files: string[];
  electronFuses: Record<string, boolean>;
};

const read = <T>(file: string): T => JSON.parse(readFileSync(path.join(root, file), "utf8")) as T;
const config = read<Config>("packaging/electron-builder.json");

/** electron-builder's name of each fuse, @electron/fuses' name, and what it must be. */
const fuses: [string, string, boolean][] = [
  ["runAsNode", "RunAsNode", false],
  ["enableCookieEncryption", "EnableCookieEncryption", true],
  ["enableNodeOptionsEnvironmentVariable", "EnableNodeOptionsEnvironmentVariable", false],
  ["enableNodeCliInspectArguments", "EnableNodeCliInspectArguments", false],
  ["enableEmbeddedAsarIntegrityValidation", "EnableEmbeddedAsarIntegrityValidation", true],
  ["onlyLoadAppFromAsar", "OnlyLoadAppFromAsar", true],
  ["loadBrowserProcessSpecificV8Snapshot", "LoadBrowserProcessSpecificV8Snapshot", false],
  ["grantFileProtocolExtraPrivileges", "GrantFileProtocolExtraPrivileges", false],
];

describe("packaging", () => {
  it.each(fuses)("S33 sets the fuse %s", (name, _read, wanted) => {
    expect(config.electronFuses[name]).toBe(wanted);
  });

  it("packages the Electron that the types are of, as one archive, without building anything native", () => {
    const manifest = read<{ dependencies: Record<string, string> }>("package.json");
    expect(config.electronVersion).toBe(manifest.dependencies["electron"]);
    expect(config).toMatchObject({ asar: true, npmRebuild: false });
  });

  it("lays beside the archive what the system loads or another program runs", () => {
    for (const needed of [
      "node_modules/better-sqlite3/prebuilds/**",
      "node_modules/@lydell/**",
      "out/main/practice-agent.js",
      "package.json",
    ])
      expect(config.asarUnpack).toContain(needed);
    // Another program's Node sees nothing inside the archive: all that the practice agent imports must be outside, too.
    for (const name of importsOf("out/main/practice-agent.js", new Set())) {
      expect(name.startsWith("out/main/chunks/") ? "out/main/chunks/**" : name, name).toBe("out/main/chunks/**");
    }
    expect(config.asarUnpack).toContain("out/main/chunks/**");
  });

  it.skipIf(artifact() === null)("S33 finds the fuses so in the packaged program", async () => {
    // Installed by `npm run package`, as the artifact is.
    const module = pathToFileURL(path.join(root, "packaging/node_modules/@electron/fuses/dist/index.js")).href;
    const { getCurrentFuseWire, FuseV1Options, FuseState } = (await import(module)) as {
      getCurrentFuseWire: (program: string) => Promise<Record<number, number>>;
      FuseV1Options: Record<string, number>;
      FuseState: { ENABLE: number; DISABLE: number };
    };
    const wire = await getCurrentFuseWire(artifact() ?? "");
    for (const [, name, wanted] of fuses)
      expect(wire[FuseV1Options[name] ?? -1], name).toBe(wanted ? FuseState.ENABLE : FuseState.DISABLE);
  });
});

/** Files and packages that a built file imports, and those import; Node's own left out. */
function importsOf(file: string, seen: Set<string>): Set<string> {
  const text = readFileSync(path.join(root, file), "utf8");
  for (const [, name = ""] of text.matchAll(/^import (?:.* from )?"([^"]+)"/gm)) {
    if (name.startsWith("node:") || builtinModules.includes(name)) continue;
    const found = name.startsWith(".") ? path.posix.join(path.posix.dirname(file), name) : name;
    if (seen.has(found)) continue;
    seen.add(found);
    if (name.startsWith(".")) importsOf(found, seen);
  }
  return seen;
}

/** The program of an unpacked package in dist/packages; null where nothing was packaged. */
function artifact(): string | null {
  const packages = path.join(root, "dist/packages");
  if (!existsSync(packages)) return null;
  const places = readdirSync(packages).flatMap((folder) =>
    ["hearth", "Hearth.exe", "Hearth.app"].map((name) => path.join(packages, folder, name)),
  );
  return places.find((place) => existsSync(place)) ?? null;
}
