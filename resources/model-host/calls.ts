import { randomUUID } from "node:crypto";
import type { ChatRequest } from "./chat-request.ts";
import type { ChatFunctions, ResponseEnd, ResponseOptions } from "./engine.ts";
import { grammarSchema, withoutNulls } from "./grammar-schema.ts";
import type { Piece } from "./piece.ts";

type Tools = NonNullable<ChatRequest["tools"]>;
type Begun = { id: string; name: string; text: string };

/** The tools of a request as the engine takes them; null for none. */
export function functionsOf(tools: Tools): ChatFunctions | null {
  const functions = tools.map(({ function: { name, description, parameters } }): [string, ChatFunctions[string]] => [
    name,
    { ...(description ? { description } : {}), ...(parameters ? { params: grammarSchema(parameters) } : {}) },
  ]);
  return functions.length > 0 ? Object.fromEntries(functions) : null;
}

/** The calls of one reply, in their order. A call is told whole, since what may be left out of it shows at its end. */
export class Calls {
  readonly #tools: Tools;
  readonly #onPiece: (piece: Piece) => void;
  readonly #begun: Begun[] = [];
  count = 0;

  constructor(tools: Tools, onPiece: (piece: Piece) => void) {
    this.#tools = tools;
    this.#onPiece = onPiece;
  }

  get listeners(): Required<Pick<ResponseOptions, "onFunctionCallParamsChunk" | "onFunctionCall">> {
    return {
      onFunctionCallParamsChunk: ({ callIndex, functionName, paramsChunk }) => {
        const begun = this.#begun[callIndex];
        if (begun) this.#onPiece({ type: "sign" });
        (begun ?? this.#begin(functionName)).text += paramsChunk;
      },
      onFunctionCall: ({ functionName, params }) => this.#end(this.#begun[this.count] ?? this.#begin(functionName), params),
    };
  }

  /**
   * The engine looks at a finished call once more and gives up where a number isn't what the schema wants, which its
   * grammar lets pass. Then the reply ends with that call as it is: whoever runs it tells the model what is wrong.
   */
  async orUnchecked(work: () => Promise<ResponseEnd>): Promise<ResponseEnd> {
    try {
      return await work();
    } catch (error) {
      const open = this.#begun[this.count];
      const params = open && readJson(open.text);
      if (!open || params === undefined) throw error;
      this.#end(open, params);
      return { metadata: { stopReason: "functionCalls" } };
    }
  }

  #begin(name: string): Begun {
    const begun = { id: `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`, name, text: "" };
    this.#onPiece({ type: "call-begins", index: this.#begun.length, id: begun.id, name });
    this.#begun.push(begun);
    return begun;
  }

  #end({ id, name }: Begun, params: unknown): void {
    const schema = this.#tools.find((tool) => tool.function.name === name)?.function.parameters;
    const given = JSON.stringify(withoutNulls(params ?? {}, schema));
    this.#onPiece({ type: "call", index: this.count, id, name, arguments: given });
    this.count += 1;
  }
}

/** undefined for what isn't whole. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // It was cut off in the middle, by whatever went wrong.
  }
}
