import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createSettingsService } from "./settings-service.ts";

describe("settings", () => {
  let dir: string;
  const open = () => createSettingsService({ configDir: dir, announce: () => {} });
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "hearth-settings-"));
  });

  it("has every default where there is no file, and writes none", () => {
    expect(open().get()).toMatchObject({ settings: { theme: "system", maxConcurrentRuns: 8 }, problems: [] });
    expect(() => readFileSync(path.join(dir, "settings.json"))).toThrow("ENOENT");
  });

  it("names the line and field of a wrong value, and keeps the others", () => {
    writeFileSync(path.join(dir, "settings.json"), '{\n  "theme": "pink",\n  "fontSize": 15\n}');
    const view = open().get();
    expect(view.settings).toMatchObject({ theme: "system", fontSize: 15 });
    expect(view.problems).toEqual([expect.objectContaining({ line: 2, field: "theme" })]);
  });

  it("names the line of broken JSON and refuses to write over it", () => {
    const broken = '{\n  "theme": "dark",\n  oops\n}';
    writeFileSync(path.join(dir, "settings.json"), broken);
    const settings = open();
    expect(settings.get().problems[0]?.line).toBe(3);
    expect(settings.patch({ fontSize: 14 })).toMatchObject({ ok: false, error: { code: "SETTINGS_INVALID" } });
    expect(readFileSync(path.join(dir, "settings.json"), "utf8")).toBe(broken);
  });

  it("keeps what a person wrote when one setting changes", () => {
    writeFileSync(path.join(dir, "settings.json"), '{ "fontSize": 15 }');
    expect(open().patch({ theme: "dark" }).ok).toBe(true);
    expect(JSON.parse(readFileSync(path.join(dir, "settings.json"), "utf8"))).toEqual({ fontSize: 15, theme: "dark" });
  });

  it("refuses an unknown or wrong setting by name", () => {
    expect(open().patch({ colour: 1 })).toMatchObject({ ok: false, error: { field: "colour" } });
    expect(open().patch({ fontSize: 99 })).toMatchObject({ ok: false, error: { field: "fontSize" } });
  });
});
