import path from "node:path";
import type { Chat } from "../../shared/contract/chats.ts";
import type { Project } from "../../shared/contract/projects.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { createTempPlace, type TempPlace } from "../../electron/testing/temp-repo.ts";
import { until } from "../../electron/testing/until.ts";
import type { Host } from "./host.ts";

/** A folder with a home, a data folder and a repository, and the environment to start Hearth in it. */
export type WorkPlace = TempPlace & { repo: string; hostEnv: Record<string, string> };

export async function createWorkPlace(agentEnv: Record<string, string> = {}): Promise<WorkPlace> {
  const place = createTempPlace();
  const repo = await place.repository("shop", { "cart.ts": "export const total = 1;\n", "README.md": "# Shop\n" });
  const hostEnv = {
    PATH: process.env["PATH"] ?? "",
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    ...place.env,
    ...agentEnv,
    HEARTH_DATA_DIR: place.data,
    HEARTH_CONFIG_DIR: path.join(place.root, "config"),
  };
  return { ...place, repo, hostEnv };
}

export type Desk = { project: Project; session: Session; chat: Chat };

/** Project, trust, session, chat: where a prompt can be sent. */
export async function openDesk(host: Host, repo: string, workingCopy: "worktree" | "in-place" = "worktree"): Promise<Desk> {
  const added = await host.api<Project>("POST", "/projects", { path: repo });
  const project = await host.api<Project>("POST", `/projects/${added.id}/trust`);
  const session = await host.api<Session>("POST", `/projects/${project.id}/sessions`, { workingCopy });
  const chat = await host.api<Chat>("POST", `/sessions/${session.id}/chats`);
  return { project, session, chat };
}

/** Chosen, and asked what it can do. */
export async function agentReady(host: Host, agentId: string): Promise<void> {
  await host.api("POST", `/agents/${agentId}/choose`);
  await until(
    async () =>
      (await host.api<{ id: string; status: string; reason: string | null }[]>("GET", "/agents")).find(
        (agent) => agent.id === agentId,
      )?.status === "ready",
    `${agentId} to be ready`,
    60_000,
  );
}

export function send(host: Host, chat: Chat, prompt: string, agentId = "practice"): Promise<Run> {
  return host.api<Run>("POST", `/chats/${chat.id}/coding-agent/runs`, { agentId, prompt });
}
