import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAgentKit, processesWith, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../testing/model-server.ts";
import { agentsDir, findRealAgent, offlineEnv, prepareAgentHome, type RealAgent } from "../../testing/real-agents.ts";
import { until } from "../../testing/until.ts";

// Programs that speak stream-json by themselves, against a model that answers from a script: `claude` where the adapter
// isn't, and `qwen` at the person's word.

const claudeProgram = path.join(agentsDir, "node_modules/@anthropic-ai/claude-agent-sdk-linux-x64/claude");
const tools = {
  claude: { read: "Read", edit: "Edit", command: "Bash", more: {} },
  qwen: { read: "read_file", edit: "edit", command: "run_shell_command", more: { is_background: false } },
};

describe.runIf(findRealAgent("claude") !== null && findRealAgent("qwen") !== null).each(["claude", "qwen"] as const)(
  "the real %s as stream-json",
  { timeout: 240_000 },
  (agentId) => {
    let model: ModelServer;
    let kit: AgentKit;
    let host: TestHost;

    function answer({ words, step }: ModelRequest): ModelReply {
      const names = tools[agentId];
      const command = /run `(.+)`/.exec(words)?.[1];
      if (command !== undefined && step === 0)
        return { toolCalls: [{ name: names.command, args: { command, description: "A command", ...names.more } }] };
      const file = /edit (\S+)/.exec(words)?.[1];
      if (file !== undefined && step === 0) return { toolCalls: [{ name: names.read, args: { file_path: file } }] };
      if (file !== undefined && step === 1)
        return { toolCalls: [{ name: names.edit, args: { file_path: file, old_string: "old", new_string: "new" } }] };
      if (words.includes("please hang")) return { text: ["begun "], hang: true };
      if (words.includes("please refuse")) return { status: 401 };
      return { text: ["You ", "said: ", words.slice(-20)] };
    }

    const setUp = (dir?: string): AgentKit => {
      const made = openAgentKit(dir === undefined ? {} : { dir });
      const env = prepareAgentHome(path.join(made.dir, "home"), model.url);
      const bin = path.join(made.dir, "bin");
      if (!existsSync(bin)) mkdirSync(bin);
      if (agentId === "claude" && !existsSync(path.join(bin, "claude"))) symlinkSync(claudeProgram, path.join(bin, "claude"));
      const PATH = agentId === "claude" ? [bin, path.dirname(process.execPath), "/usr/bin", "/bin"].join(":") : env["PATH"];
      const shell = { env: { ...env, PATH: PATH ?? "" }, source: "shell" as const, problem: null };
      made.deps.shell.get = async () => shell;
      made.deps.shell.known = () => shell;
      const spoken = agentId === "qwen" ? { protocol: "stream-json" } : {};
      made.agents.patchConfig({ [agentId]: { ...spoken, env: offlineEnv[agentId as RealAgent](model.url) } });
      return made;
    };

    beforeAll(async () => {
      model = await startModelServer(answer);
      kit = setUp();
    });
    beforeEach(() => (host = new TestHost()));
    afterAll(async () => {
      await kit?.dispose();
      await model?.close();
    });

    const lastTranscript = (): string =>
      model.requests.findLast(({ tools: offered }) => offered.length > 0)?.transcript.join("\n") ?? "";

    it("takes a turn, and a second one warm, each word said once and each token counted once", async () => {
      const first = await kit.open(host, agentId, "chat-1");
      expect(first.how).toBe("new");
      expect(await first.prompt(textPrompt("one"))).toMatchObject({ ok: true, value: { reason: "done" } });
      expect(host.text).toBe("You said: one");
      const second = await kit.open(host, agentId, "chat-1");
      expect(second).toMatchObject({ how: "warm", pid: first.pid });
      host.updates.length = 0;
      const ended = await second.prompt(textPrompt("two"));
      expect(ended).toMatchObject({ ok: true, value: { usage: { input: 11, output: 5 } } });
      expect(host.text).toBe("You said: two");
      expect(lastTranscript()).toContain("You said: one");
      expect(kit.agents.get(agentId)?.status).toBe("ready");
    });

    it("edits after a permission that shows the change, and not when it is rejected", async () => {
      const session = await kit.open(host, agentId, "chat-2");
      const file = path.join(kit.workingCopy, "greeting.txt");
      writeFileSync(file, "hello old world\n");
      expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({ ok: true });
      expect(readFileSync(file, "utf8")).toBe("hello new world\n");
      const diff = [{ path: file, oldText: "hello old world\n", newText: "hello new world\n" }];
      expect(host.asks.map((ask) => ask.action)).toMatchObject([{ kind: "edit", paths: [file], diff }]);
      writeFileSync(file, "hello old world\n");
      host.answer = (ask) => ({
        kind: "selected",
        optionId: ask.options.find((option) => option.effect === "reject")?.id ?? "",
        allowed: false,
      });
      expect(await session.prompt(textPrompt(`please edit ${file}`))).toMatchObject({ ok: true });
      expect(readFileSync(file, "utf8")).toBe("hello old world\n");
    });

    it("asks before a command, and under Plan changes nothing", async () => {
      const session = await kit.open(host, agentId, "chat-2");
      await session.prompt(textPrompt("please run `echo done > made.txt`"));
      expect(host.asks.map((ask) => ask.action)).toMatchObject([{ kind: "execute", command: "echo done > made.txt" }]);
      expect(readFileSync(path.join(kit.workingCopy, "made.txt"), "utf8")).toBe("done\n");
      host.answer = () => ({ kind: "selected", optionId: "reject", allowed: false, refusedBy: "Plan only" });
      await session.prompt(textPrompt("please run `echo planned > planned.txt`", { policy: "plan" }));
      expect(existsSync(path.join(kit.workingCopy, "planned.txt"))).toBe(false);
      expect(await session.prompt(textPrompt("back"))).toMatchObject({ ok: true, value: { reason: "done" } });
    });

    it("stops, and goes on at once in the same process", async () => {
      const session = await kit.open(host, agentId, "chat-3");
      const going = session.prompt(textPrompt("please hang"));
      await until(() => host.text.includes("begun"), "the first words", 30_000);
      await session.cancel();
      const ended = await going;
      expect(ended.ok ? ended.value.reason : ended.error).toBe("cancelled");
      host.updates.length = 0;
      expect(await session.prompt(textPrompt("next"))).toMatchObject({ ok: true, value: { reason: "done" } });
      expect(host.text).toBe("You said: next");
    });

    it("says why a turn failed", async () => {
      const session = await kit.open(host, agentId, "chat-3");
      expect(await session.prompt(textPrompt("please refuse"))).toMatchObject({
        ok: false,
        error: { type: "failed", message: expect.stringContaining("401") },
      });
    });

    it("comes back with its memory after it was killed and after a restart, and leaves nothing behind", async () => {
      const session = await kit.open(host, agentId, "chat-4");
      await session.prompt(textPrompt("the word is heron"));
      process.kill(session.pid ?? 0, "SIGKILL");
      await until(() => kit.agents.backend.outlook("chat-4", agentId) === "resumes");
      const again = await kit.open(host, agentId, "chat-4");
      expect(again).toMatchObject({ agentSessionId: session.agentSessionId, how: "resumed" });
      await again.prompt(textPrompt("which word"));
      expect(lastTranscript()).toContain("heron");
      await kit.scope.dispose();
      kit.store.close();
      expect(processesWith(session.agentSessionId)).toEqual([]);
      kit = setUp(kit.dir);
      expect(await kit.open(host, agentId, "chat-4")).toMatchObject({ how: "resumed" });
    });
  },
);
