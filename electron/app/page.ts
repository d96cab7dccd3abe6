/** The one page that is ours. A custom scheme gives it an origin of its own and keeps `file:` out of the program. */
export const pageScheme = "app";
export const pageOrigin = "app://hearth";
export const pageUrl = `${pageOrigin}/index.html`;

/** Whether a URL is our page: compared part by part after parsing, never by prefix. */
export function isOurPage(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === `${pageScheme}:` &&
    parsed.host === "hearth" &&
    parsed.username === "" &&
    parsed.password === ""
  );
}

/**
 * The address to hand to the system's browser, or null: only http, https and mailto, after parsing. A leading control
 * character or a name before the host counts against it.
 */
export function externalUrl(given: string): string | null {
  if (/[\u0000-\u001f\u007f]/.test(given)) return null;
  const parsed = URL.parse(given);
  if (!parsed) return null;
  if (parsed.protocol === "mailto:") return parsed.href;
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return null;
  if (parsed.username !== "" || parsed.password !== "" || parsed.hostname === "") return null;
  return parsed.href;
}
