import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLocalModelServer, type LocalModelServer } from "../../electron/testing/model-servers/start.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";
import { agentReady } from "../kit/work-place.ts";

const prompt = "Please have a look at how the totals of carts with several currencies are rounded to cents";
let office: Office;
let server: LocalModelServer;

beforeAll(async () => {
  const models = [{ name: "small-coder", window: 16_384, loaded: true, tools: true, slots: 2 }];
  server = await startLocalModelServer({
    ...{ kind: "llama-server", models },
    reply: ({ said }) => ({
      promptTokens: "counted",
      ...(said.includes("wait for ever") ? { text: ["I begin"], hang: true } : { text: ["They are."] }),
    }),
  });
  office = await openOffice();
  await office.host.api("POST", "/local-models/endpoints", { name: "Workshop", url: server.root });
  await agentReady(office.host, "hearth");
});
afterAll(async () => {
  await office?.close();
  await server?.close();
});

it("names a chat and tags its session behind the first turn, drafts a commit's message once no turn is in its way, and sums a chat up", async () => {
  const { at, page, session, complaints } = await office.desk();
  server.scriptSideJobs(({ words }) => ({
    text: [
      words.startsWith("Tags") ? "rounding, Bug" : words.startsWith("Name") ? "Rounding of totals" : "Round the total\u202e up",
    ],
  }));
  await at.choose("Agent", /^Hearth/);
  await at.send(prompt);
  await at.sees("They are.");
  await page.getByRole("tab", { name: /Rounding of totals/ }).waitFor();
  await page.getByRole("navigation").getByText("Rounding of totals").first().waitFor();
  await page.getByRole("button", { name: "#rounding #bug" }).click();
  const tags = page.getByRole("textbox", { name: "Tags of the session" });
  await tags.fill("carts, bug");
  await tags.press("Enter");
  await page.getByRole("button", { name: "#carts #bug" }).waitFor();
  const found = page.getByRole("searchbox", { name: "Search sessions" });
  await found.fill("#carts");
  await page.locator("[data-session-row]").filter({ hasText: "Rounding of totals" }).waitFor();
  await found.fill("#other");
  await page.locator("[data-session-row]").first().waitFor({ state: "detached" });
  await found.fill("");

  writeFileSync(`${session.workingCopy.path}/cart.ts`, "export const total = 2;\n");
  await office.host.api("POST", `/sessions/${session.id}/changes/apply`, {});
  await at.send("wait for ever");
  await at.sees("I begin");
  const asked = server.requests.length;
  const title = () => at.button("Draft").getAttribute("title");
  expect(await title()).toContain("Sends the session’s changes to the chat’s own model");
  await at.button("Draft").click();
  await at.button("Stop drafting").waitFor();
  await at.button("Stop drafting").click();
  await at.button("Draft").click();
  await at.button(/^Stop$/).click();
  const message = page.getByRole("textbox", { name: "Commit message" });
  await until(async () => (await message.inputValue()) === "Round the total up", "the message");
  expect(server.requests.slice(asked)).toHaveLength(1);
  expect(server.requests.at(-1)?.words).toContain("+export const total = 2;");

  server.scriptSideJobs(({ words }) => ({
    text: [words.startsWith("Say what became") ? "- Totals are **rounded**.\n- " : ""],
    hang: true,
  }));
  await at.prompt.fill("/summary");
  await at.page.keyboard.press("Enter");
  const summary = page.getByRole("region", { name: "Summary" });
  await summary.getByText("Summarising").waitFor();
  await until(() => server.requests.at(-1)?.words.startsWith("Say what became") === true, "the request");
  expect(server.requests.at(-1)?.words).toContain("wait for ever");
  await summary.getByRole("button", { name: "Stop" }).click();
  await until(() => server.requests.at(-1)?.aborted === true, "the request to end");
  await summary.waitFor({ state: "hidden" });
  server.scriptSideJobs(() => ({ text: ["- Totals are **rounded**.\n", "- A test is missing."] }));
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands, sessions and projects" }).fill("summarise");
  await page.keyboard.press("Enter");
  await summary.getByText("Totals are rounded.\nA test is missing.").waitFor();
  await summary.getByRole("button", { name: "Close summary" }).click();
  await summary.waitFor({ state: "hidden" });

  await message.fill("");
  await office.host.api("PATCH", "/settings", { helperModel: "workshop/elsewhere" });
  await until(async () => (await title())?.includes("to workshop/elsewhere, which") === true, "the model's name");
  await office.host.api("PATCH", "/settings", { helperModel: "off" });
  await at.button("Draft").waitFor({ state: "hidden" });
  expect(complaints).toEqual([]);
});
