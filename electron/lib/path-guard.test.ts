import { describe, expect, it } from "vitest";
import { refusedPath } from "./path-guard.ts";

describe("refusedPath", () => {
  const hostile = [
    "",
    "../x",
    "a/../../x",
    "..",
    ".",
    "a/./b",
    "/etc/passwd",
    "//server/share",
    "C:\\x",
    "c:/x",
    "\\\\?\\C:\\x",
    "\\x",
    "a//b",
    "a/",
    "a\0b",
    "%2e%2e/x",
    "%2E/x",
    ".%2e/x",
    ".git",
    ".git/config",
    ".GIT/x",
    ".Git",
    "git~1",
    "GIT~1/hooks/x",
    "git~2",
    ".git./x",
    ".git /x",
    ".git::$INDEX_ALLOCATION/x",
    ".git:x",
    "vendor/x/.git/hooks/pre-commit",
    ".g\u200cit/config",
    ".git\\hooks\\x",
    "a\\..\\..\\x",
    "x\\.GIT",
    "x::$DATA",
    "x:s:$DATA",
  ];
  for (const path of hostile)
    it(`S50 S55 refuses ${JSON.stringify(path)}`, () => expect(refusedPath(path, "posix")).not.toBeNull());

  const onWindowsAlone = ["CON", "con", "a/NUL", "aux", "com1", "LPT9", "a.", "a ", "dir./x", "dir /x", "a..."];

  const harmless = [
    ...onWindowsAlone,
    "a",
    "a/b/c.ts",
    ".gitignore",
    ".github/workflows/ci.yml",
    ".gitattributes",
    "git",
    "digit~1",
    "gitx",
    "-rf",
    "--output=x",
    " lead",
    "a b",
    "new\nline",
    "tab\tname",
    'quote"',
    "it's",
    "back\\slash",
    "a -> b",
    "😀",
    "é",
    "e\u0301",
    "\udcff\udcfe",
    "console",
    "aux.c",
    "ab:c",
    "10:30.log",
    "..x",
    "x..y",
    "...x",
    "%2f",
    "%20",
  ];
  for (const path of harmless) it(`R81 lets ${JSON.stringify(path)} pass`, () => expect(refusedPath(path, "posix")).toBeNull());

  it("refuses on Windows what is a name elsewhere", () => {
    for (const path of [...onWindowsAlone, "a\\b", "a:b", "aux.c", "NUL.txt"])
      expect(refusedPath(path, "windows")).not.toBeNull();
  });
});
