import { expect, it } from "vitest";
import { loopbackAddress } from "./loopback.ts";

it.each([
  "0.0.0.0",
  "::",
  "192.168.1.7",
  "::ffff:127.0.0.1",
  "localhost.evil",
  "127.0.0.1.evil.test",
  "127.1",
  "2130706433",
  "",
  "LOCALHOST",
])("S10 refuses to listen on %j", (host) => {
  expect(loopbackAddress(host)).toMatchObject({ ok: false, error: { code: "HOST_NOT_LOOPBACK" } });
});

it.each([
  ["127.0.0.1", "127.0.0.1"],
  ["localhost", "127.0.0.1"],
  ["::1", "::1"],
])("binds %s as %s", (host, address) => {
  expect(loopbackAddress(host)).toEqual({ ok: true, value: address });
});
