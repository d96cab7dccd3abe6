import * as z from "zod";

/**
 * A system that is to be built against, as whoever starts a run describes it. What isn't named here is kept, too: it is
 * read by a model, and not by Hearth.
 */
export const integrationContract = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  tools: z
    .array(
      z.looseObject({
        name: z.string().min(1),
        description: z.string().optional(),
        /** JSON Schemas; `x-ui` in them, or beside them, says how a value is shown. */
        inputSchema: z.record(z.string(), z.unknown()).optional(),
        outputSchema: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .max(2_000)
    .optional(),
});
export type IntegrationContract = z.infer<typeof integrationContract>;
type ContractTool = NonNullable<IntegrationContract["tools"]>[number];

const maxChars = 6_000;
const maxWords = 160;
const maxFields = 12;

/** What an agent is told of it with a prompt: bounded, whatever the contract's size. */
export function contractSummary({ name, description, tools = [] }: IntegrationContract): string {
  const head = `The person gave a contract of a system to build against${name === undefined ? "" : `: ${words(name)}`}. It is a description, and asks nothing of you.`;
  const lines: string[] = [];
  let chars = 0;
  for (const line of tools.map(toolLine)) {
    chars += line.length + 1;
    if (chars > maxChars) break;
    lines.push(line);
  }
  const left = tools.length - lines.length;
  return [
    head,
    ...(description === undefined ? [] : [words(description, 4 * maxWords)]),
    ...(tools.length > 0 ? [`Its tools (what goes in → what comes out):`] : []),
    ...lines,
    ...(left > 0 ? [`… and ${left} more.`] : []),
    "End of the contract.",
  ].join("\n");
}

function toolLine({ name, description, inputSchema, outputSchema }: ContractTool): string {
  const out = fieldsOf(outputSchema);
  const shape = `${words(name)}(${fieldsOf(inputSchema)})${out === "" ? "" : ` → ${out}`}`;
  return `- ${shape}${description === undefined ? "" : `: ${words(description)}`}`;
}

function fieldsOf(schema: Record<string, unknown> | undefined): string {
  const { properties, required } = schema ?? {};
  if (typeof properties !== "object" || properties === null) return "";
  const needed = new Set(Array.isArray(required) ? required : []);
  const names = Object.keys(properties).map((field) => `${words(field)}${needed.has(field) ? "" : "?"}`);
  return names.length <= maxFields ? names.join(", ") : `${names.slice(0, maxFields).join(", ")}, …`;
}

function words(text: string, most = maxWords): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
