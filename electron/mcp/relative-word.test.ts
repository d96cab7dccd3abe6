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
  ["timeout 5 node server.js", "server.js"],
  ["timeout -k 1 --signal=TERM 5s ./server", "./server"],
  ["nice -n 5 node server.js", "server.js"],
  ["nice -10 nohup node server.js", "server.js"],
  ["env -u A B=c node server.js", "server.js"],
  ["env -i -S node server.js", "server.js"],
  ["env -C tools node /opt/server.js", "tools"],
  ["stdbuf -oL -e 0 python server.py", "server.py"],
  ["time -f %e xvfb-run -a -s x node server.js", "server.js"],
  ["cmd /d /s /c node server.js", "server.js"],
  ["uv --directory server run main", "server"],
  ["uv --directory=server run main.py", "server"],
  ["docker run -v ./data:/data mcp/github", "./data:/data"],
  ["docker run --env-file .env mcp/github", ".env"],
  ["docker run --env-file=.env mcp/github", "--env-file=.env"],
  ["docker compose -f tools.yml run server", "tools.yml"],
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
  "docker run -it --rm -v /home/me/docs:/docs -w /app -e CONFIG=config.json --network none node:22 node x.js",
  "podman container run --init --name a.py --entrypoint ./start.sh mcp/github ./x.js",
  "docker exec -i -w ./app server node ./x.js",
  "timeout 5 docker run --pull always node:22 node x.js",
  "uv --directory=/opt/server run main.py",
  "uv run --directory /opt/server main.py",
  "npm --prefix=/opt/server exec server.js",
  "env -C /opt/server node server.js",
  "env --chdir=/opt/server A=b node server.js",
  "timeout 5 npx -y server@1.2.3",
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
    "timeout 5 npx x",
    "nice npx x",
    "nice -n 5 uvx x",
    "env -u A --ignore-environment B=c npx x",
    "env -S npx x",
    "ionice -c 3 setsid -w npx x",
    "cmd /d /c npx x",
    "make x",
  ])
    expect(readsFolder(entry(line)), line).toBe(true);
  expect(readsFolder(entry("node /x.js", { NODE_OPTIONS: "--import tsx" }))).toBe(true);
  expect(readsFolder(entry("node /x.js", { NODE_OPTIONS: "--max-old-space-size=4096" }))).toBe(false);
  for (const line of ["node /x.js", "python /x.py", "mcp-server-git --repository .", "docker run x"])
    expect(readsFolder(entry(line)), line).toBe(false);
});
