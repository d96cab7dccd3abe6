import { create } from "zustand";

/** Texts on their way into a terminal, by its id: handed over here, taken by the terminal's view once it is drawn. */
export const useTerminalInserts = create<Record<string, string | undefined>>(() => ({}));

export function handToTerminal(terminalId: string, text: string): void {
  useTerminalInserts.setState({ [terminalId]: text });
}

/** The text, once; null if nothing waits. */
export function takeForTerminal(terminalId: string): string | null {
  const text = useTerminalInserts.getState()[terminalId] ?? null;
  if (text !== null) useTerminalInserts.setState({ [terminalId]: undefined });
  return text;
}
