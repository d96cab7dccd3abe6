import { Menu, type MenuItemConstructorOptions } from "electron";
import { commandList, type CommandInfo } from "../../shared/commands.ts";

/** The system menu, read from the one list of commands. `run` passes the chosen one to the page. */
export function setMenu(platform: NodeJS.Platform, run: (commandId: string) => void): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(platform, run)));
}

export function menuTemplate(platform: NodeJS.Platform, run: (commandId: string) => void): MenuItemConstructorOptions[] {
  const groups = Map.groupBy(commandList, (command) => command.group);
  const menus = [...groups].map(([label, commands]): MenuItemConstructorOptions => ({
    label,
    submenu: commands.map((command) => item(command, run)),
  }));
  const edit: MenuItemConstructorOptions = { role: "editMenu" };
  const window: MenuItemConstructorOptions = { role: "windowMenu" };
  return [...(platform === "darwin" ? [{ role: "appMenu" } satisfies MenuItemConstructorOptions] : []), ...menus, edit, window];
}

/** Keys are the page's affair, which knows what has the focus; the menu shows them and doesn't take them. */
function item(command: CommandInfo, run: (commandId: string) => void): MenuItemConstructorOptions {
  return { id: command.id, label: command.title, click: () => run(command.id) };
}
