import { expect, it } from "vitest";
import { silentLog } from "../lib/log.ts";
import { Leases } from "./leases.ts";

it("keeps a lease out of a folder in which a run works, around it and below it, and a second lease out of the first's", () => {
  const leases = new Leases({ log: silentLog });
  leases.wait({ runId: "1", workingCopyId: "in-place", folder: "/repo/sub" });
  leases.begin("1");
  for (const folder of ["/repo/sub", "/repo", "/repo/sub/deep"]) expect(leases.take("checkout", folder), folder).toBeNull();
  const beside = leases.take("checkout", "/repo/sub2");
  expect(beside).not.toBeNull();
  expect(leases.take("checkout", "/repo/sub2/x")).toBeNull();
  beside?.();
  leases.end("1");
  expect(leases.take("checkout", "/repo")).not.toBeNull();
});
