import { openDialog, openPage } from "./frame.ts";

/** What a failure means for the person: one sentence, and where there is one, the way out. */
export type Advice = { sentence: string; way: { label: string; go: () => void } | null };

type Where = { projectId: string | null };

const plain = (sentence: string): Advice => ({ sentence, way: null });
const agentsPage = (sentence: string): Advice => ({
  sentence,
  way: { label: "Agents…", go: () => openPage({ kind: "settings", section: "agents" }) },
});

/** Advice for the code of a failed run or of a refused prompt; null where the message says all there is to say. */
export function adviceFor(code: string, { projectId }: Where): Advice | null {
  switch (code) {
    case "PROJECT_NOT_TRUSTED":
      return {
        sentence: "No agent runs in a project before you trust it.",
        way: projectId ? { label: "Trust…", go: () => openDialog({ kind: "trust", projectId }) } : null,
      };
    case "CODING_AGENT_ENGINE_UNAVAILABLE":
      return agentsPage("Choose another agent below, or see what this one is missing.");
    case "CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME":
      return plain("Choose another agent below.");
    case "CODING_AGENT_MODEL_UNAVAILABLE":
      return plain("Choose another model below, or the agent’s default.");
    case "CODING_AGENT_DOES_NOT_ASK":
      return plain("Allow it in the policy menu below, or choose another agent.");
    case "AGENT_START_FAILED":
    case "AGENT_HANDSHAKE_TIMEOUT":
    case "AGENT_CRASH_LOOP":
      return agentsPage("The agent’s program didn’t start properly. Its diagnostic says why.");
    case "AGENT_CRASHED":
    case "AGENT_KILLED":
      return plain(
        "The agent’s program ended. What it had written stays. Sending again starts it anew and resumes its session if it can.",
      );
    case "STALLED":
      return plain("The agent was silent for too long and was stopped. What it had written stays.");
    case "CANCEL_UNCONFIRMED":
      return plain("It could not be confirmed that the agent stopped. Look at the changes before going on.");
    case "EDIT_NOT_RECOVERED":
      return plain("An edit failed and wasn’t made good later. Look at the changes; sending again lets the agent retry.");
    case "WORKING_COPY_MISSING":
      return plain("The session’s folder isn’t there. Recreate it from the session’s menu.");
    case "WORKING_COPY_NOT_READY":
      return plain("The session’s folder is still being prepared. Try again in a moment.");
    case "REVISION_CONFLICT":
      return plain("The files changed since this was written. Look at the changes, then send again.");
    case "HOST_DIED":
    case "HOST_CLOSED":
      return plain("Hearth ended while this ran. Nothing is sent again by itself.");
    default:
      return null;
  }
}
