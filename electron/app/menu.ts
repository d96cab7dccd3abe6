import { Menu, type MenuItemConstructorOptions } from "electron";
import { commandList, type CommandInfo } from "../../shared/commands.ts";

type Item = MenuItemConstructorOptions;

/** The system menu, read from the one list of commands. `run` passes the chosen one to the page. */
export function setMenu(platform: NodeJS.Platform, run: (commandId: string) => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform, run)));
}

export function menuTemplate(platform: NodeJS.Platform, run: (commandId: string) => void): Item[] {
  const mac = platform === "darwin";
  const groups = Map.groupBy(commandList, (command) => command.group);
  const menus = [...groups].map(([label, commands]): Item => ({
    label,
    submenu: [...commands.map((command) => item(command, mac, run)), ...(label === "Hearth" && !mac ? ending : [])],
  }));
  const appMenu: Item[] = mac ? [{ role: "appMenu" }] : [];
  return [...appMenu, ...menus, { role: "editMenu" }, mac ? { role: "windowMenu" } : windowMenu];
}

const ending: Item[] = [{ type: "separator" }, { role: "quit", registerAccelerator: false }];

/** Ctrl+W deletes a word in a terminal and Ctrl+M is Enter: outside a Mac the window leaves both to the page. */
const windowMenu: Item = {
  label: "Window",
  submenu: [
    { role: "minimize", registerAccelerator: false },
    { role: "togglefullscreen" },
    { type: "separator" },
    { role: "resetZoom" },
    { role: "zoomIn" },
    { role: "zoomOut" },
    { type: "separator" },
    { role: "close", registerAccelerator: false },
  ],
};

/**
 * Keys are the page's affair, which knows what has the focus and what the person changed. The menu shows the usual ones
 * and takes none; a Mac's menu takes what it shows, so there it shows none.
 */
function item(command: CommandInfo, mac: boolean, run: (commandId: string) => void): Item {
  const [keys] = command.keys;
  const shown: Item = keys === undefined || mac ? {} : { accelerator: acceleratorOf(keys), registerAccelerator: false };
  return { id: command.id, label: command.title, click: () => run(command.id), ...shown };
}

/** A chord of the command list in Electron's words. */
function acceleratorOf(chord: string): string {
  return chord.replace("Mod", "CommandOrControl").replace("Arrow", "");
}
