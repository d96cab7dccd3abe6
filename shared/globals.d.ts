// What every JavaScript runtime has, without the rest of the DOM or Node.
declare const crypto: { getRandomValues<T extends ArrayBufferView>(array: T): T };
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
