import { describe, expect, it } from "vitest";
import { checkLink } from "./check-link.ts";

const warned = (address: string, text = "here") => checkLink(address, text).warnings.length > 0;

describe("check link", () => {
  it.each(["https://example.com/a?b=c#d", "http://127.0.0.1:8080/", "mailto:someone@example.com"])(
    "opens %s as it is",
    (address) => {
      expect(checkLink(address, "here")).toMatchObject({ open: address, shown: address, warnings: [] });
    },
  );

  it.each([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "vbscript:x",
    "vscode://x",
    "src/cart.ts#L3",
    "#top",
    "",
    "//evil.test/x",
  ])("S38 doesn't open %j", (address) => expect(checkLink(address, "x").open).toBeNull());

  it.each<[string, string, string]>([
    ["the text names another host", "https://evil.test/", "https://github.com"],
    ["the text names another host without a scheme", "https://evil.test/", "www.github.com/login"],
    ["a subdomain poses as the host", "https://github.com.evil.test/", "https://github.com/x"],
    ["userinfo", "https://github.com@evil.test/", "here"],
    ["a password", "https://a:b@evil.test/", "here"],
    ["punycode", "https://xn--gthub-cta.com/", "here"],
    ["letters of another script", "https://gіthub.com/", "here"],
    ["a 2 kB query", `https://evil.test/?d=${"x".repeat(2_000)}`, "here"],
    ["a hidden character", "https://evil.test/\u202egnp.exe", "here"],
    ["mail to someone else", "mailto:a@evil.test", "a@example.com"],
  ])("S42 warns of %s", (_name, address, text) => {
    expect(warned(address, text)).toBe(true);
  });

  it("S42 shows where it leads, in ASCII", () => {
    expect(checkLink("https://gіthub.com/", "GitHub").shown).toBe("https://xn--gthub-n2e.com/");
    expect(checkLink("https://github.com@evil.test/", "x")).toMatchObject({ host: "evil.test" });
  });

  it.each([
    ["https://example.com/", "example.com"],
    ["https://www.example.com/x", "https://example.com/x"],
    ["https://github.com/a/b/blob/main/README.md", "README.md"],
    ["https://github.com/a/b", "the repository"],
  ])("doesn't warn of %s as %j", (address, text) => {
    expect(warned(address, text)).toBe(false);
  });
});
