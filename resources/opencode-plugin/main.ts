import { askFirst, type OpencodeConfig } from "./ask-first.ts";
import { endWithParent } from "./end-with-parent.ts";
import { hideFromOthers } from "./hide-secret.ts";
import { withoutSecret } from "./without-secret.ts";

// A plugin of Hearth's for opencode, loaded by the environment of its child: the person's own configuration stays as it is.
// It runs in opencode's process, in Bun, and lasts as long.

/** The plugin is loaded anew for each folder. */
let isWatched = false;
function endOnce(): void {
  if (!isWatched) endWithParent(process.argv);
  isWatched = true;
}

const secret = "OPENCODE_SERVER_PASSWORD";

export async function hearth(): Promise<{
  config(config: OpencodeConfig): Promise<void>;
  "shell.env"(input: unknown, output: { env: Record<string, string> }): Promise<void>;
}> {
  endOnce();
  await hideFromOthers(secret);
  return {
    async config(config) {
      askFirst(config);
      withoutSecret(config, secret);
    },
    async "shell.env"(_input, output) {
      output.env[secret] = "";
    },
  };
}
