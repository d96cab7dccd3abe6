import type { Terminal } from "@xterm/xterm";
import { isMac } from "../ui/is-mac.ts";
import { leaveAnswersToCore } from "./core-answers.ts";
import { createTyping } from "./create-typing.ts";
import type { TerminalCalls } from "./terminal-calls.ts";

type TerminalInputDeps = {
  terminal: Terminal;
  calls: TerminalCalls;
  onClipboardBlocked(): void;
  /** What was typed while nobody was there to take it. */
  onUnsent(text: string): void;
};

const focusIn = "\u001b[I";
const focusOut = "\u001b[O";

/**
 * Keys, the mouse and whether this window has the focus; what a program asks is the core's to answer. Before the screen
 * is there (`opening`) all there is comes from the person and waits; while it is drawn, what its modes report is dropped
 * and keys wait; then all goes through.
 */
export class TerminalInput {
  readonly #deps: TerminalInputDeps;
  readonly #type: (data: string) => void;
  #state: "opening" | "drawing" | "open" | "ended" = "opening";
  #early = "";
  #saidFocus = false;

  constructor(deps: TerminalInputDeps) {
    const { terminal, calls } = deps;
    this.#deps = deps;
    this.#type = createTyping(
      (data) => calls.write(data),
      (data) => this.#unsent(data),
    );
    leaveAnswersToCore(terminal.parser);
    terminal.onData((data) => this.#take(data));
    terminal.onBinary((data) => this.#take(data));
    terminal.onKey(({ key }) => {
      if (this.#state === "drawing") this.#early += key;
    });
    terminal.parser.registerOscHandler(52, () => {
      if (this.#state === "open") deps.onClipboardBlocked();
      return true;
    });
    terminal.attachCustomKeyEventHandler((event) => this.#isForProgram(event));
  }

  draw(): void {
    this.#state = "drawing";
  }

  open(): void {
    this.#state = "open";
    if (this.#early !== "") this.#type(this.#early);
    this.#early = "";
  }

  /** The connection broke: what was typed since is not typed later, into whatever is there then. */
  forget(): void {
    this.#unsent(this.#early);
    this.#early = "";
  }

  end(): void {
    this.#state = "ended";
    this.#deps.terminal.options.cursorBlink = false;
    this.#deps.terminal.options.disableStdin = true;
  }

  #unsent(data: string): void {
    const text = data.replace(reports, "");
    if (text !== "" && this.#state !== "ended") this.#deps.onUnsent(text);
  }

  #take(data: string): void {
    // That a window hasn't the focus is no news where another has it: only who had it can lose it.
    if (data === focusOut && !this.#saidFocus) return;
    if (data === focusIn || data === focusOut) this.#saidFocus = data === focusIn;
    if (this.#state === "open") this.#type(data);
    if (this.#state === "opening") this.#early += data;
  }

  /** Copy and paste are the terminal's own, with the chord that no program has. */
  #isForProgram(event: KeyboardEvent): boolean {
    if (event.type !== "keydown" || !isChord(event)) return true;
    const key = event.key.toLowerCase();
    if (key === "c" && !isMac) {
      event.preventDefault();
      const { terminal } = this.#deps;
      if (terminal.hasSelection()) void navigator.clipboard.writeText(terminal.getSelection());
      return false;
    }
    // The browser turns it into a paste, which is looked at there.
    return key !== "v";
  }
}

/** What the terminal itself says: arrows, the mouse, where the cursor is. */
const reports = new RegExp(`${String.fromCharCode(27)}(?:\\[M[^]{3}|\\[[ -?]*[@-~]|O.)`, "g");

function isChord({ metaKey, ctrlKey, shiftKey, altKey }: KeyboardEvent): boolean {
  return isMac ? metaKey && !ctrlKey && !shiftKey : ctrlKey && shiftKey && !altKey;
}
