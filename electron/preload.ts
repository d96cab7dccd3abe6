import { contextBridge, ipcRenderer } from "electron";
import { channels } from "./app/channels.ts";

// All that the page gets of the system: named functions, each for one purpose. No channel name, event object or
// module crosses over.

ipcRenderer.on(channels.port, (event) => {
  // Ports can't cross the context bridge; a message to the page's own window can carry them.
  window.postMessage("hearth:port", window.location.origin, [...event.ports]);
});

function listen(channel: string, listener: (value: string) => void): () => void {
  const heard = (_event: unknown, value: unknown): void => {
    if (typeof value === "string") listener(value);
  };
  ipcRenderer.on(channel, heard);
  return () => void ipcRenderer.off(channel, heard);
}

contextBridge.exposeInMainWorld("hearth", {
  platform: process.platform,
  connect: (): Promise<void> => ipcRenderer.invoke(channels.connect),
  pickFolder: (): Promise<string | null> => ipcRenderer.invoke(channels.pickFolder),
  openExternal: (url: string): void => ipcRenderer.send(channels.openExternal, String(url)),
  setBadge: (count: number): void => ipcRenderer.send(channels.setBadge, Number(count)),
  notify: (note: { title: string; body: string; tabId: string }): void =>
    ipcRenderer.send(channels.notify, { title: String(note.title), body: String(note.body), tabId: String(note.tabId) }),
  onCommand: (listener: (commandId: string) => void) => listen(channels.command, listener),
  onFocusTab: (listener: (tabId: string) => void) => listen(channels.focusTab, listener),
});
