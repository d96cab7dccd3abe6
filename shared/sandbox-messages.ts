/**
 * What the core and the thread that builds sandboxes say to each other: each request is answered once, in any order;
 * null ends it.
 */
export type SandboxRequest = { id: number } & (
  | { type: "check" }
  /** `key`: what the answer to `refused` is kept under; nobody else may guess it. `command`: for a POSIX shell. */
  | ({ type: "wrap"; key: string; command: string; cwd: string } & SandboxLimits)
  /** What the command was refused; asked once, when it is over. */
  | { type: "refused"; key: string }
);

/**
 * Absolute paths; `root` may be written but for what is `guarded`, and `readable` are exceptions of `hidden`. `hosts` may
 * have `*.` in front.
 */
export type SandboxLimits = { root: string; guarded: string[]; hidden: string[]; readable: string[]; hosts: string[] };

export type SandboxAnswer = { id: number } &
  /** `problem`: why there can be none. `gap`: what one here would leave open. */
  (
    | { type: "checked"; problem: string | null; gap: string | null }
    | { type: "wrapped"; argv: string[] }
    /** Lines such as `deny openat /etc/passwd`, as the sandbox tells them; of a kind the first ones. */
    | { type: "refused"; lines: string[] }
    | { type: "failed"; message: string }
  );
