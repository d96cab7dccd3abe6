import { describe, expect, it } from "vitest";
import { externalUrl, isOurPage } from "./page.ts";

describe("addresses", () => {
  it.each(["https://example.test/a?b#c", "http://localhost:3000/", "mailto:a@example.test"])("S28 opens %s outside", (url) => {
    expect(externalUrl(url)).toBe(url);
  });

  it.each([
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "smb://host/share",
    "\\\\host\\share",
    "//host/x",
    "ms-msdt:/id",
    "search-ms:query=x",
    "vscode://x",
    "ssh://host",
    "javascript:alert(1)",
    "data:text/html,x",
    "\u0001https://example.test",
    " \nfile:///x",
    "relative/path",
    "https://user@evil.test/",
    "https://github.com:pw@evil.test/",
    "http:",
    "",
  ])("S28 opens %j nowhere", (url) => {
    expect(externalUrl(url)).toBe(null);
  });

  it.each([
    "http://localhost.evil.test",
    "app://hearth.evil.test/",
    "app://hearth@evil.test/",
    "app://evil/hearth",
    "file:///app/hearth",
    "https://hearth/",
    "app://user@hearth/index.html",
    "blob:app://hearth/1",
    "data:text/html,app://hearth",
    "about:blank",
  ])("S27 doesn't take %s for our page", (url) => {
    expect(isOurPage(url)).toBe(false);
  });

  it("S27 knows our page", () => {
    expect(isOurPage("app://hearth/index.html#x")).toBe(true);
  });
});
