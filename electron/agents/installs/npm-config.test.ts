import { expect, it } from "vitest";
import { countingLines, countingVariables } from "./npm-config.ts";

it("takes of a person's configuration where packages come from and the way there, and nothing else", () => {
  const npmrc = `; mine
registry = https://npm.test/
@acme:registry=https://acme.test/
//npm.test/:_authToken=\${TOKEN}
//acme.test/:_password=\${MISSING}
https-proxy=http://proxy.test:1
cafile=/etc/ca.pem
ignore-scripts=false
script-shell=/tmp/evil
prefix=/usr/local
omit=optional
# registry=https://old.test/
node-options=--require /tmp/x
`;
  expect(countingLines(npmrc, { TOKEN: "abc" })).toEqual([
    "registry=https://npm.test/",
    "@acme:registry=https://acme.test/",
    "//npm.test/:_authToken=abc",
    "//acme.test/:_password=",
    "https-proxy=http://proxy.test:1",
    "cafile=/etc/ca.pem",
  ]);
  expect(
    countingVariables({ NPM_CONFIG_REGISTRY: "https://npm.test/", NPM_CONFIG_IGNORE_SCRIPTS: "false", PATH: "/bin" }),
  ).toEqual(["registry=https://npm.test/"]);
});
