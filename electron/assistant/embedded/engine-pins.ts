import type { Managed, NpmPin } from "../../agents/installs/pins.ts";

/** As `embedded` models are called where a person reads of what serves them. */
export const engineName = "node-llama-cpp";

const newest = "sha512-bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==";
const before = "sha512-E3N0Ev2Va0wzydvXYFwM9Hvyo07PoWjt8T/9GMc43Cvt8YkV/NU/tYUgEMC1grTPv2o9PRjQi0G3Wb5P/awiMg==";

/** By platform and processor: its package, with the program that it brings. Those of macOS and Windows come later than Linux's. */
const programs: Readonly<Record<string, { name: string; version: string; integrity: string }>> = {
  "linux-x64": {
    name: "linux-x64",
    version: "3.22.1",
    integrity: "sha512-5uCCDNqWCNfaAm8aR/Uzxbo4HBpKgNF91kCHPepKhgMgV2OAmatoefbOlMihsqCiH2Od35E/eUHQCFbfRBJuOg==",
  },
  "linux-arm64": {
    name: "linux-arm64",
    version: "3.22.1",
    integrity: "sha512-W+7naKCXX9/eEjjFmRS8vvx91QyLXDbeFxexZc3bh/PtQABZgmRL3C0AtYYXn4YGTj/3Qor4lWZn2tpjZFPLdQ==",
  },
  "darwin-arm64": {
    name: "mac-arm64-metal",
    version: "3.21.1",
    integrity: "sha512-6MIDAZV7DXD9R1+jEXWJkFuolni3GATGE6mmuyFYc6ZmtOh9djAy15df0T0AXK3sCmVKL+fQcOAWZezxx4MvQQ==",
  },
  "darwin-x64": {
    name: "mac-x64",
    version: "3.21.1",
    integrity: "sha512-Q4nyNmbcNiKygBZQZjX+qLk2w3YzoiFpLWsxNURQN7xjyUi2p2rWxjRa7Otg0FrjGf/ri4aQ+X3Uj5Y0zD06eg==",
  },
  "win32-x64": {
    name: "win-x64",
    version: "3.21.1",
    integrity: "sha512-JcIpCnra7bAd7JNWA8ehdn2DIRaTMuj+fBC8bw+5rKSNzszWFbuj2XA05c5QHovonDMBLN1ePXE/hcfZtzXoUQ==",
  },
  "win32-arm64": {
    name: "win-arm64",
    version: "3.21.1",
    integrity: "sha512-/UDR7Y0B8iKfc/tqxBmWkcgRdZQ9Wrkwod7fYl4J6iZXcTIj286RkHvZSED7VMY67TrcUXVvxJVMNFtmjeYnDg==",
  },
};

/**
 * What serves embedded models on such a machine, installed like an agent; null where there is none. Its optional packages
 * are the programs of other machines, and those for graphics cards, of hundreds of megabytes.
 */
export function enginePins(platform: string, arch: string): Managed | null {
  const program = programs[`${platform}-${arch}`];
  if (!program) return null;
  const { name, version, integrity } = program;
  const engine: NpmPin = { name: engineName, version, integrity: version === "3.22.1" ? newest : before, scripts: false };
  const packages: Managed["packages"] = [engine, { name: `@node-llama-cpp/${name}`, version, integrity, scripts: false }];
  return { packages, aboutBytes: 90_000_000, leavesOptional: true };
}
