/** Word by word likeness of lines, with the words of each line taken apart once. */
export class LineLikeness {
  #words = new Map<string, Map<string, number>>();

  /** From 0 to 1: the share of words and signs that both have (Sørensen and Dice), with no regard to their order. */
  of(a: string, b: string): number {
    if (a === b) return 1;
    const [first, second] = [this.#wordsOf(a), this.#wordsOf(b)];
    let [common, total] = [0, 0];
    for (const [word, times] of first) {
      common += Math.min(times, second.get(word) ?? 0);
      total += times;
    }
    for (const times of second.values()) total += times;
    return total === 0 ? 0 : (2 * common) / total;
  }

  #wordsOf(line: string): Map<string, number> {
    const known = this.#words.get(line);
    if (known) return known;
    const words = new Map<string, number>();
    for (const word of line.match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []) words.set(word, (words.get(word) ?? 0) + 1);
    this.#words.set(line, words);
    return words;
  }
}
