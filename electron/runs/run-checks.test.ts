import { expect, it } from "vitest";
import { settings } from "../../shared/contract/settings.ts";
import { failure } from "../../shared/errors.ts";
import { createRunBench } from "../testing/run-bench-parts.ts";

it("takes the default agent or none: one that can't be used isn't replaced by another", async () => {
  const bench = createRunBench();
  bench.parts.settings = () => settings.parse({ defaultAgentId: "opencode" });
  const ready = { id: "practice", enabled: true, status: "ready" };
  bench.parts.agents.list = () => [ready] as ReturnType<typeof bench.parts.agents.list>;
  bench.parts.agents.checkUsable = (agentId) =>
    agentId === "practice" ? { ok: true, value: null } : failure("CODING_AGENT_ENGINE_UNAVAILABLE", `${agentId} isn't installed`);
  const refused = await bench.runs.create({ chatId: "chat-1", modelId: null, prompt: [{ type: "text", text: "go" }] });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: "CODING_AGENT_ENGINE_UNAVAILABLE", message: "opencode isn't installed", field: "agentId" },
  });
  expect(bench.runRepository.listOpen()).toEqual([]);
});

it("names the field at fault of a project that isn't trusted, and what changed in it", async () => {
  const bench = createRunBench();
  bench.parts.projects.requireTrusted = async () => failure("PROJECT_NOT_TRUSTED", "Not yet", { data: { changed: [".envrc"] } });
  await expect(bench.start("chat-1")).rejects.toMatchObject({
    code: "PROJECT_NOT_TRUSTED",
    field: "chatId",
    data: { changed: [".envrc"] },
  });
});
