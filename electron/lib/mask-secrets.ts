/** Returns a line that a program printed without what looks like a key. Secrets that are known: `known-secrets.ts`. */
export function maskSecrets(line: string): string {
  return maskCredentials(
    line
      .replace(/\b(sk|pk|ghp|gho|xox[abp]|AIza)[-_A-Za-z0-9]{12,}/g, "$1…")
      .replace(/((?:api[_-]?key|token|secret|password|authorization|bearer)["']?\s*[:= ]\s*["']?)[^\s"',]{6,}/gi, "$1…"),
  );
}

/** Returns the text without the user and password of the URLs in it. */
export function maskCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1…@");
}
