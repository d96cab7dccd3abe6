import type { ServerResponse } from "node:http";
import { contentPolicy } from "../lib/content-policy.ts";

/** The policy of a page that this host serves: its socket is of the same port, under both names of this machine. */
export function pagePolicy(port: number): string {
  return contentPolicy([`ws://127.0.0.1:${port}`, `ws://localhost:${port}`]);
}

/** On every answer, refusals included. */
export function setSecurityHeaders(response: ServerResponse, port: number): void {
  const headers = {
    "content-security-policy": pagePolicy(port),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()",
    "cache-control": "no-store",
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
