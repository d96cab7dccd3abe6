import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { openTellingOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import type { Telling } from "../kit/telling-agent.ts";

const answer = `# What was done

A first paragraph with **some** words and \`code\` in it.
See [the notes][1].

- one item
- another item

  with a paragraph of its own

\`\`\`ts
const answer: number = 42; // and why
export const name = "x";
\`\`\`

> A quote after the code.

| a | b |
|---|---|
| 1 | 2 |

שלום לכולם

The last paragraph.`;
const long = `${answer}\n\n`.repeat(12);

describe("streaming", () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openTellingOffice();
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk();
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  const tell = async (telling: Partial<Telling>): Promise<void> => {
    const prompt = [{ type: "text", text: JSON.stringify({ text: answer, chars: 7, everyMs: 1, holdMs: 0, ...telling }) }];
    await office.host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, { agentId: "telling", prompt });
  };
  const frames = (count = 20): Promise<void> =>
    desk.page.evaluate(async (times) => {
      for (let frame = 0; frame < times; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    }, count);
  /** Where each block of the answer that is in view stands in the window. */
  const blocks = (): Promise<string[]> =>
    desk.at.log.locator(".markdown").evaluateAll((texts) =>
      texts
        .flatMap((text) => [...text.children])
        .filter((element) => {
          const [{ top, bottom }, view] = [
            element.getBoundingClientRect(),
            element.closest("[role=log]")!.getBoundingClientRect(),
          ];
          return bottom > view.top && top < view.bottom;
        })
        .map((element) => {
          const { top, height } = element.getBoundingClientRect();
          return `${element.tagName} ${element.textContent.slice(0, 20)}: ${top.toFixed(1)}, ${height.toFixed(1)} px`;
        }),
    );

  it.each([
    ["a short answer", answer],
    ["the end of a long one", long],
  ])("moves no block of %s as its turn ends, and has coloured its code before", async (_name, text) => {
    const { at } = desk;
    await tell({ text, holdMs: 15_000 });
    await until(async () => (await at.log.innerText()).trimEnd().includes("The last paragraph."), "the text", 30_000);
    await until(async () => (await at.log.locator("[data-code=comment]").count()) > 0, "colours");
    await frames();
    const before = await blocks();
    expect(before.length).toBeGreaterThan(7);
    expect(await at.button("Stop").count()).toBe(1);
    await at.idle();
    await frames();
    expect(await blocks()).toEqual(before);
  });

  it("stands at the end after the window became another size, while it streams and when it is over", async () => {
    const { at, page } = desk;
    const toEnd = (): Promise<number> => at.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop);
    await tell({ text: long, chars: 20, everyMs: 12 });
    await until(() => at.log.evaluate((log) => log.scrollTop > 600), "the end to be followed", 30_000);
    for (const when of ["streaming", "over"]) {
      if (when === "over") await at.idle();
      for (const [width, height] of [
        [1280, 1100],
        [900, 1100],
        [1280, 500],
        [1400, 900],
        [1280, 800],
      ] as const) {
        await page.setViewportSize({ width, height });
        await frames();
        // Between two frames there is text that is added and not followed yet.
        await until(async () => (await toEnd()) < 3, `the end, ${when}, ${width} × ${height}`);
        expect(await at.button("Jump to latest").count()).toBe(0);
      }
    }
  });

  it("lets a reader go by small steps of the wheel and by arrows, and shows them the place again when they are back", async () => {
    const { at, page } = desk;
    await tell({ text: long.repeat(60), chars: 20, everyMs: 10 });
    await at.sees(/^What was done$/);
    await until(() => at.log.evaluate((log) => log.scrollTop > 600), "the end to be followed", 30_000);
    for (const away of ["wheel", "arrow"]) {
      await at.log.hover();
      if (away === "wheel") for (let step = 0; step < 8; step += 1) await page.mouse.wheel(0, -4);
      else await at.log.press("ArrowUp");
      await frames();
      const seen = await blocks();
      await frames(40);
      // The last of them may still grow.
      expect((await blocks()).slice(0, 1), away).toEqual(seen.slice(0, 1));
      await at.button("Jump to latest").click();
      await until(() => at.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop < 3), "the end");
    }
    await page.mouse.wheel(0, -900);
    await frames();
    const place = await blocks();
    expect(place.length).toBeGreaterThan(4);
    const other = { workingCopy: "worktree", title: "Elsewhere" };
    await office.host.api("POST", `/projects/${office.project.id}/sessions`, other);
    await office.host.api("PATCH", `/sessions/${desk.session.id}`, { title: "Reading" });
    const row = (title: string) => page.locator("nav li button", { hasText: title }).first();
    await row("Elsewhere").click();
    await page.getByText("Write below what an agent should do").waitFor();
    await row("Reading").click();
    await until(
      async () => ((await blocks()).join() === place.join() ? true : Promise.reject((await blocks()).join("\n"))),
      "the place",
    );
  });
});
