import { expect, it } from "vitest";
import { apiOf, readAddress, rootOf } from "./endpoint.ts";

it("keeps an address without its slash, and knows this machine", () => {
  expect(readAddress(" http://localhost:8080/v1/ ")).toEqual({
    ok: true,
    value: { url: "http://localhost:8080/v1", local: true },
  });
  expect(readAddress("192.168.1.7:8080")).toMatchObject({ value: { url: "http://192.168.1.7:8080" } });
  for (const here of ["http://127.0.0.1:1", "http://127.9.9.9", "http://2130706433", "http://[::1]:8080", "http://[0:0::1]"])
    expect(readAddress(here), here).toMatchObject({ value: { local: true } });
  for (const there of [
    "http://192.168.1.7:8080",
    "https://localhost.example.com",
    "http://127.0.0.1.nip.io",
    "http://[::ffff:1.2.3.4]",
  ])
    expect(readAddress(there), there).toMatchObject({ value: { local: false } });
});

it("refuses what is no address of a server", () => {
  for (const text of [
    "",
    "my machine",
    "user:key@host",
    "file:///etc/passwd",
    "http://user:key@host",
    "http://host?key=1",
    "http://host/v1#x",
  ])
    expect(readAddress(text), text).toMatchObject({ ok: false });
});

it("finds both APIs of a server", () => {
  expect([apiOf("http://h:1"), rootOf("http://h:1")]).toEqual(["http://h:1/v1", "http://h:1"]);
  expect([apiOf("http://h:1/v1"), rootOf("http://h:1/v1")]).toEqual(["http://h:1/v1", "http://h:1"]);
  expect(apiOf("https://h/v1beta/openai")).toBe("https://h/v1beta/openai");
});
