import { expect } from "vitest";
import { processesOf, startHost, type Host } from "./host.ts";
import { agentReady, createWorkPlace, openDesk, type Desk, type WorkPlace } from "./work-place.ts";

/** A host with the practice agent ready and a session whose edits need no permission, for a file of API tests. */
export type ApiDesk = { place: WorkPlace; host: Host; desk: Desk };

export async function openApiDesk(): Promise<ApiDesk> {
  const place = await createWorkPlace();
  const host = await startHost({ env: place.hostEnv });
  try {
    await agentReady(host, "practice");
    const desk = await openDesk(host, place.repo);
    await host.api("PATCH", `/sessions/${desk.session.id}`, { policy: "accept-edits" });
    return { place, host, desk };
  } catch (error) {
    // Whoever asked gets nothing that could be closed.
    await host.stop();
    place.dispose();
    throw error;
  }
}

/** Stops the host and sees that nothing it started is left. */
export async function closeApiDesk(place: WorkPlace | undefined, host: Host | undefined): Promise<void> {
  await host?.stop();
  if (place) expect(processesOf(place.home)).toEqual([]);
  place?.dispose();
}

/** Another session of the desk's project, with a chat, whose edits need no permission. */
export async function sessionBeside(host: Host, desk: Desk): Promise<Desk> {
  const session = await host.api<Desk["session"]>("POST", `/projects/${desk.project.id}/sessions`, { workingCopy: "worktree" });
  await host.api("PATCH", `/sessions/${session.id}`, { policy: "accept-edits" });
  return { ...desk, session, chat: await host.api("POST", `/sessions/${session.id}/chats`) };
}
