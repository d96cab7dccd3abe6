import { expect, it } from "vitest";
import * as z from "zod";
import { grammarSchema, withoutNulls } from "./grammar-schema.ts";

const read = z.toJSONSchema(
  z.strictObject({
    path: z.string().min(1).describe("of a file"),
    range: z.strictObject({ from: z.int(), to: z.int().optional() }).optional(),
    kinds: z.array(z.enum(["file", "folder"])).max(4),
    limit: z.union([z.number(), z.literal("all")]).optional(),
  }),
);

it("asks for every property, and lets null stand for one that may be left out", () => {
  expect(grammarSchema(read)).toEqual({
    type: "object",
    additionalProperties: false,
    properties: {
      path: { type: "string", minLength: 1, description: "of a file" },
      range: {
        oneOf: [
          {
            type: "object",
            additionalProperties: false,
            properties: { from: { type: "integer" }, to: { oneOf: [{ type: "integer" }, { type: "null" }] } },
          },
          { type: "null" },
        ],
      },
      kinds: { type: "array", maxItems: 4, items: { enum: ["file", "folder"] } },
      limit: { oneOf: [{ oneOf: [{ type: "number" }, { const: "all" }] }, { type: "null" }] },
    },
  });
});

it("takes those nulls out again, at every depth, and no other", () => {
  const given = { path: "a", range: { from: 1, to: null }, kinds: [], limit: null, other: null };
  expect(withoutNulls(given, read)).toEqual({ path: "a", range: { from: 1 }, kinds: [], other: null });
  const nullable = z.toJSONSchema(z.object({ owner: z.string().nullable() }));
  expect(withoutNulls({ owner: null }, nullable)).toEqual({ owner: null });
});

it("follows definitions, and says nothing of what it doesn't know or what has no end", () => {
  const anything = grammarSchema({});
  expect(anything).toHaveProperty("oneOf");
  expect(grammarSchema({ $ref: "#/$defs/name", $defs: { name: { type: "string" } } })).toEqual({ type: "string" });
  expect(grammarSchema({ type: "object", properties: { a: { $ref: "#/$defs/gone" } }, required: ["a"] })).toEqual({
    type: "object",
    properties: { a: anything },
  });
  const tree = { $ref: "#/$defs/node", $defs: { node: { type: "array", items: { $ref: "#/$defs/node" } } } };
  expect(JSON.stringify(grammarSchema(tree)).length).toBeLessThan(2_000);
  expect(grammarSchema({ type: ["string", "null"] })).toEqual({ oneOf: [{ type: "string" }, { type: "null" }] });
});

it("stays small where definitions name each other or themselves, and where there are many", () => {
  const anything = grammarSchema({});
  const node = { type: "object", properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } } };
  const side = { oneOf: (anything as { oneOf: unknown[] }).oneOf };
  expect(grammarSchema({ $ref: "#/$defs/node", $defs: { node } })).toEqual({
    type: "object",
    properties: { left: { oneOf: [side, { type: "null" }] }, right: { oneOf: [side, { type: "null" }] } },
  });
  const names = Array.from({ length: 12 }, (_, at) => `d${at}`);
  const all = names.map((name) => ({ $ref: `#/$defs/${name}` }));
  const $defs = Object.fromEntries(names.map((name) => [name, { anyOf: [{ type: "string" }, ...all] }]));
  expect(JSON.stringify(grammarSchema({ $ref: "#/$defs/d0", $defs })).length).toBeLessThan(200_000);
});

it("asks for an object's properties also where choices only say which of them must be there", () => {
  const properties = { id: { type: "string" }, name: { type: "string", minLength: 1 } };
  const orNull = (type: object): object => ({ oneOf: [type, { type: "null" }] });
  const schema = { type: "object", properties, anyOf: [{ required: ["id"] }, { required: ["name"] }] };
  expect(grammarSchema(schema)).toEqual({
    type: "object",
    properties: { id: orNull({ type: "string" }), name: orNull({ type: "string", minLength: 1 }) },
  });
  expect(withoutNulls({ id: null, name: "a" }, schema)).toEqual({ name: "a" });
});
