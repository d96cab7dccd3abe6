import { describe, expect, it } from "vitest";
import { fenceOf } from "./fence.ts";

describe("fenceOf", () => {
  it.each([
    ["```ts\na\n\n b\n```\n\n", { code: "a\n\n b", lang: "ts" }],
    ["~~~ sh x\n```\n~~~~", { code: "```", lang: "sh" }],
    ["```\n```", { code: "", lang: "" }],
    ["```t", { code: "", lang: "t" }],
    ["```ts\na\n", { code: "a", lang: "ts" }],
    ["````md\n```\nx\n```", { code: "```\nx\n```", lang: "md" }],
  ])("reads %j", (block, fence) => {
    expect(fenceOf(block)).toEqual(fence);
  });

  it.each(["text", "  ```ts\na\n```", "```a`b", "``\na\n``", "```\na\n```\nand more", "- ```ts\n  a\n  ```"])(
    "leaves %j to the parser",
    (block) => {
      expect(fenceOf(block)).toBeNull();
    },
  );
});
