import { expect, it } from "vitest";
import { hearthFolders } from "./folders.ts";

const home = "/home/ada";

it("follows what the person said", () => {
  const env = { HEARTH_DATA_DIR: "/data", HEARTH_CONFIG_DIR: "/config", XDG_DATA_HOME: "/xdg" };
  expect(hearthFolders({ env, platform: "linux", home })).toEqual({ dataDir: "/data", configDir: "/config" });
});

it("uses the platform's usual places", () => {
  expect(hearthFolders({ env: {}, platform: "linux", home })).toEqual({
    dataDir: "/home/ada/.local/share/hearth",
    configDir: "/home/ada/.config/hearth",
  });
  expect(hearthFolders({ env: { XDG_DATA_HOME: "/xdg/data", XDG_CONFIG_HOME: "relative" }, platform: "linux", home })).toEqual({
    dataDir: "/xdg/data/hearth",
    configDir: "/home/ada/.config/hearth",
  });
  expect(hearthFolders({ env: {}, platform: "darwin", home }).dataDir).toBe("/home/ada/Library/Application Support/Hearth");
});
