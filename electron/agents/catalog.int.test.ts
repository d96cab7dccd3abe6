import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { openAgentKit, type AgentKit } from "../testing/agent-kit.ts";
import { tempFolder } from "../testing/temp-folder.ts";
import { until } from "../testing/until.ts";
import { assistantId } from "./catalog.ts";
import { catalogEntries } from "./catalog-entries.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const statusOf = (id: string): string | undefined => kit.agents.get(id)?.status;

/** A program for each name on a PATH of its own; `starts` lists whose were started. */
function standIns(dir: string, names: readonly string[]): { PATH: string; starts(): string[] } {
  const bin = path.join(dir, "stand-ins");
  const file = path.join(dir, "starts");
  mkdirSync(bin);
  for (const name of names) {
    const program = path.join(bin, name);
    const fake = `exec ${process.execPath} ${path.resolve("electron/testing/fake-agent.ts")} normal`;
    writeFileSync(program, `#!/bin/sh\necho ${name} >> ${file}\n${fake}\n`);
    chmodSync(program, 0o755);
  }
  const starts = (): string[] => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
  return { PATH: `${bin}:/usr/bin:/bin`, starts };
}

it("knows many agents, finds what is there, and starts nothing that wasn't chosen", async () => {
  const dir = tempFolder("agents");
  const programs = catalogEntries.flatMap((entry) => entry.programs);
  const place = standIns(dir, [...programs, "pi"]);
  kit = openAgentKit({ dir, env: { PATH: place.PATH }, isTrusted: async (id) => id === "trusted" });
  await kit.agents.start();
  expect(kit.agents.list().length).toBeGreaterThanOrEqual(20);
  // Hearth's own is no program: it is there where a model server is.
  const programsFound = kit.agents.list().filter(({ id }) => id !== assistantId);
  expect(new Set(programsFound.map((agent) => agent.found))).toEqual(new Set(["yes"]));
  await kit.agents.refresh(undefined, { handshake: false });
  kit.agents.capabilities();
  await kit.agents.choose("gemini", { projectId: "untrusted" });
  await until(() => statusOf("practice") === "ready");
  expect(place.starts()).toEqual([]);
  expect(kit.agents.get("gemini")).toMatchObject({ status: "loading", checkedAt: null, askingSince: null });
  expect(kit.agents.checkUsable("gemini", { modelId: null, workingCopyKind: "worktree" })).toMatchObject({ ok: true });
  await kit.agents.choose("goose");
  await kit.agents.choose("gemini", { projectId: "trusted" });
  await until(() => statusOf("goose") === "ready" && statusOf("gemini") === "ready");
  expect(place.starts().toSorted()).toEqual(["gemini", "goose"]);
  // What it offers is known before any prompt.
  expect(kit.agents.get("goose")?.options.models.map((model) => model.id)).toEqual(["small", "large", "broken"]);
  await kit.agents.choose("goose");
  await kit.scope.dispose();
  kit.store.close();
  kit = openAgentKit({ dir, env: { PATH: place.PATH } });
  await kit.agents.start();
  expect(statusOf("goose")).toBe("ready");
  expect(place.starts()).toHaveLength(2);
});

it("tells a version by files alone, and what is missing of an adapter or of what it adapts", async () => {
  const dir = tempFolder("agents");
  const bin = path.join(dir, "bin");
  const package_ = path.join(dir, "lib/node_modules/@qwen-code/qwen-code");
  for (const folder of [bin, package_]) mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(package_, "package.json"), JSON.stringify({ name: "@qwen-code/qwen-code", version: "9.8.7" }));
  writeFileSync(path.join(package_, "cli.js"), "", { mode: 0o755 });
  symlinkSync(path.join(package_, "cli.js"), path.join(bin, "qwen"));
  for (const name of ["claude", "codex", "pi-acp"]) writeFileSync(path.join(bin, name), "", { mode: 0o755 });
  kit = openAgentKit({ dir, env: { PATH: bin } });
  expect(kit.agents.get("qwen")).toMatchObject({ found: "yes", version: "9.8.7" });
  // Claude Code is spoken with by itself, too.
  expect(kit.agents.get("claude")?.status).not.toBe("unavailable");
  expect(kit.agents.get("codex")).toMatchObject({
    found: "partly",
    status: "unavailable",
    reason: expect.stringMatching(/codex is here .*not its adapter: .*Hearth can install it$/),
  });
  expect(kit.agents.get("pi")).toMatchObject({ found: "partly", reason: expect.stringContaining("not what it adapts") });
  expect(kit.agents.get("gemini")).toMatchObject({ found: "no", status: "unavailable" });
});

it("tries a command by a real handshake, tells what came of it with its output, and keeps nothing", async () => {
  kit = openAgentKit();
  const fake = path.resolve("electron/testing/fake-agent.ts");
  const tried = (...args: string[]) => kit.agents.try({ command: process.execPath, args });
  const before = kit.agents.list();
  expect(await tried(fake, "stderr", "3")).toMatchObject({
    value: {
      works: true,
      version: "1.2.3",
      models: [{ id: "small" }, {}, {}],
      output: expect.arrayContaining([expect.stringContaining("noise 2")]),
    },
  });
  expect(await tried(fake, "crash-start")).toMatchObject({
    value: { works: false, message: expect.stringContaining("no model configured"), output: ["no model configured"] },
  });
  expect(await tried(fake, "auth")).toMatchObject({
    value: { works: false, version: "1.2.3", message: expect.stringContaining("Authentication required") },
  });
  expect(await kit.agents.try({ command: "no-such-program" })).toMatchObject({
    value: { works: false, path: null, message: expect.stringContaining("no-such-program") },
  });
  const stop = new AbortController();
  const silent = kit.agents.try({ command: process.execPath, args: [fake, "silent"] }, stop.signal);
  await until(() => kit.agents.processes().length > 0 || kit.deps.processes.list().length > 0);
  stop.abort();
  expect(await silent).toMatchObject({ value: { works: false, message: expect.stringContaining("stopped") } });
  expect(kit.deps.processes.list()).toEqual([]);
  expect(kit.agents.list()).toEqual(before);
  expect(await kit.agents.try({ extends: "nobody" })).toMatchObject({ ok: false, error: { code: "AGENT_CONFIG_INVALID" } });
});
