import { afterAll, beforeAll, expect, it } from "vitest";
import type { Chat } from "../shared/contract/chats.ts";
import type { Run } from "../shared/contract/runs.ts";
import type { Terminal } from "../shared/contract/terminals.ts";
import type { ModelReply } from "../electron/testing/model-server.ts";
import { startLocalModelServer, type LocalModelServer } from "../electron/testing/model-servers/start.ts";
import { until } from "../electron/testing/until.ts";
import { startHost, type Host } from "./kit/host.ts";
import { agentReady, createWorkPlace, openDesk, type Desk, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
let server: LocalModelServer;
let host: Host;
let desk: Desk;
/** What the model does in a turn, by its step. */
let script: readonly ModelReply[] = [];

const call = (name: string, args: Record<string, unknown>): ModelReply => ({ toolCalls: [{ name, args }] });

beforeAll(async () => {
  place = await createWorkPlace();
  server = await startLocalModelServer({
    ...{ kind: "llama-server", models: [{ name: "small-coder", window: 32_768, loaded: true, tools: true }] },
    reply: ({ said, step }) => ({
      promptTokens: "counted",
      ...(said.startsWith("Part: ") ? { text: ["The part is done."] } : (script[step] ?? { text: ["Done."] })),
    }),
  });
  host = await startHost({ env: place.hostEnv });
  await host.api("POST", "/local-models/endpoints", { name: "Workshop", url: server.root });
  await agentReady(host, "hearth");
  desk = await openDesk(host, place.repo);
  await host.api("PATCH", `/sessions/${desk.session.id}`, { policy: "full" });
}, 120_000);
afterAll(async () => {
  await host?.stop();
  await server?.close();
  place?.dispose();
});

/** What is asked for whatever the policy is, as a look at the person's own terminal. */
async function allowAll(): Promise<void> {
  for (const { permission } of await host.api<{ permission?: { id: string } }[]>("GET", "/inbox"))
    if (permission) await host.api("POST", `/permissions/${permission.id}/answer`, { optionId: "allow" });
}

/** Runs the script in a chat, and returns what each call was answered. */
async function answers(chat: Chat, steps: readonly ModelReply[], more: object = {}): Promise<string[]> {
  script = steps;
  const run = await host.api<Run>("POST", `/chats/${chat.id}/coding-agent/runs`, { agentId: "hearth", prompt: "Go", ...more });
  const ended = await until(
    async () => {
      await allowAll();
      const now = await host.api<Run>("GET", `/runs/${run.id}`);
      return now.endedAt === null ? null : now;
    },
    "the run's end",
    60_000,
  );
  expect(ended).toMatchObject({ status: "completed" });
  const { transcript } = server.requests.at(-1) ?? { transcript: [] };
  return transcript.filter((text) => text.startsWith("tool: ")).slice(-steps.length);
}

it("sees the project, its other chats and terminals, and gives a part of the work away", { timeout: 120_000 }, async () => {
  const other = await host.api<Chat>("POST", `/sessions/${desk.session.id}/chats`);
  const steps = [
    call("workspace_index", {}),
    call("collect_context", { query: "total" }),
    call("new_task", { task: "Part: look around", mode: "ask" }),
  ];
  const [index, context, part] = await answers(desk.chat, steps);
  expect(index).toMatch(/cart\.ts {2}\d+ bytes {2}[0-9a-f]{12} {2}typescript\n {2}const total 1/);
  expect(context).toContain("1| export const total = 1;");
  expect(part).toBe("tool: The part is done.");

  const terminal = await host.api<Terminal>("POST", `/sessions/${desk.session.id}/terminals`, { cols: 80, rows: 24 });
  await host.api("POST", `/terminals/${terminal.id}/write`, { data: "echo good-$((40 + 2))\n" });
  const reads = ["", "1", terminal.id].map((tab) => call("read_tab", tab === "" ? {} : { tab }));
  const [list, chat, screen] = await until(async () => {
    const read = await answers(other, reads);
    return read[2]?.includes("good-42") === true ? read : null;
  }, "what the terminal printed");
  expect(list).toContain(`${terminal.id}  terminal`);
  expect(chat).toContain("Person: Go\nhearth (completed):\n[workspace_index — completed]");
  expect(screen).toContain("echo good-$((40 + 2))");
});

it("tells an agent of the contract that a prompt came with, and pages through it", { timeout: 60_000 }, async () => {
  const integrationContract = { name: "Shop", tools: [{ name: "addItem", inputSchema: { properties: { id: {} } } }] };
  const whole = await answers(desk.chat, [call("describe_integration_contract", {})], { context: { integrationContract } });
  expect(whole[0]).toContain('"name": "addItem"');
  expect(server.requests.at(-1)?.said).toContain("- addItem(id?)");
  // A later prompt without one: the summary isn't told again, and the tool still has it.
  const later = await answers(desk.chat, [call("describe_integration_contract", { tool: "addItem" })]);
  expect(later[0]).toContain('"name": "addItem"');
  expect(server.requests.at(-1)?.said).not.toContain("addItem");
  await expect(
    host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, {
      prompt: "x",
      context: { integrationContract: { tools: [{}] } },
    }),
  ).rejects.toMatchObject({ code: "INPUT_INVALID" });
});

it("has no web search before the person set one up, and one from then on", { timeout: 60_000 }, async () => {
  const steps = [call("web_search", { query: "tea" })];
  expect((await answers(desk.chat, steps))[0]).toContain("No web search is set up");
  await expect(host.api("PATCH", "/settings", { webSearchUrl: "not an address" })).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });
  await host.api("PATCH", "/settings", { webSearchUrl: server.root });
  // The stand-in is no search engine.
  expect((await answers(desk.chat, steps))[0]).toContain("The web search failed");
});

it("works as a persona of the project's, which stands among its commands", { timeout: 60_000 }, async () => {
  const file =
    "---\ndescription: Looks for faults\nmode: ask\ntools: Read\nsampling:\n  temperature: 0.2\n---\nName each fault.\n";
  place.write(desk.session.workingCopy.path, { ".hearth/agents/reviewer.md": file });
  const list = () => host.api<{ commands: object[] }>("GET", `/agents/hearth/commands?chatId=${desk.chat.id}`);
  // What has come in isn't trusted yet.
  expect((await list()).commands).toEqual([]);
  await host.api("POST", `/projects/${desk.project.id}/trust`);
  const { commands } = await list();
  expect(commands).toMatchObject([{ name: "reviewer", description: "Looks for faults", kind: "persona", owner: "project" }]);
  const edit = call("create_file", { path: "fault.txt", content: "x" });
  const told = await answers(desk.chat, [edit, call("grep", { pattern: "x" })], { prompt: "/reviewer look" });
  expect(told).toEqual([expect.stringContaining("the mode ask"), expect.stringContaining("tools of this persona")]);
  const request = server.requests.at(-1);
  expect(request?.transcript.join("\n")).toContain('<persona name="reviewer">\nName each fault.\n</persona>');
  expect(JSON.parse(request?.raw ?? "{}")).toMatchObject({ temperature: 0.2 });

  const broken = "---\ndescription: Reviews: and changes nothing\nmode: ask\n---\nReview.\n";
  place.write(desk.session.workingCopy.path, { ".hearth/agents/reviewer.md": broken });
  await host.api("POST", `/projects/${desk.project.id}/trust`);
  const asked = server.requests.length;
  const run = await host.api<Run>("POST", `/chats/${desk.chat.id}/coding-agent/runs`, {
    agentId: "hearth",
    prompt: "/reviewer x",
  });
  const ended = await until(async () => {
    const now = await host.api<Run>("GET", `/runs/${run.id}`);
    return now.endedAt === null ? null : now;
  }, "the run's end");
  expect(ended).toMatchObject({ status: "failed" });
  expect(JSON.stringify(ended)).toMatch(/\.hearth\/agents\/reviewer\.md: its head can't be read.*description: Reviews/);
  expect(server.requests).toHaveLength(asked);
});
