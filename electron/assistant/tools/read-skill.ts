import * as z from "zod";
import { ok } from "../../../shared/result.ts";
import { skillText } from "../skills/skill-words.ts";
import { fault } from "./fault.ts";
import type { Tool } from "./tool.ts";

const input = z.object({
  name: z.string().min(1).max(200),
  file: z.string().max(500).optional().describe("one that lies with it"),
});
type Input = z.infer<typeof input>;

export const readSkill: Tool<Input> = {
  name: "read_skill",
  description: "Reads a skill, or a file that lies with it.",
  shortDescription: "Read a skill.",
  input,
  kind: "read",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ name, file }) => (file === undefined ? name : `${name}/${file}`),
  async run({ name: given, file }, { skills }) {
    const name = given.replace(/^\//, "");
    const skill = await skills.read(name);
    if (!skill) {
      const names = (await skills.list()).map((each) => each.name).join(", ");
      return fault("EXECUTION_FAILED", `There is no skill ${name}. There are: ${names === "" ? "none" : names}`, {
        fields: ["name"],
      });
    }
    if (file === undefined) return ok({ text: skillText(name, skill) });
    const text = await skills.readFile(name, file);
    if (text === null)
      return fault("EXECUTION_FAILED", `${file} isn't a text file that lies with it. There are: ${skill.files.join(", ")}`, {
        fields: ["file"],
      });
    return ok({ text });
  },
};
