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
  await desk.at.choose("Agent", "Practice");
  const prompt = [{ type: "text", text: JSON.stringify({ text: long, chars: 4_000, everyMs: 1, holdMs: 0 }) }];
  await office.host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, { agentId: "telling", prompt });
  await desk.at.sees(/^Words 119\./);
  await desk.at.idle();
});
afterEach(async () => {
  await desk?.page.context().close();
  expect(desk.complaints).toEqual([]);
});

const long = Array.from({ length: 120 }, (_, n) => `Words ${n}. ${"They go on for some lines. ".repeat(12)}`).join("\n\n");
const top = (): Promise<number> => desk.at.log.evaluate((log) => log.scrollTop);
const height = (): Promise<number> => desk.at.log.evaluate((log) => log.scrollHeight);

/** Step by step, so that every row was drawn once. */
async function readUp(onStep: () => Promise<unknown> = async () => undefined): Promise<void> {
  await until(async () => {
    await desk.at.log.evaluate((log) => log.scrollBy(0, -400));
    await onStep();
    return (await top()) === 0 && (await desk.at.log.getByText(/^Words 0\./).count()) > 0;
  }, "the beginning");
}

it("keeps what is chosen in an open question while the reader is far away", async () => {
  const { at } = desk;
  await at.send("ask Go on? Yes | No");
  const yes = at.log.getByLabel("Yes");
  await yes.check();
  await at.prompt.focus();
  await readUp();
  expect(await at.log.getByText(/^Words 60\./).count()).toBe(0);
  const whole = await height();
  await at.log.evaluate((log) => log.scrollTo(0, log.scrollHeight));
  await until(async () => (await at.log.getByText(/^Words 0\./).count()) === 0, "the end");
  expect(await yes.isChecked()).toBe(true);
  expect(Math.abs((await height()) - whole)).toBeLessThan(3);
});

it("keeps a selection that is longer than what is drawn around the view", async () => {
  const { at, page } = desk;
  const last = at.log.getByText(/^Words 119\./);
  await last.evaluate((text) => getSelection()?.setBaseAndExtent(text, text.childNodes.length, text, 0));
  // As a drag does: to what is first in view.
  await readUp(() =>
    at.log.evaluate((log) => {
      const edge = log.getBoundingClientRect().top;
      const seen = [...log.querySelectorAll("[data-row]")].find((row) => row.getBoundingClientRect().bottom > edge);
      if (seen) getSelection()?.extend(seen, 0);
    }),
  );
  const selected = await page.evaluate(() => getSelection()?.toString() ?? "");
  for (const words of ["Words 3.", "Words 60.", "Words 118.", "Words 119."]) expect(selected).toContain(words);
});
