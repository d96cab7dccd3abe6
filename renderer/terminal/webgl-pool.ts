import { WebglAddon } from "@xterm/addon-webgl";
import type { Terminal } from "@xterm/xterm";

/**
 * Owns the page's WebGL contexts of terminals: a browser drops the oldest of too many without being asked, so there are
 * at most four, and the one longest unused goes first. Without a context a terminal draws with DOM elements.
 */
const maxContexts = 4;

const holders = new Map<Terminal, WebglAddon>();
let refused = false;

/** Draws the terminal with WebGL from now on, if there is any. Call it again whenever the terminal is looked at. */
export function takeWebgl(terminal: Terminal): void {
  const held = holders.get(terminal);
  if (held) {
    holders.delete(terminal);
    holders.set(terminal, held);
    return;
  }
  if (refused) return;
  const [oldest] = holders.keys();
  if (oldest && holders.size >= maxContexts) dropWebgl(oldest);
  try {
    const addon = new WebglAddon();
    addon.onContextLoss(() => dropWebgl(terminal));
    terminal.loadAddon(addon);
    holders.set(terminal, addon);
  } catch {
    refused = true; // No WebGL here; asking again would fail the same way.
  }
}

export function dropWebgl(terminal: Terminal): void {
  const addon = holders.get(terminal);
  holders.delete(terminal);
  addon?.dispose();
}
