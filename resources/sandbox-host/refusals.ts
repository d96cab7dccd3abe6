import path from "node:path";

/** Of a command; more of them say nothing new. */
const maxLines = 20;

type Writes = { writable: readonly string[]; guarded: readonly string[] };
type Command = Writes & { lines: Set<string> };

/** What commands were refused, until they are asked for. Lives as long as the program. */
export class Refusals {
  readonly #commands = new Map<string, Command>();

  begin(key: string, writes: Writes): void {
    this.#commands.set(key, { ...writes, lines: new Set() });
  }

  /**
   * The library tells every attempt to write, also where it was let; what may be written is left out here. What it
   * tells comes out of the command's own memory: for a person to read, never to decide by.
   */
  add(key: string, line: string): void {
    const command = this.#commands.get(key);
    if (!command || command.lines.size >= maxLines) return;
    const written = /^deny (?!network)\S+ (\/.*)$/.exec(line)?.[1];
    const isLet = written !== undefined && isBelow(written, [...command.writable, "/dev", "/proc"]);
    if (isLet && !isBelow(written, command.guarded)) return;
    command.lines.add(line);
  }

  end(key: string): string[] {
    const command = this.#commands.get(key);
    this.#commands.delete(key);
    return [...(command?.lines ?? [])];
  }
}

function isBelow(file: string, folders: readonly string[]): boolean {
  const whole = path.normalize(file);
  return folders.some((folder) => whole === folder || whole.startsWith(`${folder}/`));
}
