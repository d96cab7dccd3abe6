/** Every name that crosses between the page's preload and the shell. There is no other, and no name is ever a parameter. */
export const channels = {
  connect: "hearth:connect",
  pickFolder: "hearth:pick-folder",
  openExternal: "hearth:open-external",
  setBadge: "hearth:set-badge",
  notify: "hearth:notify",
  command: "hearth:command",
  focusTab: "hearth:focus-tab",
  port: "hearth:port",
} as const;
