import { expect, it } from "vitest";
import { maskForms, secretForms, SecretStream } from "./known-secrets.ts";

const secret = "q7Xv-0mZr_4Kd81LwYt2";

it("S87 takes a secret out of text, as it is and as HTTP carries it", () => {
  const mask = (text: string): string => maskForms(text, secretForms([secret], "opencode"));
  const basic = Buffer.from(`opencode:${secret}`).toString("base64");
  expect(mask(`PASSWORD=${secret} ${secret}; Authorization: Basic ${basic}`)).not.toContain(secret);
  expect(mask(`a ${secret} b`)).toBe("a [secret] b");
  expect(mask(basic)).not.toContain(basic.replace(/=+$/, ""));
  expect(maskForms("text", secretForms([], "opencode"))).toBe("text");
});

it("S87 finds it in pieces, wherever they are cut, and loses nothing else", () => {
  const text = `one ${secret} two q7Xv three`;
  for (let cut = 1; cut < text.length; cut += 1) {
    const stream = new SecretStream([secret]);
    expect(stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.rest()).toBe("one [secret] two q7Xv three");
  }
});
