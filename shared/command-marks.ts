/**
 * Where commands stand in a terminal, as its shell tells by OSC 133 (FinalTerm's protocol): one model for the core's screen
 * and every window. What a program prints can forge a mark, and no more than that: nothing is taken from it but a state
 * and a number from 0 to 255.
 */
import * as z from "zod";

/** `line`: from the first line of the scrollback, 0. `exitCode`: null while it runs, and where the shell didn't tell. */
export const commandMark = z.object({
  line: z.int().min(0),
  state: z.enum(["prompt", "running", "ended"]),
  exitCode: z.int().nullable(),
});
export type CommandMark = z.infer<typeof commandMark>;
type State = Pick<CommandMark, "state" | "exitCode">;

/** As xterm has them: a line that is followed when others scroll away; disposed when it has scrolled away itself. */
type Marker = { readonly line: number; readonly isDisposed: boolean; dispose(): void };
type MarkedTerminal<M extends Marker> = {
  registerMarker(offset: number): M | undefined;
  readonly buffer: { readonly active: { readonly type: string; readonly baseY: number; readonly cursorY: number } };
};

export type MarkedCommand<M extends Marker> = State & { readonly marker: M };

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
      this.#add(0, { state: "prompt", exitCode: null });
    } else if (what === "C" && last?.state === "prompt") {
      this.#set(last, { state: "running", exitCode: null });
    } else if (what === "D" && last?.state === "running") {
      const exitCode = /^\d{1,3}$/.test(status) && Number(status) < 256 ? Number(status) : null;
      this.#set(last, { state: "ended", exitCode });
    }
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
    for (const { line, ...state } of marks) this.#add(line - baseY - cursorY, state);
  }

  #add(offset: number, state: State): void {
    const marker = this.#deps.terminal.registerMarker(offset);
    if (!marker) return;
    const command = { ...state, marker };
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
