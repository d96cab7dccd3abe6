import { fail, ok, type Result } from "../../shared/result.ts";

/** The addresses that no other machine can reach. A name is taken only where its meaning can't be changed by a resolver. */
const loopback = new Map([
  ["127.0.0.1", "127.0.0.1"],
  ["localhost", "127.0.0.1"],
  ["::1", "::1"],
]);

export type HostRefused = { code: "HOST_NOT_LOOPBACK"; message: string };

/** What was asked for → the address to bind. Everything that isn't proved to be loopback is refused. */
export function loopbackAddress(host: string): Result<string, HostRefused> {
  const address = loopback.get(host);
  if (address !== undefined) return ok(address);
  return fail({ code: "HOST_NOT_LOOPBACK", message: `Hearth listens on this machine only (127.0.0.1 or ::1), not on ${host}` });
}

/** Whether a bound socket really is where it was asked to be. */
export function isLoopbackAddress(address: string): boolean {
  return address === "127.0.0.1" || address === "::1";
}
