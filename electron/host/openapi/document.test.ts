import { traverseContractProcedures } from "@orpc/server";
import type * as z from "zod";
import { beforeAll, describe, expect, it } from "vitest";
import { contract } from "../../../shared/contract/contract.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { bodyOf, openApiDocument, operationsOf, type OpenApiDocument } from "./document.ts";

let document: OpenApiDocument;
beforeAll(async () => {
  document = await openApiDocument("1.2.3");
});

describe("each operation", () => {
  it("has a summary, one tag that is described, and an example where it takes a body", () => {
    const described = new Set((document.tags ?? []).map(({ name }) => name));
    for (const { operation } of operationsOf(document)) {
      expect(operation.summary, operation.operationId).toMatch(/^[A-Z].{5,120}[^.]$/);
      expect(
        operation.tags?.map((tag) => described.has(tag)),
        operation.operationId,
      ).toEqual([true]);
      const body = bodyOf(operation);
      if (body) expect(body.example, operation.operationId).toBeTypeOf("object");
    }
  });

  it("has an example that the contract takes", () => {
    const operations = new Map(operationsOf(document).map((one) => [one.operation.operationId, one]));
    traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
      const found = operations.get(path.join("."));
      const body = found && bodyOf(found.operation);
      if (!body) return;
      const fromPath = [...found.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, "1"]);
      const input = { ...Object.fromEntries(fromPath), ...(body.example as object) };
      const parsed = (procedure["~orpc"].inputSchema as unknown as z.ZodType).safeParse(input);
      expect(parsed.error?.issues ?? [], path.join(".")).toEqual([]);
    });
  });

  it("names its failures by reference, with the codes that are its own", () => {
    for (const { operation } of operationsOf(document))
      for (const [status, response] of Object.entries(operation.responses ?? {}))
        if (!status.startsWith("2")) expect(response, operation.operationId).toHaveProperty("$ref");
    expect(document.paths?.["/runs/{id}/resume"]?.post?.responses).toMatchObject({
      "400": { $ref: "#/components/responses/BadRequest", description: "INPUT_INVALID" },
      "404": { $ref: "#/components/responses/NotFound", description: "RUN_NOT_FOUND" },
      "409": { $ref: "#/components/responses/Conflict", description: "RUN_NOT_PAUSED" },
    });
  });
});

it("streams say what each event's data is, and from where one goes on", () => {
  const stream = document.paths?.["/runs/{id}/stream"]?.get;
  expect(stream?.responses?.["200"]).toMatchObject({
    content: { "text/event-stream": { schema: { $ref: "#/components/schemas/RunEvent" } } },
  });
  expect(stream?.parameters).toContainEqual(expect.objectContaining({ name: "Last-Event-ID", in: "header" }));
});

it("has no object written out three times, so that generated types have names", () => {
  const seen = new Map<string, string[]>();
  visit(document, "", (part, at) => {
    if (part["type"] !== "object" || !isRecord(part["properties"])) return;
    if (Object.keys(part["properties"]).length < 2) return;
    const text = JSON.stringify(part);
    seen.set(text, [...(seen.get(text) ?? []), at]);
  });
  expect([...seen.values()].filter((places) => places.length > 2)).toEqual([]);
});

it("refers only to what is there", () => {
  const { schemas = {}, responses = {} } = document.components ?? {};
  const known = new Set([
    ...Object.keys(schemas).map((name) => `#/components/schemas/${name}`),
    ...Object.keys(responses).map((name) => `#/components/responses/${name}`),
  ]);
  const unknown: string[] = [];
  visit(document, "", (part, at) => {
    if (typeof part["$ref"] === "string" && !known.has(part["$ref"])) unknown.push(at);
  });
  expect(unknown).toEqual([]);
});

it("stays of a size that a person reads: 1,500 characters an operation, and 700 a schema", () => {
  const sizes = (parts: object[]): number => JSON.stringify(parts).length / parts.length;
  expect(sizes(operationsOf(document).map(({ operation }) => operation))).toBeLessThan(1_500);
  expect(sizes(Object.values(document.components?.schemas ?? {}))).toBeLessThan(700);
});

function visit(part: unknown, at: string, see: (part: Record<string, unknown>, at: string) => void): void {
  if (Array.isArray(part)) part.forEach((each: unknown, index) => visit(each, `${at}/${index}`, see));
  if (!isRecord(part)) return;
  see(part, at);
  for (const [name, value] of Object.entries(part)) visit(value, `${at}/${name}`, see);
}
