import { EventEmitter } from "node:events";
import { runInThisContext } from "node:vm";
import { app, chromium, listWindowsBy, schemes } from "./app.ts";
import { BrowserWindow } from "./browser-window.ts";
import { ipcMain } from "./ipc-main.ts";
import { MessageChannelMain } from "./ports.ts";
import { session } from "./session.ts";
import { utilityProcess } from "./utility-process.ts";

// What `import "electron"` gives to the built shell. Windows are real Chromium pages, the utility process is a real
// process; what only a desktop has (menu bar, dialogs, notes, badge) is remembered, for tests to look at and to answer.

type Template = {
  id?: string;
  label?: string;
  role?: string;
  accelerator?: string;
  registerAccelerator?: boolean;
  click?: () => void;
  submenu?: Template[];
};

class MenuItem {
  readonly id: string | undefined;
  readonly label: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly registerAccelerator: boolean;
  readonly submenu: Menu | null;
  readonly click: () => void;
  constructor(template: Template) {
    this.id = template.id;
    this.label = template.label ?? template.role ?? "";
    this.role = template.role;
    this.accelerator = template.accelerator;
    this.registerAccelerator = template.registerAccelerator ?? true;
    this.submenu = template.submenu ? Menu.buildFromTemplate(template.submenu) : null;
    this.click = () => template.click?.();
  }
}

class Menu {
  static #current: Menu | null = null;
  readonly items: MenuItem[];
  constructor(items: MenuItem[] = []) {
    this.items = items;
  }
  static buildFromTemplate(template: Template[]): Menu {
    return new Menu(template.map((item) => new MenuItem(item)));
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#current = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#current;
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  static isSupported = (): boolean => true;
  readonly title: string;
  readonly body: string;
  constructor(options: { title: string; body: string }) {
    super();
    this.title = options.title;
    this.body = options.body;
  }
  show(): void {
    Notification.shown.push(this);
  }
  close(): void {
    this.emit("close");
  }
}

type Asked = { kind: string; options: Record<string, unknown>; answer(value: unknown): void };

const dialog = {
  /** Dialogs on the screen, the oldest first; each waits until a test answers it. */
  asked: [] as Asked[],
  showErrorBox(title: string, content: string): void {
    dialog.asked.push({ kind: "error", options: { title, content }, answer: () => null });
  },
  showMessageBox: (...args: unknown[]): Promise<unknown> => ask("message", args),
  showOpenDialog: (...args: unknown[]): Promise<unknown> => ask("open", args),
};

function ask(kind: string, args: unknown[]): Promise<unknown> {
  return new Promise((answer) => dialog.asked.push({ kind, options: args.at(-1) as Record<string, unknown>, answer }));
}

const shell = {
  opened: [] as string[],
  openExternal(url: string): Promise<void> {
    shell.opened.push(url);
    return Promise.resolve();
  },
};

/** A keyring that is open: what it seals only says no more what it was. */
const safeStorage = {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(true),
  getSelectedStorageBackend: (): string => "gnome_libsecret",
  encryptStringAsync: (text: string): Promise<Buffer> => Promise.resolve(turned(Buffer.from(text))),
  decryptStringAsync: (sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> =>
    Promise.resolve({ result: turned(sealed).toString(), shouldReEncrypt: false }),
};

function turned(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0x5a));
}

const protocol = {
  registerSchemesAsPrivileged(list: { scheme: string; privileges?: { standard?: boolean } }[]): void {
    if (app.isReady()) throw new Error("protocol.registerSchemesAsPrivileged should be called before app is ready");
    for (const { scheme, privileges } of list) if (privileges?.standard) schemes.add(scheme);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response> | Response): void {
    void chromium.then(({ handlers }) => handlers.set(scheme, handler));
  },
};

const nativeTheme = { shouldUseDarkColors: false };
const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };

listWindowsBy(() => BrowserWindow.getAllWindows());
void chromium.then(({ endpoint }) => {
  process.send?.({ kind: "chromium", endpoint });
  app.markReady();
});

const electron = {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
};

// The tests' hand in this process, as playwright's `evaluate` is in a real Electron's main process.
process.on("message", (message: { id: number; source: string; argument: unknown }) => {
  const act = runInThisContext(`(${message.source})`) as (module: typeof electron, argument: unknown) => unknown;
  Promise.resolve()
    .then(() => act(electron, message.argument))
    .then(
      (value) => process.send?.({ kind: "answer", id: message.id, value }),
      (error: unknown) => process.send?.({ kind: "answer", id: message.id, error: String(error) }),
    );
});
process.on("disconnect", () => process.exit(1));

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  Notification,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
};
export default electron;
