import type { ServerResponse } from "node:http";

/**
 * What a page of ours may do: its own scripts, its own connection, nothing else. Styles may be inline because terminals
 * and diffs make their style sheets at run time; without inline or foreign scripts these can't call out.
 */
export function contentPolicy(port: number): string {
  const sockets = `ws://127.0.0.1:${port} ws://localhost:${port}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${sockets}`,
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** On every answer, refusals included. */
export function setSecurityHeaders(response: ServerResponse, port: number): void {
  const headers = {
    "content-security-policy": contentPolicy(port),
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
