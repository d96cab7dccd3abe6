import { homedir } from "node:os";
import path from "node:path";

export type Folders = { dataDir: string; configDir: string };

type Machine = { env: NodeJS.ProcessEnv; platform?: NodeJS.Platform; home?: string };

/** Where data and configuration live: where the person said, else where the platform keeps such things. Absolute paths. */
export function hearthFolders({ env, platform = process.platform, home = homedir() }: Machine): Folders {
  const usual = usualFolders(env, platform, home);
  return {
    dataDir: env["HEARTH_DATA_DIR"] ? path.resolve(env["HEARTH_DATA_DIR"]) : usual.dataDir,
    configDir: env["HEARTH_CONFIG_DIR"] ? path.resolve(env["HEARTH_CONFIG_DIR"]) : usual.configDir,
  };
}

function usualFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): Folders {
  if (platform === "darwin") {
    const dataDir = path.join(home, "Library/Application Support/Hearth");
    return { dataDir, configDir: path.join(dataDir, "config") };
  }
  if (platform === "win32") {
    return {
      dataDir: path.join(env["LOCALAPPDATA"] || path.join(home, "AppData/Local"), "Hearth"),
      configDir: path.join(env["APPDATA"] || path.join(home, "AppData/Roaming"), "Hearth"),
    };
  }
  return {
    dataDir: path.join(xdg(env["XDG_DATA_HOME"]) ?? path.join(home, ".local/share"), "hearth"),
    configDir: path.join(xdg(env["XDG_CONFIG_HOME"]) ?? path.join(home, ".config"), "hearth"),
  };
}

/** The XDG specification says that relative values are to be ignored. */
function xdg(value: string | undefined): string | null {
  return value !== undefined && path.isAbsolute(value) ? value : null;
}
