import { expect, it } from "vitest";
import { readsFolder, relativeWord } from "./relative-word.ts";

const entry = (line: string, env: Record<string, string> = {}) => {
  const [command = "", ...args] = line.split(" ");
  return { type: "stdio" as const, command, args, env, shared: false };
};

it.each([
  ["./server", "./server"],
  ["tools/server --port 1", "tools/server"],
  ["node server.js", "server.js"],
  ["node --env-file=.env /opt/server.js", "--env-file=.env"],
  ["node server", "server"],
  ["/usr/bin/python3.12 -u server", "server"],
  ["python -c exec(open('./x.py'))", "./x.py"],
  ["sh run", "run"],
  ["bash -c ./run", "./run"],
  ["deno run -A main.ts", "main.ts"],
  ["bun run build/index.js", "build/index.js"],
  ["uv run server.py", "server.py"],
  ["java -jar server.jar", "server.jar"],
  ["env A=1 node index.mjs", "index.mjs"],
  ["npx ./server", "./server"],
  ["npx -y server@1.2.3 .", "."],
  ["node ~/server.js", "~/server.js"],
  ["serve --plugin=../plugin", "--plugin=../plugin"],
  ["serve config.yaml", "config.yaml"],
])("S20 %s names a file by where it begins: %s", (line, word) => expect(relativeWord(entry(line))).toBe(word));

it.each([
  "node /opt/server.js",
  "npx -y @scope/server@1.2.3 /home/me/docs",
  "npx chart.js@1.2.3",
  "uvx --from mcp-server-git==1.0 mcp-server-git",
  "uv --directory /opt/server run main.py",
  "python -m mcp_server",
  "deno run -A npm:server@1.2.3",
  "docker run -i --rm mcp/github",
  "mcp-server-git --repository .",
  "npx mcp-remote@1.2.3 https://mcp.test/sse",
  "C:\\tools\\server.exe --x",
])("has nothing against %s", (line) => expect(relativeWord(entry(line))).toBeNull());

it.each([
  [{ NODE_OPTIONS: "--require ./x.js" }, "NODE_OPTIONS=--require ./x.js"],
  [{ PATH: "bin:/usr/bin" }, "PATH=bin:/usr/bin"],
  [{ PYTHONPATH: "./lib" }, "PYTHONPATH=./lib"],
  [{ PYTHONPATH: "lib" }, "PYTHONPATH=lib"],
  [{ PYTHONPATH: ":/opt/lib" }, "PYTHONPATH=:/opt/lib"],
  [{ LD_LIBRARY_PATH: "/opt/lib:" }, "LD_LIBRARY_PATH=/opt/lib:"],
  [{ DATA: "./data", NODE_OPTIONS: "--max-old-space-size=4096", PATH: "${PATH}:/opt" }, null],
])("S20 a variable out of which programs run: %j", (env, word) => expect(relativeWord(entry("serve", env))).toBe(word));

it("knows what looks into the folder that it begins in", () => {
  for (const line of [
    "npx x",
    "uvx x",
    "uv run x",
    "python -m x",
    "node --import tsx /x.ts",
    "node --import=tsx /x.ts",
    "node --require=dotenv /x.js",
    "python3 -mserver",
    "python3 -um server",
    "sh -c x",
    "env A=1 npm exec x",
    "make x",
  ])
    expect(readsFolder(entry(line)), line).toBe(true);
  expect(readsFolder(entry("node /x.js", { NODE_OPTIONS: "--import tsx" }))).toBe(true);
  expect(readsFolder(entry("node /x.js", { NODE_OPTIONS: "--max-old-space-size=4096" }))).toBe(false);
  for (const line of ["node /x.js", "python /x.py", "mcp-server-git --repository .", "docker run x"])
    expect(readsFolder(entry(line)), line).toBe(false);
});
