import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { ownPrograms } from "../../../testing/own-programs.ts";
import { rejected, ToolBench } from "../../../testing/tool-bench.ts";
import { publicNetwork, type Network } from "./fetch-page.ts";
import { webFetch } from "./web-fetch.ts";

let bench: ToolBench;
beforeEach(() => void (bench = new ToolBench()));

const words = "Words that are long enough to be an article, with commas, and more of them. ".repeat(8);
const pageReader = { command: process.execPath, args: [ownPrograms.pageReader] };
/** Names of a web of the test's own, all of it on this machine; `inside.test` is an address that may not be reached. */
const network: Network = {
  resolve: (host) => Promise.resolve(host === "inside.test" ? ["10.0.0.1"] : ["127.0.0.1"]),
  isAllowed: (address) => address === "127.0.0.1",
};
const tool = webFetch({ network, pageReader });

async function serve(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://site.test:${(server.address() as AddressInfo).port}`;
}

it("reads a page as Markdown, when it was allowed", async () => {
  const page = `<html><head><title>Page</title></head><body><nav>menu</nav><article><h2>Head</h2><p>${words}<a href="/x">link</a></p></article><script>evil()</script></body></html>`;
  const site = await serve((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-encoding": "gzip" }).end(gzipSync(page));
  });
  const { text, fault } = await bench.run(tool, { link: `${site}/a` });
  expect(fault).toBeNull();
  expect(text).toContain("# Page");
  expect(text).toContain(`[link](${site}/x)`);
  expect(text).not.toMatch(/evil|menu/);
  expect(bench.asked).toEqual([{ kind: "fetch", url: `${site}/a` }]);
  bench.decide = () => rejected;
  expect((await bench.run(tool, { url: site })).fault?.code).toBe("PERMISSION_DENIED");
});

it("follows redirects on the host, and tells of one that leads elsewhere", async () => {
  const site = await serve(({ url }, response) => {
    const to = { "/a": "/b", "/away": "http://inside.test/secret", "/round": "/round" }[url ?? ""];
    if (to !== undefined) response.writeHead(302, { location: to }).end();
    else response.writeHead(200, { "content-type": "text/plain" }).end(`at ${url}`);
  });
  expect((await bench.run(tool, { url: `${site}/a` })).text).toContain("at /b");
  expect((await bench.run(tool, { url: `${site}/away` })).text).toBe("It leads to another place: http://inside.test/secret");
  expect((await bench.run(tool, { url: `${site}/round` })).fault?.message).toContain("without an end");
});

it("refuses what is too large, unpacked, and what is no text", async () => {
  const site = await serve(({ url }, response) => {
    if (url === "/bomb") response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50 * 1024 * 1024)));
    else response.writeHead(200, { "content-type": "image/png" }).end("x");
  });
  expect((await bench.run(tool, { url: `${site}/bomb` })).fault?.message).toContain("larger than 4 MB");
  expect((await bench.run(tool, { url: `${site}/image` })).fault?.message).toContain("image/png");
});

it.each([
  ["an address of this machine", "http://127.0.0.1:9/x"],
  ["the same in another spelling", "http://2130706433/"],
  ["the same in IPv6", "http://[::ffff:127.0.0.1]/"],
  ["a network's own address", "http://192.168.0.1/"],
  ["what clouds keep secrets at", "http://169.254.169.254/latest/meta-data"],
  ["a name for this machine", "http://localhost:9/"],
])("reaches nothing at %s", async (_, url) => {
  expect((await bench.run(webFetch({ network: publicNetwork, pageReader }), { url })).fault?.code).toBe("POLICY_VIOLATION");
});

it("reaches nothing by a name that stands for an address inside", async () => {
  expect((await bench.run(tool, { url: "http://inside.test/" })).fault?.code).toBe("POLICY_VIOLATION");
});

it.each(["file:///etc/passwd", "ftp://site.test/", "http://name:word@site.test/", "http://"])(
  "takes %s for no address",
  async (url) => {
    expect((await bench.run(tool, { url })).fault).toMatchObject({ code: "TOOL_INPUT_VALIDATION_FAILED", fields: ["url"] });
    expect(bench.asked).toEqual([]);
  },
);
