import { describe, expect, it } from "vitest";
import { proseText } from "./prose-text.ts";

describe("prose text", () => {
  it("S46 shows escapes and controls, in prose too", () => {
    expect(proseText("a\u001b]0;x\u0007b\u009b1m")).toBe("a␛]0;x␇b⟨U+009B⟩1m");
  });

  it("S47 shows overrides, isolates and the tag block, but keeps what spelling needs", () => {
    expect(proseText("a\u202eb\u2066c\u{e0041}")).toBe("a⟨U+202E⟩b⟨U+2066⟩c⟨U+E0041⟩");
    expect(proseText("می\u200cخواهم")).toBe("می\u200cخواهم");
  });

  it("makes all line ends one", () => {
    expect(proseText("a\r\nb\rc\n")).toBe("a\nb\nc\n");
  });
});
