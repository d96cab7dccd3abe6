/** Returns the texts that carry a secret: itself, and as HTTP does, in base64, alone and as the password of `user`. */
export function secretForms(secrets: readonly string[], user: string | null): string[] {
  return secrets.flatMap((secret) => [secret, base64(secret), ...(user === null ? [] : [base64(`${user}:${secret}`)])]);
}

/** Returns the text without these, which are a secret's forms. */
export function maskForms(text: string, forms: readonly string[]): string {
  return forms.reduce((masked, form) => (masked.includes(form) ? masked.replaceAll(form, "[secret]") : masked), text);
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
  readonly #forms: readonly string[];
  #held = "";

  constructor(forms: readonly string[]) {
    this.#forms = forms;
  }

  push(piece: string): string {
    if (this.#forms.length === 0) return piece;
    const text = maskForms(this.#held + piece, this.#forms);
    const held = Math.max(0, ...this.#forms.map((form) => beginningAtEnd(text, form)));
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
