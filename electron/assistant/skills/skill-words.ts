import type { Skill } from "./skills.ts";

/** Characters of what the prompt says of them, and of one description in it: it stands in every request. */
const maxChars = { full: 3_000, compact: 360 };
const maxDescription = { full: 240, compact: 80 };

const opening = "Skills: instructions for kinds of work. Where one fits, read it with read_skill before you begin.";

/** What the prompt says of the skills that there are; empty where there are none. Those that don't fit aren't named. */
export function skillsText(skills: readonly Skill[], isCompact: boolean): string {
  const size = isCompact ? "compact" : "full";
  const lines: string[] = [];
  let left = maxChars[size] - opening.length;
  for (const { name, description } of skills) {
    const said = description.replaceAll(/\s+/g, " ").trim();
    const short = said.length <= maxDescription[size] ? said : `${said.slice(0, maxDescription[size] - 1)}…`;
    const line = `- ${name}${short === "" ? "" : `: ${short}`}`;
    left -= line.length + 1;
    if (left < 0) break;
    lines.push(line);
  }
  if (lines.length === 0) return "";
  return [opening, ...lines].join("\n");
}

/** The name of the skill that a prompt asks for as `/name …`; null where it begins with something else. */
export function askedSkill(prompt: string): string | null {
  return /^\s*\/([\p{L}\p{N}][\p{L}\p{N}_.:-]*)(?=\s|$)/u.exec(prompt)?.[1] ?? null;
}

/** A skill's text as the model is given it. */
export function skillText(name: string, { text, files }: { text: string; files: readonly string[] }): string {
  const more = files.length === 0 ? "" : `\n[Files that lie with it, for read_skill: ${files.join(", ")}]`;
  return `<skill name="${name}">\n${text.trim()}\n</skill>${more}`;
}
