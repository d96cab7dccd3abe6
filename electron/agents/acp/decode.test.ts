import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { AgentUpdate } from "../port.ts";
import { decodeTokens, decodeTool, decodeUpdate } from "./decode.ts";
import { permissionAction, permissionOptions } from "./permission-action.ts";
import { optionsOf, readState } from "./session-state.ts";

// What OpenCode 1.18.33, Qwen Code 0.24.4 and Claude's adapter 0.100.0 really sent, one of each kind.
type Recorded = { agent: string; kind: "update" | "permission" | "opened" | "ended"; value: Record<string, unknown> };
const recorded: Recorded[] = readFileSync(path.join(import.meta.dirname, "../../testing/fixtures/acp-messages.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

function valuesOf(agent: string, kind: Recorded["kind"]): Record<string, unknown>[] {
  return recorded.filter((entry) => entry.agent === agent && entry.kind === kind).map((entry) => entry.value);
}

function updatesOf(agent: string): AgentUpdate[] {
  return valuesOf(agent, "update").flatMap((update) => decodeUpdate(update) ?? []);
}

describe.each(["opencode", "qwen", "claude"])("what %s sends", (agent) => {
  it("is understood, all of it", () => {
    const updates = valuesOf(agent, "update").filter((update) => update["sessionUpdate"] !== "config_option_update");
    expect(updates.length).toBeGreaterThan(7);
    for (const update of updates) expect(decodeUpdate(update), String(update["sessionUpdate"])).not.toBeNull();
  });

  it("holds text, tools with their diffs, commands by name and context figures", () => {
    const updates = updatesOf(agent);
    expect(updates.some((update) => update.type === "text" && update.text !== "")).toBe(true);
    const tools = updates.flatMap((update) => (update.type === "tool" ? [update.tool] : []));
    expect(new Set(tools.map((tool) => tool.status))).toContain("completed");
    expect(tools.some((tool) => tool.diff?.some((diff) => diff.newText.includes("new world")))).toBe(true);
    const commands = updates.flatMap((update) => (update.type === "commands" ? update.commands : []));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands)
      expect(
        Object.keys(command)
          .toSorted()
          .filter((key) => key !== "hint"),
      ).toEqual(["description", "name"]);
    expect(updates).toContainEqual(
      expect.objectContaining({
        type: "usage",
        usage: expect.objectContaining({ contextUsed: expect.any(Number), contextSize: 200_000 }),
      }),
    );
  });

  it("asks permission for actions that can be inspected, each with its options", () => {
    const asks = valuesOf(agent, "permission");
    const actions = asks.map((ask) => permissionAction(ask["toolCall"], "/repo"));
    expect(actions).toContainEqual(
      expect.objectContaining({
        kind: "edit",
        paths: ["/repo/greeting.txt"],
        diff: [expect.objectContaining({ path: "/repo/greeting.txt" })],
      }),
    );
    expect(actions).toContainEqual(
      expect.objectContaining({ kind: "execute", command: expect.stringMatching(/from-shell/), cwd: "/repo" }),
    );
    for (const ask of asks) {
      const options = permissionOptions(ask["options"]);
      expect(options.length).toBe(Array.isArray(ask["options"]) ? ask["options"].length : 0);
      const once = options.filter((option) => option.lasts === "once");
      expect(once.map((option) => option.effect)).toEqual(expect.arrayContaining(["allow", "reject"]));
    }
  });

  it("offers models and modes when a session opens", () => {
    const state = readState(valuesOf(agent, "opened")[0]);
    expect(optionsOf(state).models.length).toBeGreaterThan(0);
    expect(optionsOf(state).modes.length).toBeGreaterThan(1);
    expect(state.model?.setter).toEqual({ via: "config", configId: "model", boolean: false });
    expect(state.model?.choices.map((choice) => choice.id)).toContain(state.model?.current);
  });
});

it("reads tokens from a prompt's answer, and from Qwen's empty chunk", () => {
  for (const agent of ["opencode", "claude"])
    expect(decodeTokens(valuesOf(agent, "ended")[0]?.["usage"])).toMatchObject({
      input: expect.any(Number),
      output: expect.any(Number),
    });
  expect(updatesOf("qwen")).toContainEqual({ type: "usage", usage: { input: 1000, output: 20, cached: 0, reasoning: 0 } });
  expect(decodeTokens({})).toBeNull();
});

it("answers null for what isn't known, and takes fields of a wrong shape for absent", () => {
  expect(decodeUpdate({ sessionUpdate: "from_the_future" })).toBeNull();
  expect(decodeUpdate("text")).toBeNull();
  expect(decodeUpdate({ sessionUpdate: "tool_call" })).toBeNull();
  expect(decodeUpdate({ sessionUpdate: "agent_message_chunk", content: 7 })).toEqual([]);
  expect(
    decodeUpdate({ sessionUpdate: "plan", entries: [{ content: "a", priority: "high", status: "pending" }, { content: 1 }] }),
  ).toEqual([{ type: "plan", entries: [{ content: "a", priority: "high", status: "pending" }] }]);
  expect(
    decodeUpdate({
      sessionUpdate: "tool_call_update",
      toolCallId: "t",
      kind: "teleport",
      status: "odd",
      locations: "x",
      content: [null, 1],
    }),
  ).toEqual([{ type: "tool", tool: { id: "t", kind: "other" } }]);
});

it("keeps of a command only name, description and hint, and of those no more than a screen", () => {
  const command = { name: "big", description: "d".repeat(100_000), input: { hint: "h" }, _meta: { skill: "s".repeat(500_000) } };
  const [update] =
    decodeUpdate({ sessionUpdate: "available_commands_update", availableCommands: [command, { description: "no name" }] }) ?? [];
  expect(JSON.stringify(update).length).toBeLessThan(3000);
  expect(update).toMatchObject({ commands: [{ name: "big", hint: "h" }] });
});

it.each([
  ["codex's output", { rawOutput: { exit_code: 2, formatted_output: "no" } }, { exitCode: 2 }],
  ["an adapter's own field", { _meta: { terminal_exit: { exit_code: 137, signal: null } } }, { exitCode: 137 }],
  ["opencode's metadata", { rawOutput: { output: "", metadata: { exit: 1 } } }, { exitCode: 1 }],
  ["a time limit", { rawOutput: { timed_out: true, exit_code: null } }, { timedOut: true }],
  ["only words", { rawOutput: { output: "exit code 1, timed out" } }, undefined],
])("tells how a command ended from %s", (_, told, ending) => {
  expect(decodeTool({ toolCallId: "1", status: "failed", ...told })?.ending).toEqual(ending);
});
