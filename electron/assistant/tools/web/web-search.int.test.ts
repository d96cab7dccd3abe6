import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { rejected, ToolBench } from "../../../testing/tool-bench.ts";
import { webSearch } from "./web-search.ts";

let bench: ToolBench;
let searchUrl: string | null;
const tool = webSearch({ searchUrl: () => searchUrl });
beforeEach(() => void ([bench, searchUrl] = [new ToolBench(), null]));

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const results = [
  { title: "First\u0007 one", url: "https://a.test/x", content: "About\n it", score: 3 },
  { title: "Second", url: "https://b.test/", content: null },
];

it("searches where the person said, when it was allowed", async () => {
  const asked: string[] = [];
  searchUrl = await serve(({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ query: "q", results }));
  });
  const { text, fault } = await bench.run(tool, { q: "tea & cups" });
  expect(fault).toBeNull();
  expect(asked).toEqual(["/search?q=tea+%26+cups&format=json"]);
  expect(bench.asked).toMatchObject([{ kind: "fetch", url: `${searchUrl}/search?q=tea+%26+cups&format=json` }]);
  expect(text.split("\n").slice(1)).toEqual([
    expect.stringMatching(/^1\. First.* one$/),
    "   https://a.test/x",
    "   About it",
    "2. Second",
    "   https://b.test/",
  ]);
  expect(text).not.toContain("\u0007");
  expect((await bench.run(tool, { query: "tea", limit: 1 })).text).not.toContain("Second");
  bench.decide = () => rejected;
  expect((await bench.run(tool, { query: "tea" })).fault?.code).toBe("PERMISSION_DENIED");
  expect(asked).toHaveLength(2);
});

it("says that there is none where none is set, and asks nobody", async () => {
  expect((await bench.run(tool, { query: "tea" })).fault).toMatchObject({
    code: "EXECUTION_FAILED",
    message: expect.stringContaining("No web search is set up"),
  });
  expect(bench.asked).toEqual([]);
});

it("says what is wrong with a server that answers something else", async () => {
  searchUrl = await serve((_, response) => response.writeHead(403).end("format not enabled"));
  expect((await bench.run(tool, { query: "tea" })).fault?.message).toContain("settings have to name that format");
  searchUrl = await serve((_, response) => response.end("<html>"));
  expect((await bench.run(tool, { query: "tea" })).fault?.message).toContain("doesn't answer with JSON");
  searchUrl = await serve((_, response) => response.end(JSON.stringify({ results: [] })));
  expect((await bench.run(tool, { query: "tea" })).text).toBe("Nothing found.");
});

it("ends with Stop", async () => {
  searchUrl = await serve(() => bench.stop.abort());
  expect((await bench.run(tool, { query: "tea" })).fault?.code).toBe("CANCELLED");
});
