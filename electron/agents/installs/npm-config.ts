/** Of a person's configuration of npm: where packages come from, with what is said there, and the way to it. */
const counting = /^(registry|proxy|https-proxy|noproxy|no-proxy|ca|ca\[\]|cafile|strict-ssl)$/;
const ofScope = /^@[^:]+:registry$/;
const ofRegistry = /^\/\/[^ ]+:(_authToken|_auth|username|_password|email|always-auth|certfile|keyfile)$/;

/**
 * Returns the lines of an `.npmrc` that count for an install of ours, and no other: what a person set for their own work
 * (scripts, folders, what is left out) would change what is installed. `${NAME}` is filled from the environment here, so
 * that it need not be given on.
 */
export function countingLines(npmrc: string, env: Readonly<Record<string, string>>): string[] {
  return npmrc.split(/\r?\n/).flatMap((line) => {
    const [, name = "", value = ""] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return isCounting(name) ? [`${name}=${fill(value, env)}`] : [];
  });
}

/** The same of the variables by which npm can be configured. */
export function countingVariables(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const name = /^npm_config_(.+)$/i.exec(variable)?.[1]?.toLowerCase().replaceAll("_", "-") ?? "";
    return isCounting(name) ? [`${name}=${value}`] : [];
  });
}

function isCounting(name: string): boolean {
  return [counting, ofScope, ofRegistry].some((pattern) => pattern.test(name));
}

function fill(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{(\w+)\??\}/g, (_, name: string) => env[name] ?? "");
}
