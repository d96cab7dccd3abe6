import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may talk to the local server at all, told from the request's head before anything of its body is read.
 * A page in the person's browser can send requests here from anywhere: Host keeps rebound names out, Origin and
 * Sec-Fetch-Site keep other pages out (other ports of this machine too), the content type keeps forms out.
 */
export type Refusal = { status: 403 | 415 | 421; code: string; message: string };

export type Guard = {
  /** For every request and upgrade. */
  head(headers: IncomingHttpHeaders): Refusal | null;
  /** For requests of the API and the sign-in: what changes something must be JSON and come from our page or no page. */
  call(method: string, headers: IncomingHttpHeaders): Refusal | null;
  /** For WebSocket upgrades; `bearer` tells whether the request has a token in its header. */
  upgrade(headers: IncomingHttpHeaders, bearer: boolean): Refusal | null;
};

/** `address` is what the server is bound to. Names are compared as they are: a trailing dot is another name. */
export function createGuard(address: string, port: number): Guard {
  const names = address === "::1" ? ["[::1]", "localhost"] : ["127.0.0.1", "localhost"];
  const hosts = new Set(names.map((name) => `${name}:${port}`));
  if (port === 80) for (const name of names) hosts.add(name);
  const origins = new Set([...hosts].map((host) => `http://${host}`));
  return {
    head(headers) {
      if (headers.host === undefined || !hosts.has(headers.host))
        return refuse(421, "HOST_REFUSED", "This address isn't Hearth's");
      if (headers.origin !== undefined && !origins.has(headers.origin)) return foreign;
      return null;
    },
    call(method, headers) {
      const site = headers["sec-fetch-site"];
      const reads = method === "GET" || method === "HEAD";
      if (site !== undefined && site !== "same-origin" && !(reads && site === "none")) return foreign;
      const json = isJson(headers["content-type"]);
      if (method === "DELETE" && !hasBody(headers)) return null;
      if (!reads && !json)
        return refuse(415, "CONTENT_TYPE_REFUSED", "Send content-type: application/json, also with an empty body");
      return null;
    },
    upgrade(headers, bearer) {
      const site = headers["sec-fetch-site"];
      if (site !== undefined && site !== "same-origin") return foreign;
      return headers.origin === undefined && !bearer ? foreign : null;
    },
  };
}

const foreign = refuse(403, "ORIGIN_REFUSED", "Only Hearth's own page may call this from a browser");

function refuse(status: Refusal["status"], code: string, message: string): Refusal {
  return { status, code, message };
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type.trim());
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}
