import { paneInFront } from "./focus-places.ts";

/** Told to the element that a terminal is drawn in; its detail is 1 or -1. */
export const stepEvent = "hearth:step";

const terminalInFront = (): Element | null => document.querySelector(`${paneInFront} [data-terminal] [data-steps]`);

export const hasTerminalInFront = (): boolean => terminalInFront() !== null;

/** Asks the terminal in front to show the command before or after. */
export function stepTerminal(by: 1 | -1): void {
  terminalInFront()?.dispatchEvent(new CustomEvent(stepEvent, { detail: by }));
}
