import { describe, expect, it } from "vitest";
import { decodePath } from "./path-text.ts";
import { foldName, hostilePath } from "./hostile-path.ts";

const hostile = [
  "",
  "/etc/passwd",
  "../x",
  "a/../../x",
  "a/..",
  "./a",
  "a/./b",
  "a//b",
  "a/",
  ".git/config",
  ".git",
  ".GIT/hooks/x",
  "a/.Git/x",
  "git~1/config",
  "GIT~2",
  ".git./config",
  ".git /config",
  ".git. .",
  ".git::$INDEX_ALLOCATION/config",
  ".g\u200cit/config",
  "\ufeff.git/x",
  "．git/config",
  "file.txt::$DATA",
  "file.txt:x:$DATA",
  "C:/x",
  "c:x",
  "a\0b",
  "..\\x",
  "a\\..\\b",
  ".git\\hooks\\x",
  "\\x",
  "C:\\x",
  "a\\\\b",
];

/** Names like others elsewhere. */
const onWindowsAlone = ["CON", "nul:x", "nul", "a/COM1", "LPT\u00b9", "trailing.", "trailing ", "a./b", "a /b", "con\\x"];

const harmless = [
  ...onWindowsAlone,
  "a",
  "a/b/c.txt",
  "new\nline",
  "tab\tname",
  'quo"te',
  "it's",
  "back\\slash",
  "a -> b",
  "-rf",
  "--output=x",
  " leading",
  "two words",
  "emoji 🔥",
  "\u00e9",
  "e\u0301",
  decodePath(Uint8Array.from([0x66, 0xff, 0x6f])),
  ".gitignore",
  ".github/x",
  "git",
  "gitx",
  "...a",
  "aux.c",
  "console",
  "com",
  "x.git/y",
  "10:30.log",
  "Foo::Bar.3pm",
];

describe("S55 hostile paths", () => {
  it.each(hostile)("S55 refuses %j", (path) => {
    expect(hostilePath(path)).toEqual(expect.any(String));
  });

  it.each(harmless)("R81 lets %j pass", (path) => {
    expect(hostilePath(path)).toBeNull();
  });

  it.each([...onWindowsAlone, "back\\slash", "aux.c", "NUL.txt", "con .md", "file.txt:stream"])(
    "S55 refuses %j on Windows",
    (path) => {
      expect(hostilePath(path, "windows")).toEqual(expect.any(String));
    },
  );
});

it("folds plain text as it folds the same text among other", () => {
  const plain = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
  expect(foldName(`\u00c9${plain}`)).toBe(`\u00e9${foldName(plain)}`);
});
