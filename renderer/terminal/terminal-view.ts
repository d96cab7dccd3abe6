/**
 * Owns one drawn terminal: the xterm instance, its add-ons, its reading of the core's terminal and its size, until
 * `dispose`. The core sends the screen first (`replay`); while that is drawn nothing the terminal says goes back to the
 * program.
 */
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal, type ITerminalAddon } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { measureAlike } from "../../shared/terminal-widths.ts";
import { fileLinkProvider } from "./file-link-provider.ts";
import { TerminalReading } from "./follow-terminal.ts";
import { CommandGutter } from "./command-gutter.ts";
import { stepEvent } from "../commands/terminal-steps.ts";
import { isMac } from "../ui/is-mac.ts";
import { pastedText, type PastedText } from "./pasted-text.ts";
import { TerminalCalls } from "./terminal-calls.ts";
import { TerminalDrawing } from "./terminal-drawing.ts";
import { TerminalInput } from "./terminal-input.ts";
import { TerminalSize } from "./terminal-size.ts";
import { findColors, terminalTheme } from "./terminal-theme.ts";
import { dropWebgl, takeWebgl } from "./webgl-pool.ts";

export type TerminalEvents = {
  onReady: () => void;
  onExit: (exitCode: number | null) => void;
  onMissing: () => void;
  /** The address under the pointer, null when there is none. */
  onLinkHover: (address: string | null) => void;
  /** `hidden`: the text on the screen isn't the address, so it has to be shown first. */
  onLinkOpen: (address: string, hidden: boolean) => void;
  /** More than one line waits for a yes. */
  onPasteAsked: (pasted: PastedText) => void;
  /** A file of the working copy, by its path there. */
  onFileOpen: (path: string, line: number) => void;
  onClipboardBlocked: () => void;
  /** Typed while nobody was there to take it; it isn't typed later by itself. */
  onUnsent: (text: string) => void;
  onFound: (found: { count: number; at: number }) => void;
};

/** `files`: the working copy's folder, and how a file that a program names is found in it. */
type TerminalViewDeps = {
  host: HTMLElement;
  terminalId: string;
  files: { root: string; find: (path: string, cwd: string | null) => Promise<string | null> };
  events: TerminalEvents;
};

export class TerminalView {
  readonly #deps: TerminalViewDeps;
  readonly #abort = new AbortController();
  readonly #terminal: Terminal;
  readonly #search = new SearchAddon();
  readonly #size: TerminalSize;
  readonly #calls: TerminalCalls;
  readonly #commands: CommandGutter;

  constructor(deps: TerminalViewDeps) {
    const { host, events } = deps;
    const fit = new FitAddon();
    this.#deps = deps;
    this.#terminal = openTerminal(deps, [fit, this.#search]);
    this.#search.onDidChangeResults(({ resultCount, resultIndex }) => events.onFound({ count: resultCount, at: resultIndex }));
    this.#commands = new CommandGutter(this.#terminal);
    this.#linkFiles();
    this.#calls = new TerminalCalls(deps.terminalId);
    this.#size = new TerminalSize({ host, terminal: this.#terminal, fit, calls: this.#calls });
    for (const name of ["focusin", "pointerdown"])
      host.addEventListener(name, () => this.#size.use(), { signal: this.#abort.signal });
    this.#listenForPaste();
    this.#listenForSteps();
    this.#follow();
  }

  setActive(active: boolean): void {
    if (!active) return dropWebgl(this.#terminal);
    takeWebgl(this.#terminal);
    this.#size.fit();
  }

  /** A cursor that blinks says that what is typed goes somewhere. */
  setAway(away: boolean): void {
    this.#terminal.options.cursorBlink = !away && !this.#terminal.options.disableStdin;
  }

  /** Takes colours and sizes from the page again. */
  restyle(): void {
    this.#terminal.options.theme = terminalTheme();
    Object.assign(this.#terminal.options, fontOf(this.#deps.host));
    this.#size.fit();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** A text from elsewhere, as if it was pasted: cleaned, and asked about where it has several lines. */
  insert(raw: string): void {
    const pasted = pastedText(raw);
    if (pasted.text === "") return;
    if (pasted.lines > 1) this.#deps.events.onPasteAsked(pasted);
    else this.#terminal.paste(pasted.text);
  }

  /** What was asked about goes in. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  find(query: string, direction: "first" | "next" | "previous"): void {
    const options = { decorations: findColors(), incremental: direction === "first" };
    if (direction === "previous") this.#search.findPrevious(query, options);
    else this.#search.findNext(query, options);
  }

  endFind(): void {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
    this.#terminal.focus();
  }

  dispose(): void {
    this.#abort.abort();
    this.#size.dispose();
    dropWebgl(this.#terminal);
    this.#terminal.dispose();
  }

  #linkFiles(): void {
    const { files, events } = this.#deps;
    const { onLinkHover: onHover, onFileOpen: onOpen } = events;
    const cwdAt = (line: number): string | null => this.#commands.cwdAt(line);
    const terminal = this.#terminal;
    terminal.registerLinkProvider(fileLinkProvider({ terminal, ...files, cwdAt, opens: opensLink, onOpen, onHover }));
  }

  #follow(): void {
    const { onClipboardBlocked, onUnsent, onReady, onExit, onMissing } = this.#deps.events;
    const shared = { terminal: this.#terminal, calls: this.#calls };
    const { signal } = this.#abort;
    const input = new TerminalInput({ ...shared, onClipboardBlocked, onUnsent });
    const drawing = new TerminalDrawing({
      ...shared,
      onReplay: () => input.draw(),
      onReplayed: (marks) => {
        this.#commands.restore(marks);
        input.open();
        this.#size.tellAgain();
        onReady();
      },
      onExit: (exitCode) => {
        input.end();
        this.#size.end();
        onExit(exitCode);
      },
      again: () => reading.again(),
    });
    const reading = new TerminalReading({
      calls: this.#calls,
      take: (output) => drawing.take(output),
      lost: () => input.forget(),
      missing: onMissing,
    });
    document.addEventListener("visibilitychange", () => !document.hidden && drawing.seen(), { signal });
    void reading.run(signal);
  }

  /** What goes from one command to another is told to the element, as the terminal in front isn't known elsewhere. */
  #listenForSteps(): void {
    const onStep = (event: Event): void => {
      if (event instanceof CustomEvent) this.#commands.step(event.detail === 1 ? 1 : -1);
    };
    this.#deps.host.addEventListener(stepEvent, onStep, { signal: this.#abort.signal });
  }

  /** In the capture phase, before the terminal itself takes the text as it is. */
  #listenForPaste(): void {
    const onPaste = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      this.insert(event.clipboardData?.getData("text/plain") ?? "");
    };
    this.#deps.host.addEventListener("paste", onPaste, { capture: true, signal: this.#abort.signal });
  }
}

function openTerminal({ host, events }: TerminalViewDeps, addons: readonly ITerminalAddon[]): Terminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    scrollback: 5000,
    cursorBlink: true,
    macOptionClickForcesSelection: true,
    rightClickSelectsWord: false,
    theme: terminalTheme(),
    ...fontOf(host),
    linkHandler: {
      activate: (event, address) => opensLink(event) && events.onLinkOpen(address, true),
      hover: (_, address) => events.onLinkHover(address),
      leave: () => events.onLinkHover(null),
      allowNonHttpProtocols: false,
    },
  });
  const links = new WebLinksAddon((event, address) => opensLink(event) && events.onLinkOpen(address, false), {
    hover: (_, address) => events.onLinkHover(address),
    leave: () => events.onLinkHover(null),
  });
  for (const addon of [...addons, links]) terminal.loadAddon(addon);
  measureAlike(terminal.unicode, new UnicodeGraphemesAddon());
  terminal.open(host);
  return terminal;
}

/** Follows the page's mono font and the person's font size (12.5 px at 13). */
function fontOf(host: HTMLElement): { fontFamily: string; fontSize: number; lineHeight: number } {
  const style = getComputedStyle(host);
  return { fontFamily: style.fontFamily, fontSize: Number.parseFloat(style.fontSize) || 12.5, lineHeight: 1.25 };
}

function opensLink(event: MouseEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}
