import type { AgentInstall } from "./contract/agent-parts.ts";
import { sizeText } from "./size-text.ts";

/** How far an install is; null where none goes on. */
export function progressText({ goingBytes, aboutBytes }: AgentInstall): string | null {
  if (goingBytes === null) return null;
  return goingBytes === 0 ? "Asking npm’s registry" : `${sizeText(goingBytes)} of ${roomText(aboutBytes)}`;
}

/** What an install would bring. */
export function offerText({ packages, aboutBytes }: AgentInstall): string {
  return `${packages.join(" and ")} from npm, ${roomText(aboutBytes)}`;
}

/** The room that it takes, as exactly as it is known. */
export function roomText(aboutBytes: number): string {
  return `about ${sizeText(aboutBytes).replace(/\.\d+/, "")}`;
}
