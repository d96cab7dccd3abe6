import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { builtInAgents } from "./catalog.ts";
import { childEnvironment, maskValue } from "./child-environment.ts";

const builtIn = builtInAgents({ command: "/n/node", args: [] }, "/h/plugin.ts");
const [opencode, qwen, practice, codex] = ["opencode", "qwen", "practice", "codex"].map((id) =>
  builtIn.find((agent) => agent.id === id),
);
if (!opencode || !qwen || !practice || !codex) throw new Error("The catalogue has these four agents");
const shell = {
  HOME: "/h",
  PATH: "/usr/bin:/bin",
  ANTHROPIC_API_KEY: "a",
  OPENAI_API_KEY: "o",
  DASHSCOPE_API_KEY: "d",
  OPENCODE_CONFIG: "c",
  QWEN_X: "q",
  GITHUB_TOKEN: "g",
  HEARTH_TOKEN: "t",
  OPENCODE_SERVER_PASSWORD: "the person's own",
};

const parse = (text: string | undefined): unknown => JSON.parse(text ?? "");

it("makes opencode ask whatever the person's own variables say, and keeps the rest of them", () => {
  const own = {
    ...shell,
    OPENCODE_PERMISSION: '{"bash":"allow","edit":{"*":"allow"},"webfetch":"deny"}',
    OPENCODE_CONFIG_CONTENT: '{"plugin":["theirs"],"model":"m"}',
  };
  const env = childEnvironment(opencode, own, "/usr/bin/opencode");
  expect(parse(env["OPENCODE_PERMISSION"])).toEqual({ bash: "ask", edit: "ask", webfetch: "deny" });
  expect(parse(env["OPENCODE_CONFIG_CONTENT"])).toEqual({ plugin: ["theirs", "file:///h/plugin.ts"], model: "m" });
  const broken = childEnvironment(opencode, { ...shell, OPENCODE_PERMISSION: "{" }, "/usr/bin/opencode");
  expect(parse(broken["OPENCODE_PERMISSION"])).toEqual({ edit: "ask", bash: "ask" });
});

it("has agents reach this machine past a proxy, with what the person spares from it already", () => {
  const proxied = { ...shell, HTTPS_PROXY: "http://proxy.test", no_proxy: "intranet.test" };
  const spared = "intranet.test,127.0.0.1,localhost";
  expect(childEnvironment(practice, proxied, "/n/node")).toMatchObject({ NO_PROXY: spared, no_proxy: spared });
  expect(childEnvironment(practice, { ...shell, no_proxy: "x" }, "/n/node")).not.toHaveProperty("NO_PROXY");
});

it("S89 gives each agent the keys that it reads itself, and no other's", () => {
  expect(Object.keys(childEnvironment(practice, shell, "/n/node")).toSorted()).toEqual(["HOME", "PATH"]);
  const forQwen = childEnvironment(qwen, shell, "/usr/bin/qwen");
  expect(forQwen).toMatchObject({ OPENAI_API_KEY: "o", DASHSCOPE_API_KEY: "d", QWEN_X: "q" });
  for (const name of ["ANTHROPIC_API_KEY", "OPENCODE_CONFIG", "OPENCODE_SERVER_PASSWORD", "GITHUB_TOKEN", "HEARTH_TOKEN"])
    expect(forQwen).not.toHaveProperty(name);
  const forOpencode = childEnvironment(opencode, shell, "/usr/bin/opencode");
  expect(forOpencode).toMatchObject({ ANTHROPIC_API_KEY: "a", OPENCODE_CONFIG: "c" });
  expect(forOpencode).not.toHaveProperty("DASHSCOPE_API_KEY");
  // 256 bits of our own, whatever the shell says.
  expect(forOpencode["OPENCODE_SERVER_PASSWORD"]).toMatch(/^[\w-]{43}$/);
});

it("tells an adapter of the person's own program, unless they say otherwise", () => {
  const bin = tempFolder("bin");
  const own = path.join(bin, "codex");
  writeFileSync(own, "#!/bin/sh\n", { mode: 0o755 });
  const here = { ...shell, PATH: bin };
  const codexPath = (more: Record<string, string>, set: Record<string, string> = {}): string | undefined =>
    childEnvironment({ ...codex, env: set }, { ...here, ...more }, "/n/codex-acp")["CODEX_PATH"];
  expect(codexPath({})).toBe(own);
  expect(codexPath({ PATH: "/nowhere" })).toBeUndefined();
  expect(codexPath({ CODEX_PATH: "/mine/codex" })).toBe("/mine/codex");
  expect(codexPath({}, { CODEX_PATH: "" })).toBeUndefined();
});

it("puts the folder of the program on the PATH, once", () => {
  expect(childEnvironment(practice, shell, "/n/node")["PATH"]).toBe("/n:/usr/bin:/bin");
  expect(childEnvironment(practice, shell, "/usr/bin/node")["PATH"]).toBe("/usr/bin:/bin");
});

it("fills the definition's own variables from the shell's", () => {
  const own = { ...practice, env: { KEY: "${GITHUB_TOKEN}", BOTH: "${HOME}/x:${NOT_SET}" } };
  expect(childEnvironment(own, shell, "/n/node")).toMatchObject({ KEY: "g", BOTH: "/h/x:" });
});

it("hides what looks like a secret", () => {
  expect(maskValue("MY_API_KEY", "sk-123")).toBe("(hidden, 6 characters)");
  expect(maskValue("HTTPS_PROXY", "http://me:pw@p:1")).toBe("http://…@p:1");
  expect(maskValue("LANG", "C")).toBe("C");
});
