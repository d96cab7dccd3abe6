import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AnyContractRouter } from "@orpc/contract";
import { implement, traverseContractProcedures, type AnyRouter } from "@orpc/server";
import { contract } from "../../shared/contract/contract.ts";
import { startLocalServer, type LocalServer } from "../host/local-server.ts";
import { ManualClock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { openStore } from "../store/open.ts";
import { TokenRepository } from "../store/tokens.ts";
import { removeFolder } from "./remove-folder.ts";

export type HttpAnswer = { status: number; headers: IncomingHttpHeaders; text: string; json: any };
export type Route = { method: string; path: string; name: string };

/** All routes of the contract's own table, with something put in for each parameter. */
export function routesOf(router: AnyContractRouter): Route[] {
  const routes: Route[] = [];
  traverseContractProcedures({ router, path: [] }, ({ contract: procedure, path: name }) => {
    const { method, path: route } = procedure["~orpc"].route;
    routes.push({ method: method ?? "POST", path: `/api/v1${(route ?? "").replace(/\{\w+\}/g, "x")}`, name: name.join(".") });
  });
  return routes;
}

/** A router of the whole contract in which each procedure notes that it was reached; `health` answers. */
export function spyRouter(calls: string[]): AnyRouter {
  const build = (node: any, os: any, name: string[]): any =>
    "~orpc" in node
      ? os.handler(() => {
          calls.push(name.join("."));
          return name.join(".") === "system.health" ? { status: "ok" } : undefined;
        })
      : Object.fromEntries(Object.keys(node).map((key) => [key, build(node[key], os[key], [...name, key])]));
  return build(contract, implement(contract), []);
}

export type TestServer = {
  server: LocalServer;
  port: number;
  tokens: TokenRepository;
  clock: ManualClock;
  logged: string[];
  folder: string;
  /** A raw request: headers are sent as given. */
  call(method: string, target: string, headers?: OutgoingHttpHeaders, body?: string | Buffer): Promise<HttpAnswer>;
  /** One with a good token. */
  known(method: string, target: string, body?: unknown): Promise<HttpAnswer>;
  end(): Promise<void>;
};

export async function startTestServer(router: AnyRouter): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-server-"));
  const page = path.join(folder, "page");
  mkdirSync(path.join(page, "assets"), { recursive: true });
  writeFileSync(path.join(page, "index.html"), "<!doctype html><title>page</title>");
  writeFileSync(path.join(page, "assets/app-abc123.js"), "export {};");
  writeFileSync(path.join(folder, "secret.html"), "secret");
  symlinkSync(path.join(folder, "secret.html"), path.join(page, "link.html"));
  const clock = new ManualClock();
  const store = openStore(path.join(folder, "data"), clock.now());
  if (!store.ok) throw new Error(store.error.message);
  const tokens = new TokenRepository(store.value, () => clock.now());
  const logged: string[] = [];
  const log: Log = {
    info: (event, fields) => logged.push(JSON.stringify({ event, fields })),
    warn: (event, fields) => logged.push(JSON.stringify({ event, fields })),
    error: (event, error, fields) => logged.push(JSON.stringify({ event, error: String(error), fields })),
  };
  const started = await startLocalServer({ router, tokens, clock, log, version: "0.0.0", pageFolder: page });
  if (!started.ok) throw new Error(started.error.message);
  const server = started.value;
  const port = Number(new URL(server.url).port);
  const token = tokens.create("test").text;
  const call: TestServer["call"] = (method, target, headers = {}, body) => rawCall(port, method, target, headers, body);
  return {
    server,
    port,
    tokens,
    clock,
    logged,
    folder,
    call,
    known: (method, target, body) =>
      call(
        method,
        target,
        { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body === undefined ? undefined : JSON.stringify(body),
      ),
    async end() {
      await server.close();
      store.value.close();
      removeFolder(folder);
    },
  };
}

function rawCall(
  port: number,
  method: string,
  target: string,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const own = { host: `127.0.0.1:${port}`, ...headers };
    const sent = request({ host: "127.0.0.1", port, method, path: target, headers: own, setHost: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        let json: unknown = null;
        try {
          json = JSON.parse(text);
        } catch {
          // Not everything is JSON.
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
