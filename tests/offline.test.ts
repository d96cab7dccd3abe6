import { realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runToEnd } from "../electron/lib/process.ts";
import { built } from "../electron/testing/built.ts";
import { tempFolder } from "../electron/testing/temp-folder.ts";

const root = path.resolve(import.meta.dirname, "..");
const vitest = [process.execPath, path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--project", "e2e"];

/** Chromium asks for its maker's hosts whatever page it shows; no name is looked up for it. */
const switches = [
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,AutofillServerCommunication,AsyncDns",
  "--disable-domain-reliability",
  "--no-pings",
  "--no-proxy-server",
].join("\n");

/** Another system has none, or doesn't let people have namespaces. */
const tried = await runToEnd({
  ...{ command: "bwrap", args: ["--unshare-net", "--dev-bind", "/", "/", "true"], cwd: root, env: {} },
  ...{ input: "", timeoutMs: 20_000, maxBytes: 10_000 },
});
const canUnshare = tried.ok && tried.value.code === 0;

/** Attempts to reach something, of each protocol: the kernel counts what it has no route for. */
type Attempts = { ipv4: number; ipv6: number };

/**
 * Runs a command where there is loopback alone. The name server is an address that can't be reached, so that each look-up
 * of a name counts, too.
 */
async function offline(command: readonly string[]): Promise<{ code: number | null; said: string; attempts: Attempts }> {
  const folder = tempFolder("offline");
  const resolver = path.join(folder, "resolv.conf");
  writeFileSync(resolver, "nameserver 192.0.2.53\noptions timeout:1 attempts:1\n");
  const script = '"$@"; code=$?; echo; cat /proc/net/snmp /proc/net/snmp6; exit $code';
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith("VITEST"));
  const ended = await runToEnd({
    command: "bwrap",
    args: [
      ...["--unshare-net", "--die-with-parent", "--dev-bind", "/", "/", "--ro-bind", resolver, realpathSync("/etc/resolv.conf")],
      ...["sh", "-c", script, "sh", ...command],
    ],
    cwd: root,
    env: { ...Object.fromEntries(env), HEARTH_TEST_CHROMIUM_SWITCHES: switches } as Record<string, string>,
    input: "",
    timeoutMs: 300_000,
    maxBytes: 10_000_000,
  });
  if (!ended.ok) throw new Error(ended.error.message);
  const { code, stdout, stderr } = ended.value;
  const said = stdout.toString("utf8");
  return { code, said: said + stderr.toString("utf8"), attempts: attemptsIn(said) };
}

function attemptsIn(text: string): Attempts {
  const [names = [], counts = []] = [...text.matchAll(/^Ip: (.*)$/gm)].map(([, fields = ""]) => fields.split(" "));
  const ipv6 = /^Ip6OutNoRoutes\s+(\d+)$/m.exec(text)?.[1];
  const ipv4 = counts[names.indexOf("OutNoRoutes")];
  if (ipv4 === undefined || ipv6 === undefined) throw new Error(`The kernel's counts are missing: ${text.slice(-2_000)}`);
  return { ipv4: Number(ipv4), ipv6: Number(ipv6) };
}

describe.skipIf(!canUnshare)("with the network cut", { timeout: 320_000 }, () => {
  beforeAll(() => void built("cli.js"), 120_000);

  it("counts a look-up of a name, and an address of each protocol", async () => {
    const reach = `for (const host of ["example.com", "192.0.2.1", "[2001:db8::1]"]) await fetch("http://" + host).catch(() => {});`;
    const { attempts } = await offline([process.execPath, "--input-type=module", "-e", reach]);
    expect(attempts.ipv4).toBeGreaterThanOrEqual(2);
    expect(attempts.ipv6).toBeGreaterThanOrEqual(1);
  });

  it("does the whole main job in Chromium, and nothing else is asked for", async () => {
    const { code, said, attempts } = await offline([...vitest, "tests/browser/own-agent.test.ts"]);
    expect(code, said.slice(-4_000)).toBe(0);
    // Chromium itself tries whether there is IPv6, at an address of its maker's, and can't be told not to.
    expect(attempts.ipv4).toBe(0);
  });

  it("works, and asks for nothing at all, where no browser is", async () => {
    const { code, said, attempts } = await offline([
      ...vitest,
      "tests/own-agent-tools.test.ts",
      "tests/own-agent-command.test.ts",
    ]);
    expect(code, said.slice(-4_000)).toBe(0);
    expect(attempts).toEqual({ ipv4: 0, ipv6: 0 });
  });
});
