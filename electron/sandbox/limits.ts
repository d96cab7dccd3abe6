import { existsSync } from "node:fs";
import path from "node:path";
import type { SandboxLimits } from "../../shared/sandbox-messages.ts";

/** Where programs keep keys and tokens in a person's home. */
const secretPlaces = [
  ...[".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker/config.json", ".config/gcloud", ".config/gh", ".config/hub"],
  ...[
    ".netrc",
    ".git-credentials",
    ".config/git/credentials",
    ".npmrc",
    ".pypirc",
    ".cargo/credentials.toml",
    ".m2/settings.xml",
  ],
  ...[".password-store", ".local/share/keyrings", "Library/Keychains", ".config/op", ".terraform.d/credentials.tfrc.json"],
];

/** Of a working copy, what others run without a question: git with its hooks and settings, editors, agents. */
const guardedPlaces = [".git", ".vscode", ".idea", ".mcp.json", ".claude", ".envrc"];

export type SandboxPlace = {
  /** The working copy, which the command may write. */
  root: string;
  home: string;
  /** Hearth's own folders, which hold other sessions' files, tokens and keys. */
  own: readonly string[];
  hosts: readonly string[];
};

/**
 * What a command in a sandbox may do: write the working copy but for what others run, read all but keys and what is
 * Hearth's, reach what is listed.
 */
export function limitsOf({ root, home, own, hosts }: SandboxPlace): SandboxLimits {
  const secrets = secretPlaces.map((place) => path.join(home, place));
  // One that isn't there would be made by guarding it; made by a command, it is a change that is reviewed.
  const guarded = guardedPlaces.map((place) => path.join(root, place)).filter((place) => existsSync(place));
  return { root, guarded, hidden: [...secrets, ...own], readable: [root], hosts: [...hosts] };
}

/** `argv` as one command of a POSIX shell, each word as it is. */
export function shellCommand(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}
