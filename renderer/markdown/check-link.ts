import { visibleText } from "../../shared/visible-text.ts";

/**
 * What a link really is. `open`: the address to hand to the browser, null when it isn't one that may be opened.
 * `shown`: the whole address as a person should read it. `warnings`: why it shouldn't be followed without a second look.
 */
export type CheckedLink = { shown: string; open: string | null; host: string | null; warnings: string[]; lies: boolean };

const openable = new Set(["http:", "https:", "mailto:"]);
const longAddress = 200;

/** `text` is what the link shows in its place. Never fails. */
export function checkLink(address: string, text: string): CheckedLink {
  const shown = visibleText(address);
  const url = parse(address);
  if (!url || !openable.has(url.protocol)) return { shown, open: null, host: null, warnings: [], lies: false };
  const warnings: string[] = [];
  if (url.username || url.password)
    warnings.push("There is a user name before the host: the part before “@” isn’t where it leads.");
  const mixed = /[^\u0000-\u007f]/.test(hostAsWritten(address)) || /(?:^|\.)xn--/.test(url.hostname);
  if (mixed) warnings.push("The host uses letters outside a–z that can look like other ones.");
  if (shown !== address) warnings.push("The address holds characters that can’t be seen.");
  if (url.href.length > longAddress) warnings.push("The address is very long: it may carry data away.");
  const lies = claimsOtherHost(text, url);
  if (lies) warnings.push(`The text names another place than ${url.host || url.pathname}.`);
  return { shown: visibleText(url.href), open: url.href, host: url.host || null, warnings, lies };
}

function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null; // A path or a fragment: it leads nowhere outside.
  }
}

/** The browser turns the host into ASCII; whether it was written otherwise shows only in the source. */
function hostAsWritten(address: string): string {
  return /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(address)?.[1] ?? "";
}

/** A text that itself reads like an address must lead to that host. */
function claimsOtherHost(text: string, url: URL): boolean {
  const claimed = /^\s*(?:[a-z]+:\/\/)?(?:[^\s/@]+@)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?::\d+)?(?:[/?#]\S*)?\s*$/iu.exec(
    text,
  )?.[1];
  if (!claimed) return false;
  // "index.ts" or "README.md" as a link's text is a file's name, unless it says it is an address.
  if (!/:\/\/|^www\./i.test(text) && !commonEndings.has(claimed.split(".").at(-1)?.toLowerCase() ?? "")) return false;
  const real = url.protocol === "mailto:" ? (url.pathname.split("@").at(-1) ?? "") : url.hostname;
  return bare(claimed) !== bare(real);
}

const commonEndings = new Set(["com", "org", "net", "io", "dev", "app", "edu", "gov", "co", "ai", "de", "uk"]);

function bare(host: string): string {
  return host.toLowerCase().replace(/^www\./, "");
}
