import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Installs, type Definition } from "../../agents/installs/installs.ts";
import { systemClock } from "../../lib/clock.ts";
import { Listeners } from "../../lib/listeners.ts";
import { silentLog } from "../../lib/log.ts";
import { Scope } from "../../lib/scope.ts";
import { LocalModelRepository } from "../../store/local-models.ts";
import { openStore } from "../../store/open.ts";
import { ProcessRepository } from "../../store/processes.ts";
import { modelEngine } from "../../testing/model-engine.ts";
import { NpmRegistry } from "../../testing/npm-registry.ts";
import { ownPrograms } from "../../testing/own-programs.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { writeTinyModel } from "../../testing/tiny-gguf.ts";
import { value } from "../../testing/value-of.ts";
import { EmbeddedModels } from "./embedded-models.ts";
import { EmbeddedService } from "./embedded-service.ts";

const never = new AbortController().signal;

/** The service on a store and a registry of the test's own, from which a package comes that leads to the real engine. */
async function bench() {
  const registry = await NpmRegistry.start();
  const index = `export * from ${JSON.stringify(pathToFileURL(path.join(modelEngine ?? "", "dist/index.js")).href)};`;
  const files = { "dist/index.js": index, "cli.js": "#!/usr/bin/env node\n" };
  const more = { type: "module", bin: { "fake-engine": "cli.js" }, optionalDependencies: { "fake-engine-cuda": "1.0.0" } };
  const own = registry.publish("fake-engine", "1.0.0", files, more);
  registry.publish("fake-engine-cuda", "1.0.0", { "huge.bin": "0" });
  const program = registry.publish("@fake/linux", "1.0.0", { "program.node": "0" });
  const pin = (name: string, integrity: string) => ({ name, version: "1.0.0", integrity, scripts: false });
  const managed: Definition["managed"] = {
    ...{ packages: [pin("fake-engine", own), pin("@fake/linux", program)], aboutBytes: 1_000, leavesOptional: true },
  };
  const folder = tempFolder("embedded-service");
  mkdirSync(path.join(folder, "home"));
  writeFileSync(path.join(folder, "home/.npmrc"), `registry=http://${registry.host}/\n`);
  const opened = openStore(folder, Date.now());
  if (!opened.ok) throw new Error(opened.error.message);
  const [store, scope] = [opened.value, new Scope()];
  scope.add(() => store.close());
  onTestFinished(() => scope.dispose());
  const env = { PATH: process.env["PATH"] ?? "", HOME: path.join(folder, "home") };
  const shell = { env, source: "shell", problem: null } as const;
  const [rows, processes, clock] = [new LocalModelRepository(store), new ProcessRepository(store), systemClock];
  const changed = new Listeners<null>(() => {});
  const root = path.join(folder, "engine");
  const installs = new Installs({
    ...{ processes, clock, log: silentLog, scope, root, programsInUse: () => models.enginesInUse(), onChange: () => {} },
    shell: { get: async () => shell, known: () => shell, refresh: async () => shell },
  });
  const models: EmbeddedModels = new EmbeddedModels({
    ...{ rows, clock, processes, node: process.execPath, program: ownPrograms.modelHost, home: path.join(folder, "models") },
    ...{ idleMs: () => null, changed, shellEnv: async () => env },
    engine: () => {
      const bin = installs.binOf(managed);
      return bin === null ? null : path.join(bin, "../fake-engine");
    },
  });
  scope.add(() => models.dispose());
  const engine = { label: "the engine", programs: ["fake-engine"], managed };
  const service = new EmbeddedService({ rows, models, installs, engine, clock, changed: () => changed.emit(null) });
  return { service, folder, root, models, rows };
}

describe.skipIf(modelEngine === null)("embedded models, as a person has them", () => {
  it("installs what serves them without what is optional, and gives its room back", async () => {
    const { service, folder, root } = await bench();
    const file = path.join(folder, "tiny.gguf");
    writeTinyModel(file);
    expect(service.known()).toMatchObject({
      engine: { installed: null, packages: ["fake-engine@1.0.0", "@fake/linux@1.0.0"] },
      models: [],
    });
    expect(await service.add({ file }, never)).toMatchObject({
      error: { code: "MODEL_ENGINE_MISSING", message: expect.stringContaining("Install it") },
    });
    expect((await value(service.installEngine())).engine?.installed).toMatchObject({ version: "1.0.0", used: true });
    const [version = ""] = readdirSync(path.join(root, "fake-engine")).filter((name) => name !== "installed.json");
    const brought = readdirSync(path.join(root, "fake-engine", version, "node_modules"));
    expect(brought.filter((name) => !name.startsWith("."))).toEqual(["@fake", "fake-engine"]);
    const added = (await value(service.add({ file, contextSize: 1_024, threads: 1 }, never))).models[0];
    await service.load(added?.id ?? "", false);
    expect(service.known().models[0]?.state).toBe("loaded");
    expect(await service.removeEngine()).toMatchObject({ engine: { installed: null }, models: [{ state: "not-loaded" }] });
    expect(existsSync(path.join(root, "fake-engine"))).toBe(false);
    expect(await service.load(added?.id ?? "", false)).toMatchObject({ error: { code: "MODEL_ENGINE_MISSING" } });
  });

  it("adds a file after a look at it, changes how it is loaded, loads and unloads it, and takes it off the list", async () => {
    const { service, folder, rows } = await bench();
    await service.installEngine();
    const file = path.join(folder, "Tiny.gguf");
    writeTinyModel(file);
    const [model] = (await value(service.add({ file }, never))).models;
    expect(model).toMatchObject({
      ...{ modelId: "embedded/Tiny", name: "Tiny", contextSize: null, threads: null, state: "not-loaded" },
      needs: { contextSize: 32_768, trainedContextSize: 32_768 },
    });
    const id = model?.id ?? "";
    expect(model?.fileBytes).toBeGreaterThan(300_000);
    expect(await service.add({ file }, never)).toMatchObject({ error: { code: "EMBEDDED_MODEL_EXISTS", field: "file" } });
    rmSync(file);
    expect([service.known().models[0]?.fileBytes, (await service.get()).models[0]?.fileBytes]).toEqual([model?.fileBytes, null]);
    writeTinyModel(file);
    const twin = path.join(folder, "more/Tiny.gguf");
    mkdirSync(path.dirname(twin));
    writeTinyModel(twin);
    const twins = await Promise.all([service.add({ file: twin }, never), service.add({ file: twin }, never)]);
    expect(twins.map((added) => (added.ok ? added.value.models.map(({ name }) => name) : added.error.code))).toEqual(
      expect.arrayContaining([["Tiny", "Tiny (2)"], "EMBEDDED_MODEL_EXISTS"]),
    );
    const updated = (await value(service.update(id, { contextSize: 2_048, threads: 1 }, never))).models[0];
    expect(updated).toMatchObject({ contextSize: 2_048, needs: { contextSize: 2_048, threads: 1 } });
    const left = (await value(service.update(id, { contextSize: 1_024 }, AbortSignal.abort()))).models[0];
    expect(left).toMatchObject({ contextSize: 2_048, needs: { contextSize: 2_048 } });
    expect((await value(service.load(id, false))).models[0]).toMatchObject({ loaded: { contextSize: 2_048, threads: 1 } });
    expect((await value(service.unload(id))).models[0]).toMatchObject({ state: "not-loaded", loaded: null });
    await service.remove(service.known().models[1]?.id ?? "");
    rows.setChoice("embedded/Tiny", { isOff: true, sampling: {} });
    expect((await value(service.remove(id))).models).toEqual([]);
    expect([rows.choiceOf("embedded/Tiny").isOff, existsSync(file)]).toEqual([false, true]);
    for (const gone of [service.load(id, false), service.unload(id), service.remove(id), service.update(id, {}, never)])
      expect(await gone).toMatchObject({ error: { code: "EMBEDDED_MODEL_NOT_FOUND" } });
  });

  it("names the field that is wrong, also where only what reads the file can tell", async () => {
    const { service, folder } = await bench();
    await service.installEngine();
    const broken = path.join(folder, "broken.gguf");
    writeFileSync(broken, `GGUF${"\0".repeat(16)}`);
    for (const file of ["tiny.gguf", path.join(folder, "gone.gguf"), broken])
      expect(await service.add({ file }, never)).toMatchObject({ error: { code: "INPUT_INVALID", field: "file" } });
    const vast = path.join(folder, "vast.gguf");
    writeTinyModel(vast, { keyLength: 16_777_216 });
    const id = (await value(service.add({ file: vast }, never))).models[0]?.id ?? "";
    const refused = await service.load(id, false);
    expect(refused).toMatchObject({ error: { code: "MODEL_MEMORY_SHORT", data: { neededBytes: expect.any(Number) } } });
    expect(await service.load(id, true)).toMatchObject({ error: { code: "MODEL_LOAD_FAILED" } });
  });
});
