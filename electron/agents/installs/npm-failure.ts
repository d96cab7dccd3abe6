import * as z from "zod";
import { failure, type Failure } from "../../../shared/errors.ts";
import { maskSecrets } from "../../lib/mask-secrets.ts";

export type InstallFailure = Failure<"AGENT_INSTALL_FAILED" | "DISK_FULL">;

const told = z.object({
  error: z.object({ code: z.string().optional(), summary: z.string().optional(), detail: z.string().optional() }),
});

const unreachable = new Set([
  ...["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"],
  ...["FETCH_ERROR", "ERR_SOCKET_TIMEOUT", "ENOTCACHED", "ECONNABORTED"],
]);

/** What npm's end means for the person, with the way out. Its own words are shown as far as they say more. */
export function npmFailure(stdout: string, stderr: string): { ok: false; error: InstallFailure } {
  const { code = "", summary = "" } = read(stdout);
  const words = maskSecrets((summary || stderr).trim().slice(-600));
  if (code === "ENOSPC" || code === "EDQUOT") return failure("DISK_FULL", "The disk is full, so nothing of it was kept");
  if (unreachable.has(code))
    return failure("AGENT_INSTALL_FAILED", `The registry of npm can't be reached. Look at the network, then try again. ${words}`);
  if (code === "E404" || code === "ETARGET")
    return failure("AGENT_INSTALL_FAILED", `The registry of npm that is set here hasn't got it: ${words}`);
  if (code === "E401" || code === "E403")
    return failure("AGENT_INSTALL_FAILED", `The registry of npm lets nobody in (${code}). Look at your .npmrc. ${words}`);
  if (code === "EINTEGRITY") return failure("AGENT_INSTALL_FAILED", `What came isn't what the registry said it is: ${words}`);
  return failure("AGENT_INSTALL_FAILED", `npm couldn't do it${code === "" ? "" : ` (${code})`}: ${words}`);
}

function read(stdout: string): z.infer<typeof told>["error"] {
  try {
    return told.parse(JSON.parse(stdout)).error;
  } catch {
    // It ended before it could say why.
    return {};
  }
}
