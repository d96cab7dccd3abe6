/** A package of npm as it was looked at: another content under the same version isn't it. */
export type NpmPin = {
  name: string;
  version: string;
  /** As npm names it: the hash of the package's archive. */
  integrity: string;
  /** Whether its own install scripts run: only where it doesn't work without. Those of no other package ever do. */
  scripts: boolean;
};

/**
 * What a program is installed from: its own package, and what it needs beside it. `aboutBytes`: the room it takes.
 * `leavesOptional`: its optional packages are for other machines, or not worth their size; what it needs of them is named.
 */
export type Managed = { packages: readonly [NpmPin, ...NpmPin[]]; aboutBytes: number; leavesOptional?: true };

const mb = 1_000_000;

/**
 * By agent: installed so on Linux (x64) and started for its version, without scripts unless they are named. Claude Code's
 * and Codex's bring their own program, which is what takes the room.
 */
const pins: Readonly<Record<string, Managed>> = {
  claude: {
    packages: [
      {
        name: "@agentclientprotocol/claude-agent-acp",
        version: "0.101.0",
        integrity: "sha512-c9YGBfdJrLcKiinRpXuDuibC+CRGqQpe9+ey/+TuuZ7ejHlVyEELbbvRkxHZN+Hf5XGecJD5i0kvP2opCseATA==",
        scripts: false,
      },
    ],
    aboutBytes: 420 * mb,
  },
  codex: {
    packages: [
      {
        name: "@agentclientprotocol/codex-acp",
        version: "2.6.0",
        integrity: "sha512-/PBsd0H6URy4bhXhAeXqwb7RqctbXfNceRihAh6nDmn5HJ873uzoHvHxF45YmeWfgOKKRrNRLZjYsket2a7EsQ==",
        scripts: false,
      },
    ],
    aboutBytes: 475 * mb,
  },
  gemini: {
    packages: [
      {
        name: "@google/gemini-cli",
        version: "0.61.0",
        integrity: "sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==",
        scripts: false,
      },
    ],
    aboutBytes: 102 * mb,
  },
  opencode: {
    packages: [
      {
        name: "opencode-ai",
        version: "1.18.33",
        integrity: "sha512-58P1ffLRXiAY4QeoABqUjqf6DEzm1ihpovvn9Ad+oOLbLiwK/rf88wruT9IATJ7AtNjmi8iA7pC8tN4o5y799Q==",
        // Its script puts the program for this machine in the place of a word that it wasn't run.
        scripts: true,
      },
    ],
    aboutBytes: 371 * mb,
  },
  qwen: {
    packages: [
      {
        name: "@qwen-code/qwen-code",
        version: "0.24.4",
        integrity: "sha512-pmexy/Nj+BKd3Un1ogqGQE8V4GJn5B6N9PQOrU1GH+lMR29kn6Bgf6YdbZa8hNIoTmAKT1LTPK+P8TibZRPPVg==",
        scripts: false,
      },
    ],
    aboutBytes: 147 * mb,
  },
  copilot: {
    packages: [
      {
        name: "@github/copilot",
        version: "1.0.102",
        integrity: "sha512-mv6cTWMhMILxg5ZDgqJ6UsnpPuySCPWOPbZVaO8lL0dpmjY3VD9ZhJr6DFcG7fhUXZv6OmvLdcRCa5MJ6hBI+Q==",
        scripts: false,
      },
    ],
    aboutBytes: 198 * mb,
  },
  cline: {
    packages: [
      {
        name: "cline",
        version: "3.0.65",
        integrity: "sha512-6P2jgsJHp+JRUzlGR6Rp4W/zAwXPg8ihC2M9ec/VgKS4nnlGCB8Ftn17StcIjYFYtocJRkU8UGUnKF69zhv40Q==",
        scripts: false,
      },
    ],
    aboutBytes: 370 * mb,
  },
  auggie: {
    packages: [
      {
        name: "@augmentcode/auggie",
        version: "0.36.0",
        integrity: "sha512-jb4kq97pGzG0i5UyISc//LjTVlFzIywwD+VfPemiSIl58KjLfxry3KDgxWYnr1vmV8yUkySVzjLnj4ewUEbT/Q==",
        scripts: false,
      },
    ],
    aboutBytes: 41 * mb,
  },
  droid: {
    packages: [
      {
        name: "droid",
        version: "0.215.0",
        integrity: "sha512-+f0OKk9DszyOTKGxIWC9SrLi//L/gCIJ2NFfp+Ec4PNtU+D0ocek1k8x6odx9FBl9f5RIVX7yVITGSTUzNDbCw==",
        scripts: false,
      },
    ],
    aboutBytes: 308 * mb,
  },
  pi: {
    packages: [
      {
        name: "pi-acp",
        version: "0.0.34",
        integrity: "sha512-MrCp37UbpUzkTkzTIMJQf1RYrT+kr4fgGDGFoLmBN26UupuCZp0XxVIY+7XYsMo3yDnzDeZUJ0jPyM3Si6Bkkg==",
        scripts: false,
      },
      {
        name: "@earendil-works/pi-coding-agent",
        version: "1.6.0",
        integrity: "sha512-zX1BVEsshx7A2MRuQ6jfr3RJGWw4Wn+vLq5ZfmlvS1RskhRmByaSZVXH/zcwRrWHO7qPgs98pNCbPOEti/t0fQ==",
        scripts: false,
      },
    ],
    aboutBytes: 135 * mb,
  },
};

/** What Hearth installs for an agent of the catalogue; null where it installs nothing. */
export function managedOf(agentId: string): Managed | null {
  return pins[agentId] ?? null;
}
