/**
 * Where commands stand in a terminal, as its shell tells by OSC 133 (FinalTerm's protocol), and in which folder they run, by
 * OSC 7: one model for the core's screen and every window. What a program prints can forge a mark, and no more than that:
 * nothing is taken from it but a state, a number from 0 to 255 and an absolute path, which finds files and opens none.
 */
import * as z from "zod";

/** A longer one is taken for none: there may be many. */
const mostPathChars = 1_000;

/**
 * `line`: from the first line of the scrollback, 0. `exitCode`: null while it runs, and where the shell didn't tell.
 * `cwd`: the shell's folder at its prompt, an absolute path; null where the shell didn't tell.
 */
export const commandMark = z.object({
  line: z.int().min(0),
  state: z.enum(["prompt", "running", "ended"]),
  exitCode: z.int().nullable(),
  cwd: z.string().max(mostPathChars).nullable(),
});
export type CommandMark = z.infer<typeof commandMark>;
type State = Pick<CommandMark, "state" | "exitCode">;
type Facts = Omit<CommandMark, "line">;

/** As xterm has them: a line that is followed when others scroll away; disposed when it has scrolled away itself. */
type Marker = { readonly line: number; readonly isDisposed: boolean; dispose(): void };
type MarkedTerminal<M extends Marker> = {
  registerMarker(offset: number): M | undefined;
  readonly buffer: { readonly active: { readonly type: string; readonly baseY: number; readonly cursorY: number } };
};

export type MarkedCommand<M extends Marker> = Facts & { readonly marker: M };

type CommandMarksDeps<M extends Marker> = {
  terminal: MarkedTerminal<M>;
  /** A mark is new, or its command stands otherwise. */
  onChange?: (command: MarkedCommand<M>) => void;
};

/** A program can print any number of them. */
const mostMarks = 2_000;

/** The marks of one terminal, for as long as that is; the terminal ends them. */
export class CommandMarks<M extends Marker> {
  readonly #deps: CommandMarksDeps<M>;
  #commands: MarkedCommand<M>[] = [];
  #cwd: string | null = null;

  constructor(deps: CommandMarksDeps<M>) {
    this.#deps = deps;
  }

  /** `data`: what follows `133;`. Takes it where the cursor is now. */
  take(data: string): void {
    const { terminal } = this.#deps;
    if (terminal.buffer.active.type === "alternate") return;
    const [what, status = ""] = data.split(";");
    const last = this.#commands.at(-1);
    if (what === "A") {
      // Nothing was entered there.
      if (last?.state === "prompt") this.#drop(last);
      this.#add(0, { state: "prompt", exitCode: null, cwd: this.#cwd });
    } else if (what === "C" && last?.state === "prompt") {
      this.#set(last, { state: "running", exitCode: null });
    } else if (what === "D" && last?.state === "running") {
      const exitCode = /^\d{1,3}$/.test(status) && Number(status) < 256 ? Number(status) : null;
      this.#set(last, { state: "ended", exitCode });
    }
  }

  /** `data`: what follows `7;`. Holds for the prompts that come. */
  takeCwd(data: string): void {
    this.#cwd = folderOf(data);
  }

  /** In their order, those that have not scrolled away. */
  list(): (MarkedCommand<M> & CommandMark)[] {
    this.#commands = this.#commands.filter(({ marker }) => !marker.isDisposed && marker.line >= 0);
    return this.#commands.map((command) => ({ ...command, line: command.marker.line }));
  }

  /** On a terminal that shows what the one showed that `marks` are of. */
  restore(marks: readonly CommandMark[]): void {
    const { type, baseY, cursorY } = this.#deps.terminal.buffer.active;
    if (type === "alternate") return;
    for (const { line, ...facts } of marks) this.#add(line - baseY - cursorY, facts);
    this.#cwd = marks.at(-1)?.cwd ?? this.#cwd;
  }

  #add(offset: number, facts: Facts): void {
    const marker = this.#deps.terminal.registerMarker(offset);
    if (!marker) return;
    const command = { ...facts, marker };
    this.#commands.push(command);
    const [oldest] = this.#commands;
    if (oldest && this.#commands.length > mostMarks) this.#drop(oldest);
    this.#deps.onChange?.(command);
  }

  #set(command: MarkedCommand<M>, state: State): void {
    Object.assign(command, state);
    this.#deps.onChange?.(command);
  }

  #drop(command: MarkedCommand<M>): void {
    this.#commands = this.#commands.filter((other) => other !== command);
    command.marker.dispose();
  }
}

/** The path of a `file:` address, whichever host it names: a shell elsewhere names folders that aren't here. */
function folderOf(address: string): string | null {
  const encoded = /^file:\/\/[^/]*(\/.*)$/.exec(address)?.[1];
  if (encoded === undefined || encoded.length > 3 * mostPathChars) return null;
  try {
    const path = decodeURIComponent(encoded);
    return path.length > mostPathChars ? null : path.replace(/(?<=.)\/+$/, "");
  } catch {
    return null;
  }
}
