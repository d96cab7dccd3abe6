import type { PermissionAction } from "../../shared/run-event.ts";
import { quoteWords } from "../../shared/shell-words.ts";
import { hasHiddenCharacters } from "../../shared/visible-text.ts";

/** What the card says, from structured fields only. `lines` are shown in mono, one each; `where` is the folder, if it isn't `root`. */
export type ActionText = { verb: string; target: string | null; where: string | null; lines: string[] };

/**
 * The action in the app's words. Paths inside `root`, the session's working copy (absolute, as the core has it), are
 * shown from there; all others whole.
 */
export function describeAction(action: PermissionAction, root: string | null): ActionText {
  const paths = (action.paths ?? []).map((path) => pathFrom(root, path));
  const one = paths.length === 1 ? (paths[0] ?? null) : null;
  const many = paths.length > 1 ? paths : [];
  const files = paths.length > 1 ? `${paths.length} files` : null;
  const where = action.cwd === undefined || action.cwd === root ? null : pathFrom(root, action.cwd);
  switch (action.kind) {
    case "execute":
      return { verb: "Run a command", target: null, where, lines: commandLines(action) };
    case "read":
      if (action.terminalId !== undefined)
        return { verb: "Read what a terminal of yours shows", target: null, where: null, lines: [action.terminalId] };
      return { verb: "Read", target: one ?? files, where: null, lines: many };
    case "edit":
      return {
        verb: action.diff?.every((diff) => diff.oldText === null) && action.diff.length > 0 ? "Create" : "Edit",
        target: one ?? files,
        where: null,
        lines: many,
      };
    case "delete":
      return { verb: "Delete", target: one ?? files, where: null, lines: many };
    case "move":
      return paths.length === 2
        ? { verb: "Move", target: null, where: null, lines: [`${paths[0]} → ${paths[1]}`] }
        : { verb: "Move", target: one ?? files, where: null, lines: many };
    case "fetch":
      return { verb: "Fetch from the network", target: null, where: null, lines: action.url ? [action.url] : many };
    case "other":
      if (action.tool) {
        const { server, name, input } = action.tool;
        return { verb: "Call the tool", target: `${name} of the MCP server ${server}`, where: null, lines: input.split("\n") };
      }
      return {
        verb: "Do something else",
        target: one ?? files,
        where,
        lines: [...commandLines(action), ...(action.url ? [action.url] : []), ...many],
      };
    case "undecodable":
      return { verb: "Something that cannot be inspected", target: null, where: null, lines: [] };
  }
}

/** Whether an agent's own words for the action are all among what the card says anyway. */
export function isSaid({ verb, target, lines }: ActionText, words: string): boolean {
  return [`${verb} ${target ?? ""}`, ...lines].some((shown) => shown.includes(words.trim()));
}

/** A path with `.` or `..` in it may lead anywhere, so it is never shortened. */
export function pathFrom(root: string | null, path: string): string {
  const inside = root !== null && root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : null;
  return inside === null || inside.split("/").some((part) => part === "" || part === "." || part === "..") ? path : inside;
}

/** The arguments as they will be passed where the agent gave them apart, quoted so that each can be told from the next. */
function commandLines(action: PermissionAction): string[] {
  if (action.argv && action.argv.length > 0) return [quoteWords(action.argv)];
  if (action.command === undefined && action.claim !== undefined) return [action.claim];
  return action.command === undefined ? [] : [action.command];
}

/** Whether anything that the card shows holds characters that would not be seen. */
export function actionHidesText(action: PermissionAction): boolean {
  const texts = [action.command, action.claim, action.cwd, action.url, ...(action.argv ?? []), ...(action.paths ?? [])];
  const diffs = (action.diff ?? []).flatMap((diff) => [diff.path, diff.newText]);
  const tool = action.tool ? [action.tool.server, action.tool.name, action.tool.input] : [];
  return [...texts, ...diffs, ...tool].some((text) => text !== undefined && hasHiddenCharacters(text));
}
