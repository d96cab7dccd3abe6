import { expect, it } from "vitest";
import { promptInput } from "./prompt.ts";

it.each(["/etc/passwd", "../x", "a/../../b", "a\\..\\b", "a\0b"])(
  "refuses a prompt that names the file %j, and says where",
  (path) => {
    const parsed = promptInput.safeParse([
      { type: "text", text: "see" },
      { type: "mention", path, kind: "file" },
    ]);
    expect(parsed.error?.issues).toMatchObject([{ path: [1, "path"], message: "It is not a path inside the working copy" }]);
  },
);

it("refuses a prompt that says nothing, and takes text as a block", () => {
  expect(promptInput.safeParse(" \n").error?.issues[0]?.message).toContain("The prompt is empty");
  expect(promptInput.parse("go")).toEqual([{ type: "text", text: "go" }]);
});
