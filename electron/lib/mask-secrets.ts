/**
 * Takes secrets out of text. Each stands for itself and for the forms in which HTTP carries it: as the password of
 * `user`, in base64.
 */
export function secretMask(secrets: readonly string[], user: string): (text: string) => string {
  const forms = secrets.flatMap((secret) => [secret, base64(`${user}:${secret}`), base64(secret)]);
  if (forms.length === 0) return (text) => text;
  return (text) => forms.reduce((masked, form) => (masked.includes(form) ? masked.replaceAll(form, "[secret]") : masked), text);
}

/** Without its padding: what follows the secret in the same text isn't known. */
function base64(text: string): string {
  return Buffer.from(text).toString("base64").replace(/=+$/, "");
}

/**
 * The same for text that comes in pieces: what may be the beginning of a secret waits for the next piece. `rest` gives
 * out what still waits.
 */
export class SecretStream {
  readonly #secrets: readonly string[];
  #held = "";

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  push(piece: string): string {
    let text = this.#held + piece;
    for (const secret of this.#secrets) text = text.replaceAll(secret, "[secret]");
    const held = Math.max(0, ...this.#secrets.map((secret) => beginningAtEnd(text, secret)));
    this.#held = text.slice(text.length - held);
    return text.slice(0, text.length - held);
  }

  rest(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** How many characters at the end of the text are the beginning of the secret. */
function beginningAtEnd(text: string, secret: string): number {
  for (let length = Math.min(text.length, secret.length - 1); length > 0; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}
