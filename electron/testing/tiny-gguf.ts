import { writeFileSync } from "node:fs";
import { Random } from "./random.ts";

// A language model of half a megabyte: llama's architecture, one layer, weights by chance. It proves that a model is
// loaded, read in, sampled and stopped, and nothing of what it says.

export type TinyModel = {
  seed?: number;
  /** By how much it leans to the end of its answer; 0 is as to any letter. */
  end?: number;
  /** The same of beginning a call. */
  call?: number;
  /** What its file says of how wide its memory of a token is, whether or not that is so. */
  keyLength?: number;
};

const width = 64;
const inner = 128;
const heads = 2;
/** What every token has in its first place, whatever came before: by it an output leans to a token. */
const constant = 8;

/** What a call begins with where a model has no template of its own, as one token. */
const callStart = "||call:";
const [unknown, begin, end] = [0, 1, 2];

/** Of letters, and of single bytes for all that isn't one. A byte is never said by itself. */
const vocabulary: readonly { text: string; type: number; lean: number }[] = [
  { text: "<unk>", type: 2, lean: -9 },
  { text: "<s>", type: 3, lean: -9 },
  { text: "</s>", type: 3, lean: 0 },
  ...Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    type: 6,
    lean: -9,
  })),
  { text: "▁", type: 1, lean: 0 },
  ...Array.from({ length: 94 }, (_, at) => ({ text: String.fromCharCode(33 + at), type: 1, lean: 0 })).map(leanToEnds),
  { text: callStart, type: 4, lean: -9 },
];

/** Texts, numbers and lists in a call end at some time. */
function leanToEnds(token: { text: string; type: number; lean: number }): { text: string; type: number; lean: number } {
  return '",}]'.includes(token.text) ? { ...token, lean: 3 } : token;
}

/** Writes the model. */
export function writeTinyModel(file: string, { seed = 1, keyLength, ...leans }: TinyModel = {}): void {
  const leanOf = (token: number): number => {
    const { text, lean } = vocabulary[token] ?? { text: "", lean: 0 };
    if (token === end) return leans.end ?? 0;
    return text === callStart ? (leans.call ?? lean) : lean;
  };
  const random = new Random(seed);
  const noise = (scale: number): number => (random.next() * 2 - 1) * scale;
  const matrix = (columns: number, rows: number, scale: number): Float32Array =>
    Float32Array.from({ length: columns * rows }, () => noise(scale));
  const silentFirst = (weights: Float32Array, columns: number): Float32Array => weights.fill(0, 0, columns);
  const leaning = matrix(width, vocabulary.length, 0.12);
  const embedding = matrix(width, vocabulary.length, 0.7);
  for (let token = 0; token < vocabulary.length; token += 1) {
    leaning[token * width] = leanOf(token) / 7;
    embedding[token * width] = constant;
  }
  const ones = new Float32Array(width).fill(1);
  const layer = "blk.0.";
  const tensors: Tensor[] = [
    { name: "token_embd.weight", dims: [width, vocabulary.length], data: embedding },
    { name: "output_norm.weight", dims: [width], data: ones },
    { name: "output.weight", dims: [width, vocabulary.length], data: leaning },
    { name: `${layer}attn_norm.weight`, dims: [width], data: ones },
    ...["attn_q", "attn_k", "attn_v"].map((name) => ({
      name: `${layer}${name}.weight`,
      dims: [width, width],
      data: matrix(width, width, 0.3),
    })),
    { name: `${layer}attn_output.weight`, dims: [width, width], data: silentFirst(matrix(width, width, 0.3), width) },
    { name: `${layer}ffn_norm.weight`, dims: [width], data: ones },
    { name: `${layer}ffn_gate.weight`, dims: [width, inner], data: matrix(width, inner, 0.3) },
    { name: `${layer}ffn_up.weight`, dims: [width, inner], data: matrix(width, inner, 0.3) },
    { name: `${layer}ffn_down.weight`, dims: [inner, width], data: silentFirst(matrix(inner, width, 0.3), inner) },
  ];
  writeFileSync(file, gguf(headOf(keyLength), tensors));
}

type Tensor = { name: string; dims: number[]; data: Float32Array };
type Value =
  | { type: "u32" | "f32"; value: number }
  | { type: "text"; value: string }
  | { type: "texts"; values: readonly string[] }
  | { type: "f32s" | "i32s"; values: readonly number[] };

function headOf(keyLength: number | undefined): Record<string, Value> {
  const u32 = (value: number): Value => ({ type: "u32", value });
  return {
    "general.architecture": { type: "text", value: "llama" },
    "general.name": { type: "text", value: "Tiny" },
    "llama.context_length": u32(32_768),
    "llama.embedding_length": u32(width),
    "llama.block_count": u32(1),
    "llama.feed_forward_length": u32(inner),
    "llama.attention.head_count": u32(heads),
    "llama.attention.head_count_kv": u32(heads),
    "llama.attention.layer_norm_rms_epsilon": { type: "f32", value: 1e-5 },
    ...(keyLength === undefined ? {} : { "llama.attention.key_length": u32(keyLength) }),
    "llama.rope.dimension_count": u32(width / heads),
    "llama.vocab_size": u32(vocabulary.length),
    "tokenizer.ggml.model": { type: "text", value: "llama" },
    "tokenizer.ggml.tokens": { type: "texts", values: vocabulary.map(({ text }) => text) },
    "tokenizer.ggml.scores": { type: "f32s", values: vocabulary.map((_, at) => -at) },
    "tokenizer.ggml.token_type": { type: "i32s", values: vocabulary.map(({ type }) => type) },
    "tokenizer.ggml.unknown_token_id": u32(unknown),
    "tokenizer.ggml.bos_token_id": u32(begin),
    "tokenizer.ggml.eos_token_id": u32(end),
  };
}

/** The file, as GGUF 3 describes it: what is known of the model, where each of its tensors lies, and these. */
function gguf(head: Record<string, Value>, tensors: readonly Tensor[]): Buffer {
  const parts: Buffer[] = [Buffer.from("GGUF"), number("u32", 3), number("u64", tensors.length)];
  parts.push(number("u64", Object.keys(head).length));
  for (const [name, value] of Object.entries(head)) parts.push(text(name), ...valueParts(value));
  let offset = 0;
  for (const { name, dims, data } of tensors) {
    parts.push(text(name), number("u32", dims.length), ...dims.map((size) => number("u64", size)));
    parts.push(number("u32", 0), number("u64", offset));
    offset = aligned(offset + data.byteLength);
  }
  const described = Buffer.concat(parts);
  const data = tensors.map((tensor) => filled(Buffer.from(tensor.data.buffer)));
  return Buffer.concat([filled(described), ...data]);
}

function valueParts(value: Value): Buffer[] {
  switch (value.type) {
    case "u32":
      return [number("u32", 4), number("u32", value.value)];
    case "f32":
      return [number("u32", 6), number("f32", value.value)];
    case "text":
      return [number("u32", 8), text(value.value)];
    case "texts":
      return [number("u32", 9), number("u32", 8), number("u64", value.values.length), ...value.values.map(text)];
    case "f32s":
    case "i32s": {
      const kind = value.type === "f32s" ? "f32" : "i32";
      const each = value.values.map((one) => number(kind, one));
      return [number("u32", 9), number("u32", kind === "f32" ? 6 : 5), number("u64", value.values.length), ...each];
    }
  }
}

function number(kind: "u32" | "i32" | "f32" | "u64", value: number): Buffer {
  const bytes = Buffer.alloc(kind === "u64" ? 8 : 4);
  if (kind === "u32") bytes.writeUInt32LE(value);
  else if (kind === "i32") bytes.writeInt32LE(value);
  else if (kind === "f32") bytes.writeFloatLE(value);
  else bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number("u64", bytes.length), bytes]);
}

const aligned = (size: number): number => Math.ceil(size / 32) * 32;
const filled = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]);
