import { expect, it } from "vitest";
import { promptBlocks } from "./prompt-blocks.ts";

it("keeps an attached text's name apart from the person's words, which come last", () => {
  const blocks = [
    { type: "text", text: "which colour" },
    { type: "account", text: "Another agent said: teal" },
  ] as const;
  const embedded = promptBlocks(blocks, "/copy", { image: false, embeddedContext: true });
  expect(embedded).toEqual({
    ok: true,
    value: [
      { type: "resource", resource: { uri: "hearth:missed-turns", text: "Another agent said: teal", mimeType: "text/plain" } },
      { type: "text", text: "\n" },
      { type: "text", text: "which colour" },
    ],
  });
});
