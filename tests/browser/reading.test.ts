import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { openTellingOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

let office: Office;
let desk: DeskPage;

beforeAll(async () => {
  office = await openTellingOffice();
});
afterAll(() => office?.close());
beforeEach(async () => {
  desk = await office.desk();
  const prompt = [{ type: "text", text: JSON.stringify({ text: long, chars: 4_000, everyMs: 1, holdMs: 0 }) }];
  await office.host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, { agentId: "telling", prompt });
  await desk.at.sees(/^Words 49\./);
  await desk.at.idle();
});
afterEach(async () => {
  await desk?.page.context().close();
  expect(desk.complaints).toEqual([]);
});

const long = Array.from({ length: 50 }, (_, n) => `Words ${n}. ${"They go on for some lines. ".repeat(12)}`).join("\n\n");
const top = (): Promise<number> => desk.at.log.evaluate((log) => log.scrollTop);

/** Scrolls by so much and tells by how much what was in view has moved, once it is drawn. */
const step = (by: number): Promise<number> =>
  desk.at.log.evaluate(async (log, px) => {
    const view = log.getBoundingClientRect();
    const seen = [...log.querySelectorAll(".markdown p")].find((text) => text.getBoundingClientRect().top > view.top)!;
    const before = seen.getBoundingClientRect().top;
    log.scrollBy(0, px);
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    return Math.round(before - seen.getBoundingClientRect().top);
  }, by);

/** To the beginning in steps: by how much those moved what was in view that did not move it by their own length. */
async function readUp(): Promise<number[]> {
  const wrong: number[] = [];
  while ((await top()) > 200) {
    const moved = await step(-200);
    if (Math.abs(moved + 200) > 1) wrong.push(moved);
  }
  return wrong;
}

it("moves nothing under a reader who goes up after the window became wider or narrower", async () => {
  const { page, at } = desk;
  expect(await readUp()).toEqual([]);
  for (const width of [620, 1280]) {
    await at.log.evaluate((log) => log.scrollTo(0, log.scrollHeight));
    await until(async () => (await at.log.getByText(/^Words 0\./).count()) === 0, "the end");
    await page.setViewportSize({ width, height: 800 });
    await at.log.getByText(/^Words 49\./).waitFor();
    expect(await readUp(), `${width} px`).toEqual([]);
  }
});
