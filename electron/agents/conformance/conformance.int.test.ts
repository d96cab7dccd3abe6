import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { AgentProof, ProofLine } from "../../../shared/contract/agent-proofs.ts";
import { openAgentKit, processesWith, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { value } from "../../testing/value-of.ts";

const lyingMain = path.resolve(import.meta.dirname, "../../testing/lying-agent.ts");
const benchLimits = { stopMs: 700, turnMs: 20_000 };

let kit: AgentKit;
afterEach(() => kit.dispose());

async function prove(id: string): Promise<AgentProof> {
  for await (const event of await value(kit.agents.prove({ id }))) if (event.type === "proof") return event.proof;
  throw new Error("It came to no end");
}

const truths = ({ lines }: Pick<AgentProof, "lines">): Record<string, ProofLine["truth"]> =>
  Object.fromEntries(lines.map(({ step, truth }) => [step, truth]));

const foldersOfTrials = (): string[] => readdirSync(path.join(kit.dataDir, "agents")).filter((name) => name.startsWith("proof-"));

function openWithLiar(dir?: string, version = "1"): void {
  kit = openAgentKit({ benchLimits, ...(dir === undefined ? {} : { dir }) });
  kit.agents.patchConfig({ liar: { command: process.execPath, args: [lyingMain, version] } });
}

describe("a conformance run", () => {
  it("proves what is true of the practice agent, and leaves nothing behind", { timeout: 60_000 }, async () => {
    kit = openAgentKit();
    const proof = await prove("practice");
    expect(proof).toMatchObject({ agentId: "practice", version: "1.0.0", protocol: "acp" });
    const tried = { thinking: "untried", images: "untried", mcp: "no" };
    expect(truths(proof)).toEqual({ ...Object.fromEntries(proof.lines.map(({ step }) => [step, "yes"])), ...tried });
    expect(proof.lines).toHaveLength(21);
    expect(foldersOfTrials()).toEqual([]);
    expect(processesWith(kit.dir)).toEqual([]);
    expect(kit.agents.agentSessions(["work", "beside", "tools"])).toEqual([]);
  });

  it("finds out an agent that says it can all and does it wrong; Hearth goes by that", { timeout: 60_000 }, async () => {
    openWithLiar();
    const before = await kit.open(new TestHost(), "liar", "chat-1");
    expect(before.options.models).toHaveLength(2);
    await before.prompt(textPrompt("Keep the word heron"));
    await kit.agents.backend.closeChat("chat-1");
    expect(kit.agents.backend.outlook("chat-1", "liar")).toBe("resumes");
    const proof = await prove("liar");
    expect(truths(proof)).toEqual({
      ...{ handshake: "yes", "text-turn": "yes", "warm-turn": "yes", usage: "yes", "usage-per-turn": "no" },
      ...{ "edit-allowed": "no", "edit-rejected": "no", command: "no" },
      ...{ "stop-text": "no", "prompt-after-stop": "untried", "stop-tool": "no", "stop-permission": "untried" },
      ...{ "side-by-side": "no", resume: "no", load: "no" },
      ...{ models: "no", modes: "untried", thinking: "untried", commands: "untried", images: "no", mcp: "no" },
    });
    expect(kit.agents.get("liar")).toMatchObject({ asks: "no", options: { models: [] } });
    expect(kit.agents.capabilities().find(({ agentId }) => agentId === "liar")?.proof).toMatchObject({ isOld: false });
    const host = new TestHost();
    const again = await kit.open(host, "liar", "chat-1");
    expect(again.how).toBe("memory-lost");
    const usages = [];
    for (const word of ["one", "two"]) {
      const ended = await again.prompt(textPrompt(`Keep the word ${word}`));
      usages.push(ended.ok ? ended.value.usage?.input : ended.error);
    }
    expect(usages).toEqual([1000, 1000]);
    expect((await kit.open(new TestHost(), "liar", "chat-2")).pid).not.toBe(again.pid);
    expect(processesWith("seq 300")).toEqual([]);
  });

  it("is kept, and says nothing any more of another version", { timeout: 60_000 }, async () => {
    const dir = tempFolder("proofs");
    openWithLiar(dir);
    await prove("liar");
    await kit.dispose();
    openWithLiar(dir);
    const proofOf = () => kit.agents.capabilities().find(({ agentId }) => agentId === "liar")?.proof;
    expect(proofOf()).toMatchObject({ version: "1", isOld: false });
    kit.agents.patchConfig({ liar: { command: process.execPath, args: [lyingMain, "1"], enabled: false } });
    expect(proofOf()).toMatchObject({ version: "1" });
    const agent = path.join(dir, "agent.mjs");
    writeFileSync(agent, `process.argv[2] = "1"; await import(${JSON.stringify(lyingMain)});`);
    kit.agents.patchConfig({ liar: { command: process.execPath, args: [agent] } });
    expect(proofOf()).toBeNull();
    await prove("liar");
    writeFileSync(agent, `process.argv[2] = "2"; await import(${JSON.stringify(lyingMain)});`);
    await kit.agents.refresh(["liar"]);
    expect(proofOf()).toMatchObject({ version: "1", isOld: true });
    expect(kit.agents.get("liar")).toMatchObject({ asks: "unknown" });
  });

  it("deletes at the start what a core left that died in a trial", async () => {
    const dir = tempFolder("proofs");
    mkdirSync(path.join(dir, "data/agents/proof-left/work"), { recursive: true });
    kit = openAgentKit({ dir });
    await kit.agents.start();
    expect(foldersOfTrials()).toEqual([]);
  });

  it("tries a command that is no agent of the list, and keeps nothing", { timeout: 60_000 }, async () => {
    kit = openAgentKit({ benchLimits });
    const entry = { command: process.execPath, args: ["-e", "process.exit(3)"] };
    const lines: ProofLine[] = [];
    for await (const event of await value(kit.agents.prove({ entry }))) if (event.type === "line") lines.push(event.line);
    expect(lines).toHaveLength(21);
    expect(lines[0]).toMatchObject({ step: "handshake", truth: "no", evidence: expect.stringContaining("code 3") });
    expect(lines.slice(1).every(({ truth }) => truth === "untried")).toBe(true);
    expect(kit.agents.capabilities().every(({ proof }) => proof === null)).toBe(true);
  });

  it("ends with its reader, in the middle of a turn", { timeout: 60_000 }, async () => {
    openWithLiar();
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const event of await value(kit.agents.prove({ id: "liar" }, stop.signal))) {
      seen.push(event.type);
      if (event.type === "trying" && event.label.includes("command")) stop.abort();
    }
    expect(seen).not.toContain("proof");
    expect(foldersOfTrials()).toEqual([]);
    expect(processesWith(lyingMain)).toEqual([]);
  });

  it("refuses what isn't there", async () => {
    kit = openAgentKit();
    expect(await kit.agents.prove({ id: "nobody" })).toMatchObject({ ok: false, error: { code: "AGENT_NOT_FOUND" } });
    expect(await kit.agents.prove({})).toMatchObject({ ok: false, error: { code: "INPUT_INVALID" } });
    const entry = { command: "/no/such/program" };
    expect(await kit.agents.prove({ entry })).toMatchObject({ error: { code: "CODING_AGENT_ENGINE_UNAVAILABLE" } });
  });
});
