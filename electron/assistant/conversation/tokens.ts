/**
 * Tokens by the number of characters, where no server has counted. English and code have three to five characters a
 * token: `about` is what sizes are kept to, `most` what room is left for, `least` what any count must reach.
 */
export const about = (chars: number): number => Math.ceil(chars / 4);
export const most = (chars: number): number => Math.ceil(chars / 3);
export const least = (chars: number): number => Math.floor(chars / 6);

/** A server's own count of a prompt, and how many characters of conversation that was. */
export type Measured = { tokens: number; chars: number };

/** Beside what is counted: the marks of a chat template around each message. */
const marginTokens = 128;
/** An answer that gets less is cut before it says anything. */
const leastAnswerTokens = 256;

/**
 * How long an answer may be: what the window leaves, `null` where the window is unknown, "none" where it leaves too
 * little. What a server counted before counts, and only what came since is estimated.
 */
export function roomForAnswer(window: number | null, chars: number, measured: Measured | null): number | null | "none" {
  if (window === null) return null;
  const room = window - promptTokens(chars, measured) - marginTokens;
  return room < leastAnswerTokens ? "none" : room;
}

function promptTokens(chars: number, measured: Measured | null): number {
  return measured ? measured.tokens + most(Math.max(0, chars - measured.chars)) : most(chars);
}

/** Of a window: from where on something must go before the next request, and what is left then. */
const fullShare = 0.75;
const roomyShare = 0.5;

/** Whether a prompt takes so much of the window that something must go first. */
export function isFilling(window: number, chars: number, measured: Measured | null): boolean {
  return promptTokens(chars, measured) > window * fullShare;
}

/** How many characters a prompt may have afterwards. */
export function roomyChars(window: number, measured: Measured | null): number {
  const charsEach = measured && measured.tokens > 0 ? Math.max(2, measured.chars / measured.tokens) : 3;
  return Math.floor(window * roomyShare * charsEach);
}

/**
 * Whether a server can't have read all of a prompt: it counted under 95 % of what the prompt has at least. That is its
 * own count of an earlier one, to which this one only added, or what so many characters can't go below.
 */
export function wasCut(counted: number | null, chars: number, measured: Measured | null): boolean {
  if (counted === null) return false;
  const atLeast = measured && chars >= measured.chars ? measured.tokens : least(chars);
  return counted < atLeast * 0.95;
}
