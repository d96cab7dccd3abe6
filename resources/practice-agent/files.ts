import { lstatSync, realpathSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { methods, RequestError, type ToolCallUpdate, type ToolKind } from "@agentclientprotocol/sdk/unstable";
import type { PracticeTurn } from "./turn.ts";

/** Reads a file through the client where it offers that, and shows it as a tool call. */
export async function readFileTool(turn: PracticeTurn, name: string): Promise<void> {
  const file = inside(turn, name);
  const toolCallId = await start(turn, "read", `Read ${name}`, { locations: [{ path: file }], rawInput: { path: file } });
  const text = await readText(turn, file);
  if (text === null) return failed(turn, toolCallId, `${name} can't be read`);
  await done(turn, toolCallId, { content: [{ type: "content", content: { type: "text", text } }] });
}

export async function createFile(turn: PracticeTurn, name: string, text: string): Promise<void> {
  const file = inside(turn, name);
  await edit(turn, { name, file, oldText: await readText(turn, file), newText: text, title: `Create ${name}` });
}

export async function replaceInFile(turn: PracticeTurn, name: string, before: string, after: string): Promise<void> {
  const file = inside(turn, name);
  const oldText = await readText(turn, file);
  if (oldText === null || !oldText.includes(before)) {
    const toolCallId = await start(turn, "edit", `Edit ${name}`, { locations: [{ path: file }] });
    return failed(turn, toolCallId, oldText === null ? `${name} can't be read` : `"${before}" isn't in ${name}`);
  }
  await edit(turn, { name, file, oldText, newText: oldText.replace(before, () => after), title: `Edit ${name}` });
}

async function edit(
  turn: PracticeTurn,
  change: { name: string; file: string; oldText: string | null; newText: string; title: string },
): Promise<void> {
  const { file, oldText, newText } = change;
  const shown = {
    title: change.title,
    kind: "edit" as const,
    locations: [{ path: file }],
    content: [{ type: "diff" as const, path: file, oldText, newText }],
    rawInput: { path: file },
  };
  const toolCallId = await start(turn, "edit", change.title, shown);
  if (turn.memory.modeId === "ask" && !(await turn.permitted({ toolCallId, ...shown })))
    return failed(turn, toolCallId, "Rejected");
  const problem = await writeText(turn, file, newText);
  if (problem) return failed(turn, toolCallId, problem);
  await done(turn, toolCallId, { content: shown.content });
}

/** The protocol has no way to delete through the client, so this agent does it itself, once it may; in every mode it asks. */
export async function deleteFile(turn: PracticeTurn, name: string): Promise<void> {
  const file = inside(turn, name);
  const shown = { title: `Delete ${name}`, kind: "delete" as const, locations: [{ path: file }], rawInput: { path: file } };
  const toolCallId = await start(turn, "delete", shown.title, shown);
  if (!isThere(file)) return failed(turn, toolCallId, `${name} isn't there`);
  if (!(await turn.permitted({ toolCallId, ...shown }))) return failed(turn, toolCallId, "Rejected");
  await rm(file, { recursive: true });
  await done(turn, toolCallId, {});
}

export async function renameFile(turn: PracticeTurn, fromName: string, toName: string): Promise<void> {
  const from = inside(turn, fromName);
  const to = inside(turn, toName);
  const shown = {
    title: `Rename ${fromName} to ${toName}`,
    kind: "move" as const,
    locations: [{ path: from }, { path: to }],
    rawInput: { from, to },
  };
  const toolCallId = await start(turn, "move", shown.title, shown);
  if (!isThere(from)) return failed(turn, toolCallId, `${fromName} isn't there`);
  if (isThere(to)) return failed(turn, toolCallId, `${toName} is there already`);
  if (!(await turn.permitted({ toolCallId, ...shown }))) return failed(turn, toolCallId, "Rejected");
  await mkdir(path.dirname(to), { recursive: true });
  await rename(from, to);
  await done(turn, toolCallId, {});
}

/** Absolute path of a name, refused where it or a link on the way leads out of the working copy. */
function inside(turn: PracticeTurn, name: string): string {
  const root = realpathSync(turn.memory.cwd);
  const file = path.resolve(turn.memory.cwd, name);
  let ancestor = file;
  while (!isThere(ancestor)) ancestor = path.dirname(ancestor);
  const real = lstatSync(ancestor).isSymbolicLink() ? realOrNull(ancestor) : realpathSync(ancestor);
  const way = real === null ? ".." : path.relative(root, real);
  if (way === ".." || way.startsWith(`..${path.sep}`) || path.isAbsolute(way) || file === path.resolve(turn.memory.cwd))
    throw RequestError.invalidParams({ path: name }, `${name} isn't inside the working copy`);
  return file;
}

function realOrNull(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    // A link to nothing.
    return null;
  }
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

async function readText(turn: PracticeTurn, file: string): Promise<string | null> {
  try {
    if (!turn.capabilities.fs?.readTextFile) return await readFile(file, "utf8");
    const sessionId = turn.memory.sessionId;
    return (await turn.untilCancelled(turn.client.request(methods.client.fs.readTextFile, { sessionId, path: file }))).content;
  } catch (error) {
    turn.throwIfCancelled();
    if (error instanceof RequestError || (error instanceof Error && "code" in error)) return null;
    throw error;
  }
}

/** Returns why it couldn't be written, or null. */
async function writeText(turn: PracticeTurn, file: string, content: string): Promise<string | null> {
  try {
    if (turn.capabilities.fs?.writeTextFile)
      await turn.untilCancelled(
        turn.client.request(methods.client.fs.writeTextFile, { sessionId: turn.memory.sessionId, path: file, content }),
      );
    else {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return null;
  } catch (error) {
    turn.throwIfCancelled();
    if (error instanceof Error) return error.message;
    throw error;
  }
}

export async function start(
  turn: PracticeTurn,
  kind: ToolKind,
  title: string,
  more: Partial<ToolCallUpdate> = {},
): Promise<string> {
  const toolCallId = turn.newToolCallId();
  const { locations, rawInput, content } = more;
  await turn.send({
    sessionUpdate: "tool_call",
    toolCallId,
    title,
    kind,
    status: "in_progress",
    ...(locations ? { locations } : {}),
    ...(content ? { content } : {}),
    ...(rawInput === undefined ? {} : { rawInput }),
  });
  return toolCallId;
}

export async function done(turn: PracticeTurn, toolCallId: string, more: Partial<ToolCallUpdate>): Promise<void> {
  await turn.send({ sessionUpdate: "tool_call_update", ...more, toolCallId, status: "completed" });
}

export async function failed(turn: PracticeTurn, toolCallId: string, reason: string): Promise<void> {
  const content = [{ type: "content" as const, content: { type: "text" as const, text: reason } }];
  await turn.send({ sessionUpdate: "tool_call_update", toolCallId, status: "failed", content, rawOutput: { error: reason } });
  await turn.say(`${reason}.\n`);
}
