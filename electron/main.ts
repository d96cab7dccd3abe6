import { mkdirSync } from "node:fs";
import path from "node:path";
import { app, dialog, shell } from "electron";
import { listenToPage } from "./app/bridge.ts";
import { channels } from "./app/channels.ts";
import { CoreProcess, type CoreRefusal } from "./app/core-process.ts";
import { guardContents } from "./app/guards.ts";
import { askKeyring } from "./app/keyring.ts";
import { MainWindow } from "./app/main-window.ts";
import { setMenu } from "./app/menu.ts";
import { registerPageScheme, servePage } from "./app/page-protocol.ts";
import { askAboutRefusal } from "./app/refusals.ts";
import { hearthFolders } from "./host/folders.ts";

/** The desktop shell: one window, the menu, dialogs and notes of the system, and the core's process. */
const folders = hearthFolders({ env: process.env });
const entryFolder = import.meta.dirname;
let quitting = false;

const core = new CoreProcess({
  entry: path.join(entryFolder, "child.js"),
  args: [folders.dataDir, folders.configDir, app.getVersion()],
  env: process.env,
  vault: askKeyring,
  onGone: (refusal) => void settleRefusal(refusal),
});
const mainWindow = new MainWindow({
  preload: path.join(entryFolder, "../preload/preload.cjs"),
  onPageBroken() {
    dialog.showErrorBox(
      "Hearth's page keeps crashing",
      "Close the window and open Hearth again. The agents' work isn't touched.",
    );
  },
});

keepBrowserDataApart();
registerPageScheme();
if (app.requestSingleInstanceLock()) {
  // Whatever the second start was given, it starts no work: it only brings the window to the front.
  app.on("second-instance", () => {
    if (app.isReady()) mainWindow.show();
  });
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("before-quit", (event) => {
    if (quitting) return;
    event.preventDefault();
    quitting = true;
    void core.stop(5_000).finally(() => app.quit());
  });
  app.on("activate", () => {
    if (app.isReady() && !quitting) mainWindow.show();
  });
  void app.whenReady().then(start);
} else app.quit();

async function start(): Promise<void> {
  app.setAppUserModelId("app.hearth.desktop");
  servePage(path.join(entryFolder, "../renderer"));
  guardContents((url) => void shell.openExternal(url));
  listenToPage({
    window: () => mainWindow.current(),
    showWindow: () => mainWindow.show(),
    connect: (window) => core.connect(window),
    setBadge: (count) => void app.setBadgeCount(count),
  });
  setMenu(process.platform, (id) => mainWindow.show().webContents.send(channels.command, id));
  const opening = core.start();
  mainWindow.show();
  const refusal = await opening;
  if (refusal) await settleRefusal(refusal);
}

/** Until the core runs or the person gives up. */
async function settleRefusal(first: CoreRefusal): Promise<void> {
  for (let refusal: CoreRefusal | null = first; refusal && !quitting; refusal = await core.start()) {
    if ((await askAboutRefusal(refusal, folders.dataDir)) !== "again") return app.quit();
  }
}

/**
 * What Chromium keeps goes where Hearth's data is: removed with it, apart from the person's configuration, and one
 * running window for each data folder.
 */
function keepBrowserDataApart(): void {
  const folder = path.join(folders.dataDir, "desktop");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    app.setPath("userData", folder);
  } catch {
    // Not writable: the core is about to say so, with the reason; Chromium takes its usual place meanwhile.
  }
}
