import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SandboxPolicy } from "../../shared/contract/settings.ts";
import { ownPrograms } from "../testing/own-programs.ts";
import { CommandSandbox } from "./command-sandbox.ts";

let place: string;
let root: string;
let sandbox: CommandSandbox;
let policy: SandboxPolicy;
let hosts: string[];

beforeEach(() => {
  place = realpathSync(mkdtempSync(path.join(os.tmpdir(), "hearth-test-sandbox-")));
  root = path.join(place, "copy");
  for (const folder of ["copy", "home/.ssh", "own"]) mkdirSync(path.join(place, folder), { recursive: true });
  writeFileSync(path.join(place, "home/.ssh/id_ed25519"), "the private key");
  writeFileSync(path.join(place, "own/token"), "the token");
  [policy, hosts] = ["on", []];
  sandbox = new CommandSandbox({
    program: ownPrograms.sandboxHost,
    home: path.join(place, "home"),
    own: [path.join(place, "own")],
    settings: () => ({ sandbox: policy, sandboxHosts: hosts }),
  });
});

afterEach(async () => {
  await sandbox.dispose();
  rmSync(place, { recursive: true, force: true });
});

/** What a shell's command prints and is refused. */
async function run(script: string, at = root): Promise<{ said: string; refused: string[] }> {
  const wrapped = await sandbox.wrap(["sh", "-c", script], { root: at, cwd: at });
  if (!wrapped.ok) throw new Error(wrapped.error);
  const { command, args, refused } = wrapped.value;
  const env = { PATH: process.env["PATH"] ?? "", HOME: path.join(place, "home") };
  const said = await new Promise<string>((resolve) =>
    execFile(command, args, { cwd: at, env }, (_, stdout, stderr) => resolve(`${stdout}${stderr}`)),
  );
  return { said, refused: await refused(said) };
}

it("writes the working copy and its own temporary files, and nowhere else", async () => {
  const outside = path.join(place, "home/outside");
  const { refused } = await run(`echo in > a.txt; echo t > "$TMPDIR/t" && cat "$TMPDIR/t" > b.txt; echo out > '${outside}'`);
  expect(readFileSync(path.join(root, "a.txt"), "utf8")).toBe("in\n");
  expect(readFileSync(path.join(root, "b.txt"), "utf8")).toBe("t\n");
  expect(existsSync(outside)).toBe(false);
  expect(refused).toEqual([`writing ${outside}`]);
});

it("gives each working copy temporary files of its own, which no other one's commands write", async () => {
  const other = path.join(place, "other");
  mkdirSync(other);
  const [mine, theirs] = await Promise.all([
    run('echo mine > "$TMPDIR/t"; echo "$TMPDIR"'),
    run('echo theirs > "$TMPDIR/t"; echo "$TMPDIR"', other),
  ]);
  const [folder, otherFolder] = [mine.said.trim(), theirs.said.trim()];
  expect(folder).not.toBe(otherFolder);
  expect((await run('cat "$TMPDIR/t"')).said).toBe("mine\n");
  expect((await run(`echo more > '${otherFolder}/t'`)).refused).toEqual([`writing ${otherFolder}/t`]);
  expect(readFileSync(path.join(otherFolder, "t"), "utf8")).toBe("theirs\n");
  await sandbox.dispose();
  expect([existsSync(folder), existsSync(otherFolder)]).toEqual([false, false]);
});

it("writes nothing of a working copy that others run: git's folder, editors' settings", async () => {
  for (const folder of [".git/hooks", ".vscode"]) mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, ".git/config"), "[core]\n");
  const { refused } = await run("echo x > .git/hooks/pre-commit; echo y >> .git/config; echo z > .vscode/tasks.json");
  expect(readFileSync(path.join(root, ".git/config"), "utf8")).toBe("[core]\n");
  for (const file of [".git/hooks/pre-commit", ".vscode/tasks.json"]) expect(existsSync(path.join(root, file))).toBe(false);
  const places = [".git/hooks/pre-commit", ".git/config", ".vscode/tasks.json"].map((file) => `writing ${path.join(root, file)}`);
  expect(refused).toEqual(places);
});

it("reads no keys and nothing of Hearth's, and says which was asked for", async () => {
  const { said, refused } = await run("cat ~/.ssh/id_ed25519; cat ../own/token; cat ../own/../copy/none");
  expect(said).not.toMatch(/private key|the token/);
  expect(refused).toEqual([`reading ${path.join(place, "home/.ssh")}`]);
});

it("reaches only the hosts that are listed", async () => {
  const server = createServer((_, response) => response.end("the page"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const get = (host: string): string =>
    `${process.execPath} -e 'const p=new URL(process.env.HTTP_PROXY);require("http").get({host:p.hostname,port:p.port,path:"http://${host}:${port}/",headers:{"Proxy-Authorization":"Basic "+Buffer.from(decodeURIComponent(p.username)+":"+p.password).toString("base64")}},(r)=>r.pipe(process.stdout))'`;
  const direct = `${process.execPath} -e 'require("net").connect(${port},"127.0.0.1").on("connect",()=>console.log("reached")).on("error",(e)=>console.log(e.code))'`;
  try {
    const refused = await run(`${get("localhost")}; ${direct}`);
    expect(refused.said).not.toContain("the page");
    expect(refused.said).toContain("ECONNREFUSED");
    expect(refused.refused).toEqual([`reaching localhost:${port}`]);
    hosts = ["localhost"];
    expect(await run(get("localhost"))).toEqual({ said: "the page", refused: [] });
  } finally {
    server.close();
  }
});

it("passes every word as it is", async () => {
  const words = ["a b", "it's", "$HOME", "; ls", "*", "\n", ""];
  const wrapped = await sandbox.wrap(["printf", "%s|", ...words], { root, cwd: root });
  if (!wrapped.ok) throw new Error(wrapped.error);
  const { command, args } = wrapped.value;
  const said = await new Promise<string>((resolve) => execFile(command, args, { cwd: root }, (_, out) => resolve(out)));
  expect(said).toBe(words.map((word) => `${word}|`).join(""));
});

it("leaves a command as it is where the policy is off", async () => {
  policy = "off";
  expect(await sandbox.wrap(["sh", "-c", "true"], { root, cwd: root })).toMatchObject({
    ok: true,
    value: { command: "sh", args: ["-c", "true"], note: null },
  });
});

it("runs nothing without a sandbox where one is required, and says so where it is only on", async () => {
  await sandbox.dispose();
  const gone = new CommandSandbox({
    program: path.join(place, "no-such-program.js"),
    home: place,
    own: [],
    settings: () => ({ sandbox: policy, sandboxHosts: hosts }),
  });
  const on = await gone.wrap(["true"], { root, cwd: root });
  expect(on).toMatchObject({ ok: true, value: { command: "true", note: expect.stringContaining("No sandbox: ") } });
  policy = "required";
  expect(await gone.wrap(["true"], { root, cwd: root })).toMatchObject({ ok: false });
  await gone.dispose();
});

it("takes a sandbox that leaves something open for none where one is required, and says so where it is only on", async () => {
  const program = path.join(place, "leaky.mjs");
  const answers = `{ check: { type: "checked", problem: null, gap: "sockets are open" }, wrap: { type: "wrapped", argv: ["true"] } }`;
  writeFileSync(
    program,
    `import { parentPort } from "node:worker_threads";
    parentPort.on("message", (request) => request ? parentPort.postMessage({ id: request.id, ...${answers}[request.type] }) : process.exit(0));`,
  );
  const settings = () => ({ sandbox: policy, sandboxHosts: hosts });
  const leaky = new CommandSandbox({ program, home: place, own: [], settings });
  const note = "The sandbox isn't whole: sockets are open";
  expect(await leaky.wrap(["true"], { root, cwd: root })).toMatchObject({ ok: true, value: { command: "true", note } });
  expect(await leaky.problem()).toBeNull();
  policy = "required";
  expect(await leaky.problem()).toBe("the one here isn't whole (sockets are open)");
  expect(await leaky.wrap(["true"], { root, cwd: root })).toMatchObject({ ok: false });
  await leaky.dispose();
});
