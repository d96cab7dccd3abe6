/**
 * Owns one drawn terminal: the xterm instance, its add-ons, its reading of the core's terminal and its size, from
 * `openTerminalView` until `dispose`. The core answers with the screen first (`replay`); while that is drawn nothing
 * the terminal says goes back to the program.
 */
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { rpc } from "../rpc.ts";
import { createTyping, followTerminal } from "./follow-terminal.ts";
import { pastedText, type PastedText } from "./pasted-text.ts";
import { findColors, terminalTheme } from "./terminal-theme.ts";
import { dropWebgl, takeWebgl } from "./webgl-pool.ts";

export type TerminalEvents = {
  onReady(): void;
  onExit(exitCode: number | null): void;
  onMissing(): void;
  /** The address under the pointer, null when there is none. */
  onLinkHover(address: string | null): void;
  /** `hidden`: the text on the screen isn't the address, so it has to be shown first. */
  onLinkOpen(address: string, hidden: boolean): void;
  /** More than one line waits for a yes. */
  onPasteAsked(pasted: PastedText): void;
  onClipboardBlocked(): void;
  onFindAsked(): void;
  onFound(found: { count: number; at: number }): void;
};

export type TerminalView = {
  setActive(active: boolean): void;
  /** Takes colours and sizes from the page again. */
  restyle(): void;
  focus(): void;
  /** A text from elsewhere, as if it was pasted: cleaned, and asked about where it has several lines. */
  insert(raw: string): void;
  /** What was asked about goes in. */
  paste(text: string): void;
  find(query: string, direction: "first" | "next" | "previous"): void;
  endFind(): void;
  dispose(): void;
};

const resizePauseMs = 80;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
/** Acknowledging every piece would be a call for each; the core's marks are far above this. */
const ackChars = 4_000;
const ackPauseMs = 40;

export function openTerminalView(host: HTMLElement, terminalId: string, events: TerminalEvents): TerminalView {
  const abort = new AbortController();
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
  const fit = new FitAddon();
  const search = new SearchAddon();
  const links = new WebLinksAddon((event, address) => opensLink(event) && events.onLinkOpen(address, false), {
    hover: (_, address) => events.onLinkHover(address),
    leave: () => events.onLinkHover(null),
  });
  for (const addon of [fit, search, links, new Unicode11Addon()]) terminal.loadAddon(addon);
  terminal.unicode.activeVersion = "11";
  terminal.open(host);

  const size = followSize(host, terminal, fit, terminalId);
  const input = followInput(terminal, terminalId, events);
  const take = createDrawing(terminal, terminalId, events, {
    onReplay: input.draw,
    onReplayed: () => (input.open(), size.fit()),
    onExit: input.end,
  });
  search.onDidChangeResults(({ resultCount, resultIndex }) => events.onFound({ count: resultCount, at: resultIndex }));
  const insert = (raw: string): void => {
    const pasted = pastedText(raw);
    if (pasted.text === "") return;
    if (pasted.lines > 1) events.onPasteAsked(pasted);
    else terminal.paste(pasted.text);
  };
  listenForPaste(host, abort.signal, insert);
  void followTerminal(terminalId, abort.signal, { take, lost: input.forget, missing: events.onMissing });

  return {
    setActive(active) {
      if (!active) return dropWebgl(terminal);
      takeWebgl(terminal);
      size.fit();
    },
    restyle() {
      terminal.options.theme = terminalTheme();
      Object.assign(terminal.options, fontOf(host));
      size.fit();
    },
    focus: () => terminal.focus(),
    insert,
    paste: (text) => terminal.paste(text),
    find(query, direction) {
      const options = { decorations: findColors(), incremental: direction === "first" };
      if (direction === "previous") search.findPrevious(query, options);
      else search.findNext(query, options);
    },
    endFind() {
      search.clearDecorations();
      terminal.clearSelection();
      terminal.focus();
    },
    dispose() {
      abort.abort();
      size.dispose();
      dropWebgl(terminal);
      terminal.dispose();
    },
  };
}

/** Writes what comes to the screen, and acknowledges it once it is drawn. */
function createDrawing(
  terminal: Terminal,
  terminalId: string,
  events: TerminalEvents,
  on: { onReplay: () => void; onReplayed: () => void; onExit: () => void },
): (output: TerminalOutput) => void {
  let drawn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    const chars = drawn;
    drawn = 0;
    if (chars === 0) return;
    rpc.terminals.acknowledge({ id: terminalId, chars }).catch(() => {
      // The connection is gone, and with it the core's count of what was not drawn.
    });
  }
  function acknowledge(chars: number): void {
    drawn += chars;
    if (drawn >= ackChars) send();
    else timer ??= setTimeout(send, ackPauseMs);
  }
  return (output) => {
    switch (output.type) {
      case "replay":
        drawn = 0;
        on.onReplay();
        terminal.reset();
        terminal.resize(output.cols, output.rows);
        terminal.write(output.data, () => {
          on.onReplayed();
          events.onReady();
        });
        return;
      case "data":
        terminal.write(output.data, () => acknowledge(output.data.length));
        return;
      case "exit":
        terminal.write("", () => {
          on.onExit();
          events.onExit(output.exitCode);
        });
        return;
      case "title":
        return; // The tab shows it, from the app's state.
    }
  };
}

/**
 * Keys, and the terminal's own answers to the program. Before the screen is there (`opening`) all there is comes from
 * the person and waits; while it is drawn, the answers to old output are dropped and keys wait; then both go through.
 */
function followInput(terminal: Terminal, terminalId: string, events: TerminalEvents) {
  let state: "opening" | "drawing" | "open" | "ended" = "opening";
  let early = "";
  const type = createTyping((data) => rpc.terminals.write({ id: terminalId, data }));
  const take = (data: string): void => {
    if (state === "open") type(data);
    if (state === "opening") early += data;
  };
  terminal.onData(take);
  terminal.onBinary(take);
  terminal.onKey(({ key }) => {
    if (state === "drawing") early += key;
  });
  terminal.parser.registerOscHandler(52, () => {
    if (state === "open") events.onClipboardBlocked();
    return true;
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown") return true;
    const key = event.key.toLowerCase();
    const chord = isMac ? event.metaKey && !event.ctrlKey && !event.shiftKey : event.ctrlKey && event.shiftKey && !event.altKey;
    if (!chord) return true;
    if (key === "f") {
      event.preventDefault();
      events.onFindAsked();
      return false;
    }
    if (key === "c" && !isMac) {
      event.preventDefault();
      if (terminal.hasSelection()) void navigator.clipboard.writeText(terminal.getSelection());
      return false;
    }
    // The browser turns it into a paste, which is looked at there.
    return key !== "v";
  });
  return {
    draw: () => void (state = "drawing"),
    open() {
      state = "open";
      if (early !== "") type(early);
      early = "";
    },
    /** The connection broke: what was typed since is not typed later, into whatever is there then. */
    forget: () => void (early = ""),
    end() {
      state = "ended";
      terminal.options.cursorBlink = false;
      terminal.options.disableStdin = true;
    },
  };
}

/** In the capture phase, before the terminal itself takes the text as it is. */
function listenForPaste(host: HTMLElement, signal: AbortSignal, insert: (raw: string) => void): void {
  const onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    insert(event.clipboardData?.getData("text/plain") ?? "");
  };
  host.addEventListener("paste", onPaste, { capture: true, signal });
}

/** Keeps columns and rows to the space there is, and tells the program when a move has ended. */
function followSize(host: HTMLElement, terminal: Terminal, fitAddon: FitAddon, terminalId: string) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = "";
  function fit(): void {
    // Hidden in a tab behind others it has no size, and keeps the one it had.
    if (host.offsetWidth === 0 || host.offsetHeight === 0) return;
    const proposed = fitAddon.proposeDimensions();
    if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return;
    const cols = Math.min(1000, Math.max(2, proposed.cols));
    const rows = Math.min(1000, Math.max(1, proposed.rows));
    if (cols !== terminal.cols || rows !== terminal.rows) terminal.resize(cols, rows);
    if (told === `${cols}x${rows}`) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      told = `${cols}x${rows}`;
      // Where it fails the terminal is gone or the connection is; both are shown elsewhere.
      rpc.terminals.resize({ id: terminalId, cols, rows }).catch(() => (told = ""));
    }, resizePauseMs);
  }
  const observer = new ResizeObserver(fit);
  observer.observe(host);
  return {
    fit,
    dispose() {
      clearTimeout(timer);
      observer.disconnect();
    },
  };
}

/** Follows the page's mono font and the person's font size (12.5 px at 13). */
function fontOf(host: HTMLElement): { fontFamily: string; fontSize: number; lineHeight: number } {
  const style = getComputedStyle(host);
  return { fontFamily: style.fontFamily, fontSize: Number.parseFloat(style.fontSize) || 12.5, lineHeight: 1.25 };
}

function opensLink(event: MouseEvent): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}
