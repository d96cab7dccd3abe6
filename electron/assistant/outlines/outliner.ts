import type { CodeSymbol, OutlineAnswer, OutlineRequest } from "../../../shared/outline-messages.ts";
import { AskedThread } from "../../lib/asked-thread.ts";
import { outlineLanguage } from "./outline-language.ts";

/** `isCut`: it has more symbols than are told. */
export type Outline = { symbols: CodeSymbol[]; isCut: boolean };

const answerMs = 10_000;
/** Whoever writes code by hand writes shorter files. */
const maxChars = 1_000_000;

/** Reads what is declared in files, in a thread of its own, until `dispose`. */
export class Outliner {
  readonly #thread: AskedThread<OutlineRequest, OutlineAnswer>;

  /** `program`: the file of the thread. */
  constructor(program: string) {
    this.#thread = new AskedThread({ program, name: "outliner", answerMs, endsLate: true });
  }

  /** null where nobody knows the language, or the file is too large; in words, why it couldn't be read. */
  async outlineOf(path: string, text: string): Promise<Outline | string | null> {
    const language = outlineLanguage(path);
    if (language === null || text.length > maxChars) return null;
    const answer = await this.#thread.ask({ type: "outline", language, text });
    return answer.type === "outlined" ? { symbols: answer.symbols, isCut: answer.isCut } : answer.message;
  }

  dispose(): Promise<void> {
    return this.#thread.dispose();
  }
}
