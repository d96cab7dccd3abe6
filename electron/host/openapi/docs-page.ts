import { apiPrefix } from "../../rpc/carriers/rest.ts";
import { bodyOf, groupOf, operationsOf, type OpenApiDocument, type ApiOperation } from "./document.ts";

/** The reference page: one document without scripts or anything from elsewhere, made from the OpenAPI document. */
export function docsPage(document: OpenApiDocument): string {
  const operations = operationsOf(document);
  const groups = Object.entries(Object.groupBy(operations, ({ operation }) => groupOf(operation)));
  const meanings = new Map((document.tags ?? []).map(({ name, description }) => [name, description ?? ""]));
  const links = [...groups.map(([group]) => group), "schemas"].map((id) => `<a href="#${escape(id)}">${escape(id)}</a>`);
  const body = groups.map(
    ([group, list]) =>
      `<h2 id="${escape(group)}">${escape(group)} <small>${escape(meanings.get(group) ?? "")}</small></h2>${(list ?? []).map(section).join("")}`,
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="${escape(name)}"><summary><code>${escape(name)}</code></summary>${schemaText(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Hearth API</title><style>${style}</style></head><body><main>
<h1>Hearth API <small>${escape(document.info.version)}</small></h1>
<p>JSON under <code>${apiPrefix}</code>, with <code>Authorization: Bearer …</code>. Times are ISO 8601, ids are opaque.
Errors are <code>{ code, status, message, data }</code>. The same as a document for programs: <a href="${apiPrefix}/openapi.json">openapi.json</a>.</p>
<nav>${links.join(" ")}</nav>${body.join("")}<h2 id="schemas">schemas</h2>${schemas.join("")}</main></body></html>`;
}

function section({ path, method, operation }: { path: string; method: string; operation: ApiOperation }): string {
  const parameters = (operation.parameters ?? []).flatMap((parameter) => ("name" in parameter ? [parameter] : []));
  const rows = parameters.map(
    (one) => `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}</td><td>${schemaText(one.schema)}</td></tr>`,
  );
  const body = bodyOf(operation);
  const responses = Object.entries(operation.responses ?? {}).filter(([status]) => status !== "default");
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> <code>${escape(path)}</code> ${escape(operation.summary ?? "")}</summary>
${rows.length > 0 ? `<h3>Parameters</h3><table>${rows.join("")}</table>` : ""}
${body ? `<h3>Body</h3>${schemaText(body.schema)}<h3>For example</h3>${schemaText(body.example)}` : ""}
${responses.map(([status, response]) => responseText(status, response)).join("")}</details>`;
}

function responseText(status: string, response: NonNullable<ApiOperation["responses"]>[string]): string {
  const heading = (text: string): string => `<h3>${escape(status)} <small>${escape(text)}</small></h3>`;
  if ("$ref" in response) return heading("description" in response ? String(response.description) : "");
  const [first] = Object.entries<{ schema?: unknown }>(("content" in response && response.content) || {});
  return heading(first?.[0] ?? "") + schemaText(first?.[1].schema);
}

/** JSON in which a named schema is a link to it. */
function schemaText(schema: unknown): string {
  if (schema === undefined) return "";
  const text = escape(JSON.stringify(schema, null, 2));
  return `<pre>${text.replace(/#\/components\/schemas\/(\w+)/g, '<a href="#$1">$1</a>')}</pre>`;
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
