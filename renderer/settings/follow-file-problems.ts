import type { FileProblem } from "../../shared/contract/settings.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { onAppUpdate } from "../stores/app.ts";
import { openPage } from "../stores/frame.ts";
import { toast } from "../ui/toast.tsx";

/** Says at once which line of an edit by hand is wrong. Call once. */
export function followFileProblems(): void {
  onAppUpdate((update, before) => {
    if (update.type !== "file-problems") return;
    const known = new Set(before?.fileProblems.map((problem) => JSON.stringify(problem)));
    const added = update.problems.filter((problem) => !known.has(JSON.stringify(problem)));
    const [first] = added;
    if (first) tell(first, added.length);
  });
}

function tell({ path, line, field, message }: FileProblem, count: number): void {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const more = count > 1 ? ` And ${count - 1} more.` : "";
  toast({
    title: line === null ? `${name} can’t be used as it is` : `${name}, line ${line}`,
    detail: `${field ? `${visibleText(field)}: ` : ""}${visibleText(message)}${more}`,
    tone: "failed",
    action: {
      label: "Show",
      run: () => openPage({ kind: "settings", section: name === "agents.json" ? "agents" : "general" }),
    },
  });
}
