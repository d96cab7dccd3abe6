/**
 * Chromium hands a scheme it doesn't know to the system before anything could answer for it, so each host of a custom
 * scheme gets an https origin of its own under a name that can't exist: `app://hearth/x` is loaded as
 * `https://hearth.app.stand-in.invalid/x`. Same-origin rules, `'self'` in policies, storage and cookies are then those
 * of one real origin per host, as with a standard scheme in Electron. The shell sees its own addresses only.
 */
const suffix = ".stand-in.invalid";

export function toChromium(url: string, schemes: Iterable<string>): string {
  const parsed = URL.parse(url);
  for (const scheme of schemes) {
    if (parsed?.protocol !== `${scheme}:`) continue;
    // Not special to Node's parser either: host and path are taken as Chromium would for a standard scheme.
    return `https://${parsed.host}.${scheme}${suffix}${parsed.pathname || "/"}${parsed.search}${parsed.hash}`;
  }
  return url;
}

export function toElectron(url: string): string {
  const inner = url.startsWith("blob:") ? url.slice("blob:".length) : url;
  const parsed = URL.parse(inner);
  if (!parsed || parsed.protocol !== "https:" || !parsed.hostname.endsWith(suffix)) return url;
  const labels = parsed.hostname.slice(0, -suffix.length).split(".");
  const scheme = labels.pop() ?? "";
  const plain = `${scheme}://${labels.join(".")}${parsed.pathname}${parsed.search}${parsed.hash}`;
  return inner === url ? plain : `blob:${plain}`;
}
