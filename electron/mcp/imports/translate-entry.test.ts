import { expect, it } from "vitest";
import { translateEntry } from "./translate-entry.ts";

const envOf = (env: Record<string, string>, geminiStyle: boolean): unknown => {
  const translated = translateEntry({ command: "x", env }, { geminiStyle });
  return translated.ok && translated.value.type === "stdio" ? translated.value.env : translated;
};

it("takes for a variable only what the program itself takes for one", () => {
  expect(envOf({ A: "hunter$2x", B: "${env:MINE}", C: "{env:MINE}", D: "${MINE}" }, false)).toEqual({
    A: "hunter$2x",
    B: "${MINE}",
    C: "${MINE}",
    D: "${MINE}",
  });
  expect(envOf({ A: "hunter$2x", B: "$MINE", C: "${MINE}" }, true)).toEqual({ A: "hunter$2x", B: "${MINE}", C: "${MINE}" });
});
