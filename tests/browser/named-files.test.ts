import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import { axeFinds } from "../kit/axe.ts";
import { openTellingOffice, type DeskPage, type Office } from "../kit/desk-page.ts";
import type { Telling } from "../kit/telling-agent.ts";

let office: Office;
let desk: DeskPage;
let asked: string[][];
beforeAll(async () => {
  office = await openTellingOffice();
}, 120_000);
afterAll(() => office?.close());
beforeEach(async () => {
  desk = await office.desk();
  const root = desk.session.workingCopy.path;
  for (const [name, text] of Object.entries({ "src/app.ts": "one\ntwo\nthree\n", "src/a b.md": "# A\n", Makefile: "all:\n" })) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  asked = [];
  desk.page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => {
      const paths = /"paths":(\[[^\]]*\])/.exec(String(payload))?.[1];
      if (String(payload).includes("/files/kinds") && paths) asked.push(JSON.parse(paths) as string[]);
    }),
  );
  // The socket that is there already isn't told of.
  await desk.page.reload();
  await desk.at.prompt.waitFor();
});

async function tell(text: string, more: Partial<Telling> = {}): Promise<void> {
  const prompt = [{ type: "text", text: JSON.stringify({ text, chars: text.length, everyMs: 0, holdMs: 0, ...more }) }];
  await office.host.api("POST", `/chats/${desk.chat.id}/coding-agent/runs`, { agentId: "telling", prompt });
}
const links = () => desk.at.log.locator("[data-row=text]").getByRole("link");
const shown = () => desk.page.locator("[data-file-text]:visible");

const reply = [
  "See `src/app.ts:2`, src/app.ts, (cart.ts:1). Also `Makefile`, [the notes](src/a%20b.md) and [app](src/app.ts#L3).",
  "Not `none.ts:3`, ../outside.ts, `/etc/passwd:1`, `../../x.ts`, `src`, [gone](src/gone.ts), e.g. this.",
  "```\nsrc/app.ts:1\n```",
].join("\n\n");

it("files of the working copy that a reply names are links, and nothing else is", async () => {
  await tell(reply);
  await until(async () => (await links().count()) === 6, "the files to be links");
  expect(await links().allInnerTexts()).toEqual(["src/app.ts:2", "src/app.ts", "cart.ts:1", "Makefile", "the notes", "app"]);
  expect(asked).toHaveLength(1);
  expect(asked.flat().filter((name) => name.startsWith("/") || name.includes(".."))).toEqual([]);
  expect(await axeFinds(desk.page)).toEqual([]);
  const route = `/sessions/${desk.session.id}/files/kinds`;
  expect(await office.host.api("GET", `${route}?paths[0]=src/app.ts&paths[1]=../x`)).toEqual([
    { path: "src/app.ts", kind: "text" },
    { path: "../x", kind: null },
  ]);
});

it("they open at their line, by a click and by keyboard", async () => {
  await tell(reply);
  await links().filter({ hasText: "src/app.ts:2" }).click();
  await shown().locator('[data-line="2"][aria-current="location"]').waitFor();
  await desk.page.locator("[data-file-text]:focus").waitFor();
  await links().filter({ hasText: "app" }).last().focus();
  await desk.page.keyboard.press("Enter");
  await shown().locator('[data-line="3"][aria-current="location"]').waitFor();
  await links().filter({ hasText: "the notes" }).press("Enter");
  await desk.page.getByRole("tab", { name: "a b.md" }).waitFor();
});

it("while a reply still comes it is not looked at, and no word moves when its links come", async () => {
  await tell("Look at `src/app.ts:2`, then", { holdMs: 60_000 });
  await desk.at.sees("then");
  const code = desk.at.log.locator("[data-row=text] code");
  const before = await code.boundingBox();
  expect(asked).toEqual([]);
  await desk.at.button("Stop").click();
  await links().first().waitFor();
  expect(await code.boundingBox()).toEqual(before);
});
