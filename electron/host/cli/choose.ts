export type LineChoice = { value: string; label: string };

/** The choices as a numbered list, a line each. */
export function choiceLines(choices: readonly LineChoice[], show: (text: string) => string): string[] {
  return choices.map((choice, at) => `  ${at + 1}  ${show(choice.label)}`);
}

/**
 * What a person typed → the choice that is meant: its text, its number in the list, its text in any case, or the start
 * of it where that fits only one. Null where none is, or more than one.
 */
export function choose<C extends LineChoice>(typed: string, choices: readonly C[]): C | null {
  const text = typed.trim();
  if (text === "") return null;
  const lower = text.toLowerCase();
  const byNumber = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
  return (
    choices.find(({ value, label }) => value === text || label === text) ??
    byNumber ??
    only(choices, (name) => name === lower) ??
    only(choices, (name) => name.startsWith(lower))
  );
}

function only<C extends LineChoice>(choices: readonly C[], fits: (name: string) => boolean): C | null {
  const [one, another] = choices.filter(({ value, label }) => fits(label.toLowerCase()) || fits(value.toLowerCase()));
  return one && !another ? one : null;
}
