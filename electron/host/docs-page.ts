import { apiPrefix } from "../rpc/carriers/rest.ts";
import type { OpenApiDocument } from "./openapi.ts";

/** The reference page: one document without scripts or anything from elsewhere, made from the OpenAPI document. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method];
      return operation ? [{ path, method, operation, group: operation.operationId?.split(".")[0] ?? "other" }] : [];
    }),
  );
  const groups = Object.entries(Object.groupBy(operations, ({ group }) => group));
  const links = groups.map(([group]) => `<a href="#${escape(group)}">${escape(group)}</a>`).join(" ");
  const body = groups.map(
    ([group, list]) => `<h2 id="${escape(group)}">${escape(group)}</h2>${(list ?? []).map(section).join("")}`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Hearth API</title><style>${style}</style></head><body><main>
<h1>Hearth API <small>${escape(document.info.version)}</small></h1>
<p>JSON under <code>${apiPrefix}</code>, with <code>Authorization: Bearer …</code>. Times are ISO 8601, ids are opaque.
Errors are <code>{ code, status, message, data }</code>. The same as a document for programs: <a href="${apiPrefix}/openapi.json">openapi.json</a>.</p>
<nav>${links}</nav>${body.join("")}</main></body></html>`;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;
type PathItem = NonNullable<NonNullable<OpenApiDocument["paths"]>[string]>;
type Operation = NonNullable<PathItem["get"]>;

function section(route: { path: string; method: string; operation: Operation }): string {
  const { operation } = route;
  const parameters = (operation.parameters ?? []).flatMap((parameter) => ("name" in parameter ? [parameter] : []));
  const body =
    operation.requestBody && "content" in operation.requestBody
      ? operation.requestBody.content["application/json"]?.schema
      : null;
  const responses = Object.entries(operation.responses ?? {});
  const rows = parameters.map(
    (one) => `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}</td><td>${schemaText(one.schema)}</td></tr>`,
  );
  return `<details><summary><b class="${route.method}">${route.method.toUpperCase()}</b> <code>${escape(route.path)}</code></summary>
${rows.length > 0 ? `<h3>Parameters</h3><table>${rows.join("")}</table>` : ""}
${body ? `<h3>Body</h3>${schemaText(body)}` : ""}
${responses.map(([status, response]) => responseText(status, response)).join("")}</details>`;
}

function responseText(status: string, response: NonNullable<Operation["responses"]>[string]): string {
  if ("$ref" in response)
    return `<h3>${escape(status)} <small>${escape(response.$ref.split("/").at(-1)?.replaceAll(".", " · ") ?? "")}</small></h3>`;
  const content = "content" in response ? response.content : undefined;
  const first = Object.entries<{ schema?: unknown }>(content ?? {})[0];
  return `<h3>${escape(status)}${first ? ` <small>${escape(first[0])}</small>` : ""}</h3>${schemaText(first?.[1].schema)}`;
}

function schemaText(schema: unknown): string {
  return schema === undefined ? "" : `<pre>${escape(JSON.stringify(schema, null, 2))}</pre>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const style = `
:root { font: 13px/1.5 system-ui, sans-serif; color: light-dark(#1c1b1a, #e8e6e3); background: light-dark(#fff, #1b1a19); }
main { max-width: 60rem; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 20px; } h2 { font-size: 15px; margin: 32px 0 8px; } h3 { font-size: 12px; margin: 12px 0 4px; } small { opacity: .6; font-weight: 400; }
nav { display: flex; flex-wrap: wrap; gap: 4px 12px; } a { color: inherit; }
details { border: 1px solid light-dark(#e3e0dc, #35322f); border-radius: 6px; margin: 4px 0; padding: 4px 12px; }
summary { cursor: pointer; line-height: 24px; } summary b { display: inline-block; width: 56px; font-size: 11px; }
pre { overflow: auto; max-height: 320px; margin: 0; padding: 8px; border-radius: 4px; font-size: 12px; background: light-dark(#f6f4f1, #242220); }
td { padding: 2px 12px 2px 0; vertical-align: top; }
`;
