/** What comes of a request, piece by piece. `sign`: a call is being written, of which nothing can be told yet. */
export type Piece =
  | { type: "progress"; read: number; total: number; cached: number }
  | { type: "text" | "reasoning"; text: string }
  | { type: "call-begins"; index: number; id: string; name: string }
  | { type: "call"; index: number; id: string; name: string; arguments: string }
  | { type: "sign" };
