import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may talk to the local server at all, told from the request's head before anything of its body is read.
 * A page in the person's browser can send requests here from anywhere: Host keeps rebound names out, Origin and
 * Sec-Fetch-Site keep other pages out (other ports of this machine too), the content type keeps forms out.
 */
export type Refusal = { code: "HOST_REFUSED" | "ORIGIN_REFUSED" | "CONTENT_TYPE_REFUSED"; message: string };

export class RequestGuard {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  /** `address` is what the server is bound to. Names are compared as they are: a trailing dot is another name. */
  constructor({ address, port }: { address: string; port: number }) {
    const names = address === "::1" ? ["[::1]", "localhost"] : ["127.0.0.1", "localhost"];
    const hosts = names.flatMap((name) => (port === 80 ? [`${name}:80`, name] : [`${name}:${port}`]));
    this.#hosts = new Set(hosts);
    this.#origins = new Set(hosts.map((host) => `http://${host}`));
  }

  /** For every request and upgrade. */
  head(headers: IncomingHttpHeaders): Refusal | null {
    if (headers.host === undefined || !this.#hosts.has(headers.host))
      return { code: "HOST_REFUSED", message: "This address isn't Hearth's" };
    return headers.origin !== undefined && !this.#origins.has(headers.origin) ? foreign : null;
  }

  /** For requests of the API and the sign-in: what changes something must be JSON and come from our page or no page. */
  call(method: string, headers: IncomingHttpHeaders): Refusal | null {
    const site = headers["sec-fetch-site"];
    const reads = method === "GET" || method === "HEAD";
    if (site !== undefined && site !== "same-origin" && !(reads && site === "none")) return foreign;
    if (reads || (method === "DELETE" && !hasBody(headers)) || isJson(headers["content-type"])) return null;
    return { code: "CONTENT_TYPE_REFUSED", message: "Send content-type: application/json, also with an empty body" };
  }

  /** For WebSocket upgrades; `bearer` tells whether the request has a token in its header. */
  upgrade(headers: IncomingHttpHeaders, bearer: boolean): Refusal | null {
    const site = headers["sec-fetch-site"];
    if (site !== undefined && site !== "same-origin") return foreign;
    return headers.origin === undefined && !bearer ? foreign : null;
  }
}

const foreign: Refusal = { code: "ORIGIN_REFUSED", message: "Only Hearth's own page may call this from a browser" };

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;\s*charset=utf-8\s*)?$/i.test(type.trim());
}

function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}
