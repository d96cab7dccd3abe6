/** A request may go out on a connection that is dead without knowing. */
const limitMs = 5_000;

/**
 * Why a WebSocket was refused, a browser doesn't say. The same credentials over HTTP tell: only who isn't known there
 * needs a new link. A host that knows us, or doesn't answer, is tried again.
 */
export async function isSignedOut(csrf: string | null, ask: typeof fetch): Promise<boolean> {
  try {
    const headers: Record<string, string> = csrf === null ? {} : { "x-hearth-csrf": csrf };
    const { status } = await ask("/api/v1/system/info", { cache: "no-store", headers, signal: AbortSignal.timeout(limitMs) });
    return status === 401;
  } catch {
    return false;
  }
}
