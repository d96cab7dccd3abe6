import headless from "@xterm/headless";

/** What a replay shows, scrollback included, as plain lines: a line that was too long for the screen is one again. */
export function screenText({ data, cols, rows }: { data: string; cols: number; rows: number }): Promise<string> {
  const terminal = new headless.Terminal({ cols, rows, scrollback: 5000, allowProposedApi: true });
  return new Promise((resolve) => {
    terminal.write(data, () => {
      const { active } = terminal.buffer;
      const lines: string[] = [];
      for (let at = 0; at < active.length; at += 1) {
        const line = active.getLine(at);
        // What is wrapped goes on in the next line, with the blanks at its end.
        const text = line?.translateToString(active.getLine(at + 1)?.isWrapped !== true) ?? "";
        if (line?.isWrapped === true && lines.length > 0) lines[lines.length - 1] += text;
        else lines.push(text);
      }
      terminal.dispose();
      resolve(lines.join("\n").trimEnd());
    });
  });
}
