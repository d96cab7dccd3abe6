import type { AgentInstall } from "../../../shared/contract/agent-parts.ts";
import { isInside } from "../../lib/inside.ts";
import type { Installed } from "./install-folder.ts";
import { isNewer } from "./newer.ts";
import type { Managed, NpmPin } from "./pins.ts";

type Offered = readonly NpmPin[] | undefined;

/** What of an agent can be installed, is, and is being; `program`: what is used as the agent at the moment. */
export function describeInstall(known: {
  managed: Managed;
  installed: Installed | null;
  offered: Offered;
  program: string | null;
  goingBytes: number | null;
  problem: string | null;
}): AgentInstall {
  const { managed, installed, offered, program, goingBytes, problem } = known;
  return {
    packages: targetOf(managed, offered).map((one) => `${one.name}@${one.version}`),
    aboutBytes: managed.aboutBytes,
    installed: installed && {
      version: versionOf(installed),
      bytes: installed.bytes,
      used: program !== null && isInside(program, installed.bin),
    },
    update: installed && updateOf(managed, offered, installed),
    goingBytes,
    problem,
  };
}

/** What an install would bring: what is pinned, unless the registry was seen to have a newer one. */
export function targetOf(managed: Managed, offered: Offered): readonly NpmPin[] {
  return offered?.[0] && isNewer(offered[0].version, managed.packages[0].version) ? offered : managed.packages;
}

/** The version that would take the place of what is installed; null where none is newer. */
export function updateOf(managed: Managed, offered: Offered, installed: Installed): string | null {
  const version = targetOf(managed, offered)[0]?.version;
  return version !== undefined && isNewer(version, versionOf(installed)) ? version : null;
}

function versionOf({ packages }: Installed): string {
  return packages[0]?.version ?? "";
}
