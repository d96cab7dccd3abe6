import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AgentConfig } from "../../shared/contract/agents.ts";
import { builtInAgents } from "./catalog.ts";
import { applyConfig } from "./apply-config.ts";
import { configFile, loadConfig, patchConfig } from "./config.ts";

const builtIn = builtInAgents({ command: "/node", args: ["/practice.js"] }, "/plugin.js");
let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "hearth-config-"));
  file = configFile(dir);
});
afterEach(() => {
  chmodSync(dir, 0o700);
  rmSync(dir, { recursive: true });
});

describe("loading agents.json", () => {
  it("is empty without a file, and reports what can't be read instead of failing", () => {
    expect(loadConfig(file)).toMatchObject({ config: {}, problems: [] });
    writeFileSync(file, "{ not json");
    expect(loadConfig(file)).toMatchObject({ config: {}, problems: [{ entry: "agents.json" }] });
    writeFileSync(file, "[]");
    expect(loadConfig(file).problems).toHaveLength(1);
  });

  it("skips and shows entries that aren't valid, and keeps the others", () => {
    writeFileSync(
      file,
      JSON.stringify({ good: { command: "x" }, "Bad Id": { command: "x" }, odd: { command: "x", colour: "red" }, worse: 7 }),
    );
    const read = loadConfig(file);
    expect(Object.keys(read.config)).toEqual(["good"]);
    expect(read.problems.map((problem) => problem.entry)).toEqual(["Bad Id", "odd", "worse"]);
  });
});

describe("applying it", () => {
  it("changes a built-in agent, and adds one that extends another under its own id", () => {
    const { definitions, problems } = applyConfig(builtIn, {
      opencode: { enabled: false, models: [{ id: "m", name: "M" }] },
      mine: { extends: "opencode", label: "Mine", env: { A: "1" }, additionalModels: [{ id: "n", name: "N" }] },
    });
    expect(problems).toEqual([]);
    expect(definitions.find((entry) => entry.id === "opencode")).toMatchObject({
      enabled: false,
      source: "built-in",
      programs: ["opencode"],
      models: { mode: "replace" },
    });
    expect(definitions.find((entry) => entry.id === "mine")).toMatchObject({
      source: "user",
      enabled: true,
      programs: ["opencode"],
      transports: builtIn.find(({ id }) => id === "opencode")?.transports,
      env: { A: "1" },
      shares: true,
      secretEnv: ["OPENCODE_SERVER_PASSWORD"],
      models: { mode: "add" },
    });
  });

  it("speaks with an agent as the person wants it, and with a program of theirs over ACP unless they say otherwise", () => {
    const config: AgentConfig = {
      opencode: { protocol: "opencode" },
      other: { extends: "opencode", protocol: "acp" },
      mine: { command: "/x", args: ["serve"], protocol: "opencode" },
      plain: { command: "/x", args: ["--acp"] },
    };
    const spoken = new Map(applyConfig(builtIn, config).definitions.map(({ id, transports }) => [id, transports]));
    expect(spoken.get("opencode")?.map(({ protocol }) => protocol)).toEqual(["opencode", "acp"]);
    expect(spoken.get("other")).toMatchObject([{ protocol: "acp" }, { protocol: "opencode" }]);
    expect(spoken.get("mine")).toEqual([{ protocol: "opencode", args: ["serve"] }]);
    expect(applyConfig(builtIn, { qwen: { protocol: "opencode" } }).problems).toMatchObject([
      { entry: "qwen", message: expect.stringContaining("isn't known to speak opencode") },
    ]);
    expect(spoken.get("plain")).toEqual([{ protocol: "acp", args: ["--acp"] }]);
  });

  it("shares no process of a program that nobody has tried", () => {
    expect(applyConfig(builtIn, { own: { command: "/x" } }).definitions.find((entry) => entry.id === "own")).toMatchObject({
      shares: false,
      transports: [{ protocol: "acp", args: [] }],
    });
  });

  it("reports what has no command, extends nothing, or extends itself", () => {
    const { problems, definitions } = applyConfig(builtIn, {
      a: {},
      b: { extends: "nobody" },
      c: { extends: "d" },
      d: { extends: "c" },
    });
    expect(problems.map((problem) => problem.entry)).toEqual(["a", "b", "c", "d"]);
    expect(definitions).toEqual(builtIn);
  });
});

describe("a patch", () => {
  it("is saved whole, for the owner alone, and read again", () => {
    expect(patchConfig(file, builtIn, { mine: { command: "x" } }).ok).toBe(true);
    expect(loadConfig(file).config).toEqual({ mine: { command: "x" } });
    expect(patchConfig(file, builtIn, { more: { extends: "mine" } })).toMatchObject({ ok: true });
    expect(patchConfig(file, builtIn, { more: null })).toMatchObject({ ok: true });
    expect(loadConfig(file).config).toEqual({ mine: { command: "x" } });
    expect(readdirSync(dir)).toEqual(["agents.json"]);
  });

  it.each([[{ mine: { command: 7 } }], [{ "Bad Id": { command: "x" } }], [{ mine: {} }], [{ mine: { extends: "nobody" } }]])(
    "that isn't valid writes nothing: %j",
    (patch) => {
      writeFileSync(file, '{"kept":{"command":"x"}}');
      expect(patchConfig(file, builtIn, patch)).toMatchObject({ ok: false, error: { code: "AGENT_CONFIG_INVALID" } });
      expect(readFileSync(file, "utf8")).toBe('{"kept":{"command":"x"}}');
    },
  );

  it("leaves alone what the person wrote and isn't valid", () => {
    writeFileSync(file, '{"odd":{"colour":"red"}}');
    expect(patchConfig(file, builtIn, { mine: { command: "x" } })).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ odd: { colour: "red" }, mine: { command: "x" } });
  });

  it("that can't be saved changes nothing", () => {
    const blocked = path.join(dir, "file");
    writeFileSync(blocked, "");
    expect(patchConfig(path.join(blocked, "agents.json"), builtIn, { mine: { command: "x" } })).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^AGENT_CONFIG_/) },
    });
    expect(existsSync(path.join(blocked, "agents.json"))).toBe(false);
  });
});
