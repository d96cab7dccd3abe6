import type { IMarker, Terminal } from "@xterm/xterm";
import "./command-gutter.css";
import { CommandMarks, type CommandMark, type MarkedCommand } from "../../shared/command-marks.ts";

type Command = MarkedCommand<IMarker>;

/**
 * Owns the marks beside the lines of one drawn terminal at which commands begin, and going from one to another; they end
 * with the terminal.
 */
export class CommandGutter {
  readonly #terminal: Terminal;
  readonly #marks: CommandMarks<IMarker>;
  readonly #drawn = new WeakMap<IMarker, HTMLElement>();
  /** A command may begin and end before its decoration is drawn; that then shows what has become of it. */
  readonly #decorated = new WeakSet<IMarker>();
  /** The command that was gone to last; null once something is typed. */
  #at: IMarker | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#marks = new CommandMarks({ terminal, onChange: (command) => this.#show(command) });
    terminal.parser.registerOscHandler(133, (data) => {
      this.#marks.take(data);
      return true;
    });
    terminal.parser.registerOscHandler(7, (data) => {
      this.#marks.takeCwd(data);
      return true;
    });
    terminal.onData(() => this.#goneTo(null));
  }

  /** The screen came anew, and these are its marks. */
  restore(marks: readonly CommandMark[]): void {
    this.#marks.restore(marks);
  }

  /** The folder of the command that printed this line of the buffer; null where it isn't known. */
  cwdAt(line: number): string | null {
    const isFullScreen = this.#terminal.buffer.active.type === "alternate";
    return this.#marks.list().findLast((command) => isFullScreen || command.line <= line)?.cwd ?? null;
  }

  /** Shows the command before or after the one that was gone to last, else the last one; says whether there was one. */
  step(by: 1 | -1): boolean {
    const commands = this.#marks.list();
    const at = commands.findIndex(({ marker }) => marker === this.#at);
    const next = at === -1 ? (by === -1 ? commands.findLast(({ state }) => state !== "prompt") : undefined) : commands[at + by];
    if (!next) return false;
    this.#goneTo(next.marker);
    this.#terminal.scrollToLine(next.line);
    return true;
  }

  #goneTo(marker: IMarker | null): void {
    if (this.#at) this.#drawn.get(this.#at)?.toggleAttribute("data-current", false);
    this.#at = marker;
    if (marker) this.#drawn.get(marker)?.toggleAttribute("data-current", true);
  }

  #show(command: Command): void {
    const element = this.#drawn.get(command.marker);
    if (element) return paint(element, command);
    if (this.#decorated.has(command.marker)) return;
    this.#decorated.add(command.marker);
    const decoration = this.#terminal.registerDecoration({ marker: command.marker, layer: "top" });
    decoration?.onRender((drawn) => {
      this.#drawn.set(command.marker, drawn);
      paint(drawn, command);
      drawn.toggleAttribute("data-current", command.marker === this.#at);
    });
  }
}

function paint(element: HTMLElement, { state, exitCode }: Command): void {
  element.classList.add("command-mark");
  element.dataset["command"] = state === "ended" ? (exitCode === 0 ? "done" : exitCode === null ? "unknown" : "failed") : state;
  const dot = element.firstElementChild ?? element.appendChild(document.createElement("span"));
  if (dot instanceof HTMLElement) dot.title = state === "ended" && exitCode !== null ? `Exit code ${exitCode}` : "";
}
