import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { StorageReport } from "../../shared/contract/storage.ts";
import { openOffice, type DeskPage, type Office } from "../kit/desk-page.ts";

describe("storage", () => {
  let office: Office;
  let desk: DeskPage;

  beforeAll(async () => {
    office = await openOffice();
    desk = await office.desk();
    await desk.at.choose("Agent", "Practice");
  });
  afterAll(async () => {
    await desk?.page.context().close();
    await office?.close();
  });

  it("shows what each session takes and what freeing would take, and frees it", async () => {
    await desk.at.send("say Hello");
    const runs = (): Promise<Run[]> => office.host.api<Run[]>("GET", `/chats/${desk.chat.id}/coding-agent/runs`);
    await until(async () => (await runs()).every((run) => run.endedAt !== null), "the run to end");
    const report = await office.host.api<StorageReport>("GET", "/storage");
    const session = report.projects.flatMap((project) => project.sessions).find((one) => one.sessionId === desk.session.id);
    expect(session?.checkpoints).toBe(2);
    expect(session?.eventsBytes).toBeGreaterThan(0);
    expect(report.projects[0]?.snapshotsBytes).toBeGreaterThan(0);

    const { page } = desk;
    await page.keyboard.press("Control+,");
    await page.getByRole("tab", { name: "Storage" }).click();
    const panel = page.getByRole("tabpanel", { name: "Storage" });
    await panel.getByText("2 checkpoints").first().waitFor();
    await panel.getByText("Nothing has to go now").waitFor();
    await panel.getByRole("button", { name: "Free now" }).click();
    await panel.getByText(/^(Nothing had to go|Gone)/).waitFor();
    const after = await office.host.api<StorageReport>("GET", "/storage");
    expect(after.projects.flatMap((project) => project.sessions)).toHaveLength(report.projects.flatMap((p) => p.sessions).length);
    const shots = process.env["HEARTH_TEST_SHOTS"];
    if (shots === undefined) return;
    for (const colorScheme of ["light", "dark"] as const)
      for (const [name, width, height] of [
        ["desktop", 1280, 800],
        ["phone", 390, 844],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: `${shots}/storage-${name}-${colorScheme}.png` });
      }
  });
});
