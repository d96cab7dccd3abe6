import * as z from "zod";

const color = z.string().regex(/^#[\da-f]{6}$/);

/** The colours that a window draws a terminal in, as `#rrggbb`; what a program is told when it asks for them. */
export const terminalColors = z.strictObject({
  foreground: color,
  background: color,
  cursor: color,
  /** The sixteen that programs choose by number, from black to bright white. */
  palette: z.array(color).length(16),
});
export type TerminalColors = z.infer<typeof terminalColors>;
