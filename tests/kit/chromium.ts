/** Debian's Chromium, or the one that HEARTH_TEST_CHROMIUM names. */
export const chromiumPath = process.env["HEARTH_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

/** Without a screen, and without what a browser does by itself. HEARTH_TEST_CHROMIUM_SWITCHES has more, one a line. */
export const quietSwitches = [
  "--no-sandbox",
  "--headless=new",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  ...(process.env["HEARTH_TEST_CHROMIUM_SWITCHES"] ?? "").split("\n").filter((each) => each !== ""),
];
