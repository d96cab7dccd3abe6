import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { StreamTerminal } from "./terminal.ts";

/** What a bold line and a dim note come to. */
function print(where: { stdout: boolean; stderr: boolean; env?: NodeJS.ProcessEnv }) {
  const stdout = Object.assign(new PassThrough(), { isTTY: where.stdout });
  const stderr = Object.assign(new PassThrough(), { isTTY: where.stderr });
  const lost: Error[] = [];
  const io = new StreamTerminal({
    stdin: process.stdin,
    stdout,
    stderr,
    env: where.env ?? {},
    onLost: (error) => void lost.push(error),
  });
  io.line(`${io.bold("name")} ${io.dim("path")}`);
  io.note(io.dim("note"));
  return { stdout, lost, text: [String(stdout.read()), String(stderr.read())] };
}

it("styles only what goes to a terminal that shows styles, each stream by itself", () => {
  const styled = ["\u001b[1mname\u001b[22m \u001b[2mpath\u001b[22m\n", "\u001b[2mnote\u001b[22m\n"];
  const plain = ["name path\n", "note\n"];
  expect(print({ stdout: true, stderr: true }).text).toEqual(styled);
  expect(print({ stdout: false, stderr: true }).text).toEqual([plain[0], styled[1]]);
  expect(print({ stdout: true, stderr: false }).text).toEqual([styled[0], plain[1]]);
  expect(print({ stdout: true, stderr: true, env: { TERM: "dumb" } }).text).toEqual(plain);
  expect(print({ stdout: true, stderr: true, env: { NO_COLOR: "1" } }).text).toEqual(plain);
});

it("tells of output that has no place, and of a reader that went away nothing", () => {
  const { stdout, lost } = print({ stdout: false, stderr: false });
  stdout.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
  stdout.emit("error", Object.assign(new Error("full"), { code: "ENOSPC" }));
  expect(lost.map(({ message }) => message)).toEqual(["full"]);
});
