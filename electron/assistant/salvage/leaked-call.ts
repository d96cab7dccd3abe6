/** What a tool takes, by parameter: "text" is passed on as it was written, "data" is JSON where it can be read as such. */
export type OfferedTools = ReadonlyMap<string, ReadonlyMap<string, "text" | "data">>;

/** A call that a model wrote into its text. `placeholder`: a parameter that only stands for a value, like `<path>`. */
export type LeakedCall = { name: string; input: Record<string, unknown>; placeholder: string | null };

/**
 * What stands at an opening: more must come to tell; no call; a call (or only its wrapping) of so many characters; or
 * something that was meant as a call and can't be read.
 */
export type Reading =
  | { kind: "more" }
  | { kind: "text" }
  | { kind: "calls"; calls: LeakedCall[]; length: number }
  | { kind: "broken"; length: number };

/** A way in which models write calls: how it starts, and how it is read from there. `ended`: nothing more will come. */
export type LeakForm = {
  /** The literal starts; with `atLineStart` they count only with nothing but blanks before them on their line. */
  opens: readonly string[];
  atLineStart: boolean;
  read: (text: string, ended: boolean, offered: OfferedTools) => Reading;
};

const standIn =
  /^(?:\.{3}|…|<(?:the |your |a )?(?:file|path|file[_ -]?path|filename|content|contents|command|query|url|string|text|value)(?:[_ -]here)?>)$/i;

export function leakedCall(name: string, input: Record<string, unknown>): LeakedCall {
  const stands = ([key, value]: [string, unknown]): boolean =>
    typeof value === "string" && (standIn.test(value.trim()) || value.trim().toLowerCase() === `<${key.toLowerCase()}>`);
  return { name, input, placeholder: Object.entries(input).find(stands)?.[0] ?? null };
}

/** Parameters that came as text between tags, with what isn't text by the tool's own description read as JSON. */
export function typedInput(
  name: string,
  pairs: readonly (readonly [string, string])[],
  offered: OfferedTools,
): Record<string, unknown> {
  const kinds = offered.get(name);
  return Object.fromEntries(pairs.map(([key, value]) => [key, kinds?.get(key) === "data" ? dataOf(value) : value]));
}

function dataOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // The tool's own check says what is wrong with it.
    return value;
  }
}
