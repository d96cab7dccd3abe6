import { readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { SettingsService } from "./settings-service.ts";

describe("settings", () => {
  let dir: string;
  let announced: unknown[];
  let problemsChanged: number;
  const open = () =>
    new SettingsService({
      configDir: dir,
      announce: (settings) => announced.push(settings),
      onProblems: () => (problemsChanged += 1),
    });
  const write = (text: string): void => writeFileSync(path.join(dir, "settings.json"), text);
  beforeEach(() => {
    dir = tempFolder("settings");
    announced = [];
    problemsChanged = 0;
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

  it("writes where a link of the person's leads, and leaves the link", () => {
    const file = path.join(dir, "settings.json");
    writeFileSync(path.join(dir, "dotfile.json"), '{ "fontSize": 15 }');
    symlinkSync("dotfile.json", file);
    expect(open().patch({ theme: "dark" })).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(path.join(dir, "dotfile.json"), "utf8"))).toEqual({ fontSize: 15, theme: "dark" });
    expect(readlinkSync(file)).toBe("dotfile.json");
  });

  it("refuses an unknown or wrong setting by name", () => {
    expect(open().patch({ colour: 1 })).toMatchObject({ ok: false, error: { field: "colour" } });
    expect(open().patch({ fontSize: 99 })).toMatchObject({ ok: false, error: { field: "fontSize" } });
  });

  it("a broken file doesn't stop the start: what can be read counts", () => {
    write('{\n  "theme": "dark",\n  "fontSize": 15,\n  "toString": 1,\n  "diffStyle": "sp');
    const view = open().get();
    expect(view.settings).toMatchObject({ theme: "dark", fontSize: 15, diffStyle: "unified" });
    expect(view.problems).toMatchObject([
      { line: 5, field: null },
      { line: 4, field: "toString" },
      { line: 5, field: "diffStyle" },
    ]);
  });

  it("names the line of what is wrong in a field, not of a value that looks like it", () => {
    write('{\n  "terminalShell": "notify",\n  "notify": {\n    "needsYou": true, "done": true,\n    "failed": "no"\n  }\n}');
    expect(open().get().problems).toMatchObject([{ line: 5, field: "notify" }]);
  });

  it("takes up an edit by hand, and tells of what is wrong in it and of its mending", () => {
    const settings = open();
    write('{\n  "theme": "dark",\n  "fontSize": 99\n}');
    settings.reload();
    expect(settings.value()).toMatchObject({ theme: "dark", fontSize: 13 });
    expect(announced).toEqual([settings.value()]);
    expect([settings.get().problems[0]?.line, problemsChanged]).toEqual([3, 1]);
    write('{\n  "theme": "dark"\n}');
    settings.reload();
    expect([settings.get().problems, problemsChanged, announced.length]).toEqual([[], 2, 1]);
  });

  it.each(["", '{ "theme": "da'])("half of an edit (%s) resets nothing", (half) => {
    write('{ "theme": "dark" }');
    const settings = open();
    write(half);
    settings.reload();
    expect(settings.value().theme).toBe("dark");
    expect(announced).toEqual([]);
    write("{}");
    settings.reload();
    expect(settings.value().theme).toBe("system");
  });

  it("its own writing isn't heard as an edit by hand", () => {
    const settings = open();
    settings.patch({ theme: "dark" });
    settings.reload();
    expect(announced).toEqual([settings.value()]);
  });
});
