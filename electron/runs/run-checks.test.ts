import { describe, expect, it } from "vitest";
import { settings } from "../../shared/contract/settings.ts";
import { failure } from "../../shared/errors.ts";
import { createRunBench } from "../testing/run-bench.ts";

it("takes the default agent or none: one that can't be used isn't replaced by another", async () => {
  const bench = createRunBench();
  bench.services.settings = () => settings.parse({ defaultAgentId: "opencode" });
  const ready = { id: "practice", enabled: true, status: "ready" };
  bench.services.agents.list = () => [ready] as ReturnType<typeof bench.services.agents.list>;
  bench.services.agents.checkUsable = (agentId) =>
    agentId === "practice" ? { ok: true, value: null } : failure("CODING_AGENT_ENGINE_UNAVAILABLE", `${agentId} isn't installed`);
  const refused = await bench.runs.create({ chatId: "chat-1", modelId: null, prompt: [{ type: "text", text: "go" }] });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "CODING_AGENT_ENGINE_UNAVAILABLE", message: "opencode isn't installed", field: "agentId" },
  });
  expect(bench.runRepository.listOpen()).toEqual([]);
});

it("compares a base revision with the files as they are, not as they were when last remembered", async () => {
  const bench = createRunBench();
  bench.services.sessions.revisionOf = async () => "tree-now";
  await expect(bench.start("chat-1", "stale", { baseRevisionId: "tree-0" })).rejects.toMatchObject({
    code: "REVISION_CONFLICT",
    data: { revisionId: "tree-now" },
  });
  expect((await bench.start("chat-1", "true", { baseRevisionId: "tree-now" })).baseRevisionId).toBe("tree-now");
});

it("names the field at fault of a project that isn't trusted, and what changed in it", async () => {
  const bench = createRunBench();
  bench.services.projects.requireTrusted = async () =>
    failure("PROJECT_NOT_TRUSTED", "Not yet", { data: { changed: [".envrc"] } });
  await expect(bench.start("chat-1")).rejects.toMatchObject({
    code: "PROJECT_NOT_TRUSTED",
    field: "chatId",
    data: { changed: [".envrc"] },
  });
});

it("tells the checks in their order: trust before the working copy, the agent before its images, the revision last", async () => {
  const bench = createRunBench();
  const image = { type: "image" as const, mimeType: "image/png", data: "AAAA" };
  const create = async () => {
    const prompt = [{ type: "text" as const, text: "look" }, image];
    const made = await bench.runs.create({ chatId: "chat-1", agentId: "fake", modelId: null, prompt, baseRevisionId: "other" });
    return made.ok ? null : [made.error.code, made.error.field];
  };
  const place = bench.services.sessions.find(bench.services.chats.find("chat-1")?.sessionId ?? "");
  bench.services.sessions.find = () => place && { ...place, copy: { ...place.copy, state: "missing" } };
  bench.services.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", "Not yet");
  expect(await create()).toEqual(["PROJECT_NOT_TRUSTED", "chatId"]);
  bench.services.projects.requireTrusted = async () => ({ ok: true, value: null });
  expect(await create()).toEqual(["WORKING_COPY_MISSING", "chatId"]);
  bench.services.sessions.find = () => place;
  bench.services.agents.checkUsable = () => failure("CODING_AGENT_ENGINE_UNAVAILABLE", "Not installed");
  const told = { agentId: "fake", images: false } as ReturnType<typeof bench.services.agents.capabilities>[number];
  bench.services.agents.capabilities = () => [told];
  expect(await create()).toEqual(["CODING_AGENT_ENGINE_UNAVAILABLE", "agentId"]);
  bench.services.agents.checkUsable = () => ({ ok: true, value: null });
  expect(await create()).toEqual(["INPUT_INVALID", "prompt"]);
  told.images = null;
  expect(await create()).toEqual(["REVISION_CONFLICT", "baseRevisionId"]);
  expect(bench.runRepository.listOpen()).toEqual([]);
});

it("refuses a key that was used for another prompt or choice, and names the run that it was used for", async () => {
  const bench = createRunBench();
  const first = await bench.start("chat-1", "once", { idempotencyKey: "k" });
  for (const [text, more] of [
    ["twice", {}],
    ["once", { modelId: "other" }],
    ["once", { modeId: "plan" }],
  ] as const)
    await expect(bench.start("chat-1", text, { idempotencyKey: "k", ...more })).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
      field: "idempotencyKey",
      data: { runId: first.id },
    });
  expect(bench.runRepository.listChat("chat-1", 10)).toHaveLength(1);
});

describe("an agent that never asks", () => {
  const at = (agentId: string) => ({
    id: agentId,
    label: "Pi",
    description: "",
    homepage: null,
    installHint: null,
    package: null,
    install: null,
    keys: [],
    licence: null,
    wellKnown: false,
    found: "yes" as const,
    forPractice: false,
    signIn: [],
    tui: null,
    askingSince: null,
    source: "user" as const,
    enabled: true,
    status: "ready" as const,
    reason: null,
    version: null,
    path: null,
    checkedAt: null,
    options: { models: [], modes: [], thinkingLevels: [], commands: [] },
    asks: "no" as const,
    changedUnaskedAt: null,
    policyModes: {},
    looseModes: {},
  });

  it.each([
    ["plan", "worktree", true],
    ["plan", "in-place", true],
    ["ask", "in-place", true],
    ["accept-edits", "in-place", true],
    ["ask", "worktree", false],
    ["full", "in-place", false],
  ] as const)("under %s in a copy of kind %s is refused: %s, unless the person says so", async (policy, kind, refused) => {
    const bench = createRunBench();
    bench.services.agents.list = () => [at("pi")];
    const session = bench.services.sessions.find("ses-a");
    if (!session) throw new Error("No session");
    Object.assign(session, { policy, copy: { ...session.copy, kind } });
    const input = { chatId: "chat-1", agentId: "pi", modelId: null, prompt: [{ type: "text" as const, text: "go" }] };
    const created = await bench.runs.create(input);
    expect(created).toMatchObject(
      refused
        ? { ok: false, error: { code: "CODING_AGENT_DOES_NOT_ASK", field: "agentId", data: { agentId: "pi" } } }
        : { ok: true },
    );
    if (!refused) return;
    Object.assign(session, { unaskedAgents: ["pi"] });
    expect(await bench.runs.create(input)).toMatchObject({ ok: true });
  });
});

it("runs nothing where a sandbox is required and can't be kept: by an agent's own commands, or without one", async () => {
  const bench = createRunBench();
  bench.services.settings = () => settings.parse({ sandbox: "required" });
  const code = async (): Promise<string | null> => {
    const made = await bench.runs.create({
      chatId: "chat-1",
      agentId: "fake",
      modelId: null,
      prompt: [{ type: "text", text: "go" }],
    });
    return made.ok ? null : `${made.error.code}: ${made.error.message}`;
  };
  bench.services.agents.definitionOf = () => ({ silenceLimitSeconds: null, leavesCommands: false });
  expect(await code()).toMatch(/^CODING_AGENT_SANDBOX_REQUIRED: .*runs commands by itself/);
  bench.services.agents.definitionOf = () => ({ silenceLimitSeconds: null, leavesCommands: true });
  bench.services.sandbox.problem = async () => "bwrap isn't installed";
  expect(await code()).toMatch(/^CODING_AGENT_SANDBOX_REQUIRED: .*bwrap isn't installed/);
  bench.services.sandbox.problem = async () => null;
  expect(await code()).toBeNull();
});
