import { registerCustomTheme } from "@pierre/diffs";
import type { ThemeRegistration } from "shiki";
import { useSyncExternalStore } from "react";
import { shownTheme } from "../stores/theme.ts";

/** The code themes of the timeline; some of their colours are too faint on our surfaces, changed lines among them, for 4.5 : 1. */
export const diffThemes = { light: "hearth-light", dark: "hearth-dark" } as const;

registerCustomTheme(diffThemes.light, async () => {
  const { default: theme } = await import("shiki/themes/github-light-default.mjs");
  return withColours(
    { ...theme, name: diffThemes.light },
    { "#6e7781": "#57606a", "#cf222e": "#b01a26", "#953800": "#8a3400", "#8250df": "#6636c0" },
  );
});
registerCustomTheme(diffThemes.dark, async () => {
  const { default: theme } = await import("shiki/themes/github-dark-default.mjs");
  return withColours({ ...theme, name: diffThemes.dark }, { "#8b949e": "#9da6b0" });
});

function withColours(theme: ThemeRegistration, changed: Record<string, string>): ThemeRegistration {
  const tokenColors = theme.tokenColors?.map((rule) => {
    const foreground = changed[rule.settings?.foreground?.toLowerCase() ?? ""];
    return foreground === undefined ? rule : { ...rule, settings: { ...rule.settings, foreground } };
  });
  return { ...theme, ...(tokenColors ? { tokenColors } : {}) };
}

/** Inside the viewer's shadow; the page's variables reach in. */
export const diffStyles = `
  :host {
    --diffs-font-family: var(--font-mono);
    --diffs-font-size: var(--text-code);
    --diffs-line-height: 19px;
    --diffs-gap-block: 0px;
    --diffs-light-bg: var(--hearth-canvas);
    --diffs-dark-bg: var(--hearth-canvas);
    --diffs-light: var(--hearth-text);
    --diffs-dark: var(--hearth-text);
    --diffs-bg: var(--hearth-canvas);
    --diffs-fg: var(--hearth-text);
    --diffs-addition-color-override: var(--hearth-added);
    --diffs-deletion-color-override: var(--hearth-removed);
    --diffs-modified-color-override: var(--hearth-changed);
    --diffs-bg-context-override: var(--hearth-canvas);
    --diffs-bg-context-gutter-override: var(--hearth-canvas);
    --diffs-bg-separator-override: var(--hearth-panel);
    --diffs-bg-buffer-override: var(--hearth-panel);
    --diffs-fg-number-override: var(--hearth-faint);
  }
`;

/** `light` or `dark`, as the page shows it now. */
export function useShownTheme(): "light" | "dark" {
  return useSyncExternalStore(onThemeChange, shownTheme);
}

function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}
