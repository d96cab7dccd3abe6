import { useApp } from "./app.ts";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const themeKey = "hearth.theme";

/** Puts theme and font size on the page, now and whenever the settings or the system change. Call once, before the first draw. */
export function followTheme(): void {
  draw();
  dark.addEventListener("change", draw);
  useApp.subscribe((state, before) => state.app?.settings !== before.app?.settings && draw());
}

/** What is shown: settings once they are known, before that what was shown last time. */
export function shownTheme(): "light" | "dark" {
  const chosen = useApp.getState().app?.settings.theme ?? localStorage.getItem(themeKey) ?? "system";
  if (chosen === "light" || chosen === "dark") return chosen;
  return dark.matches ? "dark" : "light";
}

function draw(): void {
  const settings = useApp.getState().app?.settings;
  if (settings) localStorage.setItem(themeKey, settings.theme);
  const root = document.documentElement;
  root.dataset.theme = shownTheme();
  if (settings) root.style.setProperty("--hearth-font-size", String(settings.fontSize));
}
