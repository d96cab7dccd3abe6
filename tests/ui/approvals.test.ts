import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { InboxItem, PermissionRequest } from "../../shared/contract/permissions.ts";
import { launchBrowser, openPage } from "./browser.ts";
import { now, sampleState, startFakeCore, type FakeCore } from "./fake-core.ts";

let browser: Browser;
let core: FakeCore;
let page: Page;

const ask = (id: string, more: Partial<PermissionRequest> = {}): InboxItem => ({
  kind: "permission",
  id,
  at: now,
  permission: {
    id,
    runId: "r1",
    chatId: "c1",
    sessionId: "s1",
    projectId: "p1",
    agentId: "practice",
    asker: null,
    title: "Read README",
    action: { kind: "execute", argv: ["rm", "-rf", "my files"], command: "cat README", cwd: "/worktrees" },
    options: [
      { optionId: "yes", kind: "allow_once", name: "Reject" },
      { optionId: "no", kind: "reject_once", name: "Allow once" },
    ],
    warnings: [],
    rememberable: true,
    status: "open",
    createdAt: now,
    ...more,
  },
});

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  core = await startFakeCore(sampleState());
  ({ page } = await openPage(browser, core.url));
  await page.locator("[data-session-row]").filter({ hasText: "cart rounding" }).click();
  await page.getByRole("button", { name: "Inbox", exact: true }).last().click();
});
afterEach(async () => {
  await page.context().close();
  await core.close();
});

const inbox = () => page.getByRole("complementary", { name: "Inbox" });
const button = (name: string) => inbox().getByRole("button", { name: new RegExp(`^${name}:`) });
const armed = async (name: string): Promise<void> => {
  await until(async () => (await button(name).getAttribute("aria-disabled")) === "false", `${name} to be armed`);
};

describe("permission card", () => {
  it("S81 tells what will be done from the fields, and what the agent says as its claim", async () => {
    core.setInbox([ask("a1")]);
    const card = inbox().locator('[data-approval="a1"]');
    await card.waitFor();
    expect(await card.locator("pre").textContent()).toBe("$rm -rf 'my files'");
    const text = await card.innerText();
    expect(text).toContain("Run a command");
    expect(text).toContain("in /worktrees");
    expect(text).toContain("Practice calls it “Read README”");
    expect(text).not.toContain("cat README");
  });

  it("S81 shows hidden characters as marks, and says that they are there", async () => {
    core.setInbox([ask("a1", { title: "say \u202e\u001b[2K", action: { kind: "execute", argv: ["echo", "a\u200bb"] } })]);
    const card = inbox().locator('[data-approval="a1"]');
    await card.waitFor();
    const text = await card.innerText();
    expect(text).toContain("⟨U+200B⟩");
    expect(text).toContain("⟨U+202E⟩␛[2K");
    expect(text).toContain("characters that would not be seen");
  });

  it("S81 keeps its buttons in reach of a flood of lines, and hides nothing to the right", async () => {
    const command = `${"\n".repeat(10_000)}rm -rf / ${"x".repeat(5_000)}`;
    core.setInbox([ask("a1", { action: { kind: "execute", command } })]);
    await armed("Allow once");
    const box = await button("Reject").boundingBox();
    expect(box && box.y + box.height).toBeLessThanOrEqual(800);
    const pre = inbox().locator("pre");
    expect(await pre.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await inbox().innerText()).toContain("10001 lines");
  });

  it("shows a change of thousands of lines, or both texts where they can’t be compared, with the buttons in reach", async () => {
    const lines = (indent: string, count: number): string =>
      Array.from({ length: count }, (_, n) => `${indent}line ${n};\n`).join("");
    const edit = (oldText: string, newText: string): Partial<PermissionRequest> => ({
      action: { kind: "edit", paths: ["/worktrees/a.ts"], diff: [{ path: "/worktrees/a.ts", oldText, newText }] },
    });
    core.setInbox([ask("a1", edit(lines("", 9_000), lines("  ", 9_000)))]);
    await inbox().getByText("Too different to compare line by line").waitFor();
    await armed("Allow once");
    expect((await button("Reject").boundingBox())?.y).toBeLessThan(780);
    core.setInbox([ask("a2", edit(lines("", 9_000), `${lines("", 9_000)}one more\n`))]);
    await inbox().getByText("one more").waitFor();
  });

  it("S81 says that an action without fields cannot be inspected", async () => {
    core.setInbox([ask("a1", { action: { kind: "undecodable" } })]);
    await inbox().getByText("Something that cannot be inspected").waitFor();
  });

  it("S82 answers with the option of the button's kind, whatever the agent calls it", async () => {
    core.setInbox([ask("a1"), ask("a2", { createdAt: now })]);
    await armedFirst("Reject");
    await button("Reject").first().click();
    await until(() => core.calls.length === 1, "the answer");
    await armedFirst("Session");
    await button("Session").first().click();
    await until(() => core.calls.length === 2, "the second answer");
    expect(core.calls.map(({ input }) => input)).toEqual([
      { id: "a1", optionId: "no", remember: "once", minutes: null },
      { id: "a2", optionId: "yes", remember: "session", minutes: null },
    ]);
    await inbox().getByText("Nothing waits for you").waitFor();
  });

  it("S84 sends one answer for a double click", async () => {
    core.setInbox([ask("a1")]);
    await armed("Allow once");
    await button("Allow once").evaluate((element: HTMLElement) => {
      element.click();
      element.click();
    });
    await inbox().getByText("Nothing waits for you").waitFor();
    expect(core.calls).toHaveLength(1);
  });

  it("S85 takes no focus and obeys neither click nor key at the moment it appears", async () => {
    await page.getByRole("searchbox", { name: "Search sessions" }).click();
    await page.evaluate(() => {
      // As if a hand had been on its way: clicked and typed into the moment the card is there.
      new MutationObserver((_changes, observer) => {
        const card = document.querySelector<HTMLElement>('[data-approval="a1"]');
        if (!card) return;
        observer.disconnect();
        for (const element of card.querySelectorAll<HTMLElement>("button")) element.click();
        card.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
        document.body.dataset.tried = "yes";
      }).observe(document.body, { childList: true, subtree: true });
    });
    core.setInbox([ask("a1")]);
    await page.locator("body[data-tried=yes]").waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("type"))).toBe("search");
    await page.keyboard.press("Enter");
    await page.keyboard.press("a");
    await armed("Allow once");
    expect(core.calls).toEqual([]);
    await inbox().locator('[data-approval="a1"]').focus();
    await page.keyboard.press("a");
    await until(() => core.calls.length === 1, "the answer by key");
    expect(core.calls[0]?.input).toEqual({ id: "a1", optionId: "yes", remember: "once", minutes: null });
  });
});

describe("the keys", () => {
  const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor();

  it("go to the first card of the inbox, from each answered one to the next, and from the last to the composer", async () => {
    await page.keyboard.press("Control+j");
    await focused("[data-composer]");
    core.setInbox([ask("a1"), ask("a2"), ask("a3")]);
    await page.getByRole("button", { name: "Inbox: 3 waiting for you" }).waitFor();
    await page.keyboard.press("Control+j");
    await focused('[data-approval="a1"]');
    await armedFirst("Allow once");
    await page.keyboard.press("Enter");
    await focused('[data-approval="a2"]');
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await armedFirst("Session");
    await page.keyboard.press("Enter");
    await focused('[data-approval="a3"]');
    await armedFirst("Reject");
    await button("Reject").click();
    await focused("[data-composer]");
    expect(core.calls.map(({ input }) => input)).toEqual([
      { id: "a1", optionId: "yes", remember: "once", minutes: null },
      { id: "a2", optionId: "yes", remember: "session", minutes: null },
      { id: "a3", optionId: "no", remember: "once", minutes: null },
    ]);
  });
});

describe("question card", () => {
  it("answers a choice, and wants one first", async () => {
    const options = [
      { value: "x", label: "Half up" },
      { value: "y", label: "Half even" },
    ];
    const question = {
      id: "q1",
      runId: "r1",
      chatId: "c1",
      sessionId: "s1",
      projectId: "p1",
      agentId: "practice",
      asker: null,
      message: "Which?",
      createdAt: now,
    };
    core.setInbox([
      { kind: "question", id: "q1", at: now, question: { ...question, kind: "question", status: "open", options } },
    ]);
    const answer = inbox().getByRole("button", { name: "Answer" });
    await until(async () => (await answer.getAttribute("aria-disabled")) === "false", "the card to be armed");
    await answer.click();
    await inbox().getByText("Choose one.").waitFor();
    await inbox().getByLabel("Half even").check();
    await answer.click();
    await until(() => core.calls.length === 1, "the answer");
    expect(core.calls[0]?.input).toEqual({ id: "q1", content: { value: "y" } });
  });
});

async function armedFirst(name: string): Promise<void> {
  await until(async () => (await button(name).first().getAttribute("aria-disabled")) === "false", `${name} to be armed`);
}
