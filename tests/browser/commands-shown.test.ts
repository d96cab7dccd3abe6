import { afterAll, beforeAll, expect, it } from "vitest";
import { openOffice, type Office } from "../kit/desk-page.ts";

let office: Office;
beforeAll(async () => {
  office = await openOffice();
}, 120_000);
afterAll(() => office?.close());

const command = String.raw`printf '10 %%\r20 %%\n\033[31mred\033[0m \033]8;;https://example.org/\033\\there\033]8;;\033\\\n'; : rm -rf ./build  src`;

it("draws a command character for character, and its output as a terminal would leave it", async () => {
  const { at, complaints } = await office.desk();
  await at.choose("Agent", "Practice");
  await at.send(`run ${command}\nsay over`);
  await at.answer(/rm -rf/, /^Allow once/);
  await at.sees(/^over$/);
  const row = at.log.locator("[data-row=tool]");
  expect(await row.locator("button code").textContent()).toBe(command);
  // Both parts of it are as wide as what is in them: a blank at the end of one takes its room.
  const blanks = await row.locator("button code > span").evaluateAll((parts) =>
    parts.map((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return range.toString().length === 0 || getComputedStyle(part).whiteSpace === "pre";
    }),
  );
  expect(blanks).toEqual([true, true]);
  await row.locator("button").first().click();
  const output = row.locator("pre").last();
  await output.getByText("there").waitFor();
  expect((await output.textContent())?.trim()).toBe("20 %\nred there");
  expect(await output.getByRole("link", { name: "there" }).getAttribute("href")).toBe("https://example.org/");
  const red = await output.getByText("red", { exact: true }).evaluate((element) => getComputedStyle(element).color);
  expect(red).not.toBe(await output.evaluate((element) => getComputedStyle(element).color));
  // All of it is in view.
  expect(await at.button("Jump to latest").count()).toBe(0);
  expect(complaints).toEqual([]);
});
