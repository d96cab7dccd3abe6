import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeApiDesk, openApiDesk, sessionBeside } from "./kit/api-desk.ts";
import { runEnded, type Host } from "./kit/host.ts";
import { call } from "./kit/raw-api.ts";
import { send, type Desk, type WorkPlace } from "./kit/work-place.ts";

describe("the API's codes for working copies and choices of files that can't be had", { timeout: 60_000 }, () => {
  let place: WorkPlace;
  let host: Host;
  let desk: Desk;

  beforeAll(async () => {
    ({ place, host, desk } = await openApiDesk());
  });
  afterAll(() => closeApiDesk(place, host));

  /** A session whose agent has made files in its working copy. */
  async function withFiles(prompt: string): Promise<Desk> {
    const at = await sessionBeside(host, desk);
    expect(await runEnded(host, (await send(host, at.chat, prompt)).id)).toMatchObject({ status: "completed" });
    return at;
  }
  const post = (at: Desk, verb: string, body: object = {}) => call(host, "POST", `/sessions/${at.session.id}/${verb}`, body);

  it("recreate: a copy that is there is refused by its own code; a lost one comes back with its files", async () => {
    const at = await withFiles("create made.txt: one");
    const folder = at.session.workingCopy.path;
    expect(await post(at, "recreate")).toMatchObject({ status: 409, body: { code: "WORKING_COPY_PRESENT" } });
    rmSync(folder, { recursive: true });
    expect((await call(host, "GET", `/sessions/${at.session.id}`)).body.workingCopy.state).toBe("missing");
    for (const verb of ["changes/apply", "changes/reject"])
      expect([verb, await post(at, verb)]).toEqual([
        verb,
        expect.objectContaining({ status: 409, body: expect.objectContaining({ code: "WORKING_COPY_MISSING" }) }),
      ]);
    expect(await post(at, "recreate")).toMatchObject({ status: 200, body: { workingCopy: { state: "ready" } } });
    expect(existsSync(path.join(folder, "made.txt"))).toBe(true);
    expect(await call(host, "POST", "/sessions/ses_none/recreate", {})).toMatchObject({ body: { code: "SESSION_NOT_FOUND" } });
  });

  it("recreate: a project that was moved is named, and what can be done about it", async () => {
    const at = await withFiles("create made.txt: one");
    rmSync(at.session.workingCopy.path, { recursive: true });
    const moved = `${place.repo}-moved`;
    renameSync(place.repo, moved);
    const refused = await post(at, "recreate");
    renameSync(moved, place.repo);
    expect(refused).toMatchObject({
      status: 400,
      body: { code: "PROJECT_PATH_MISSING", message: expect.stringContaining("locate the project") },
    });
    expect(await post(at, "recreate")).toMatchObject({ status: 200, body: { workingCopy: { state: "ready" } } });
  });

  it("apply and reject: a choice that can't be carried out by itself is told with what it needs", async () => {
    const at = await withFiles("create made.txt: one");
    const file = path.join(at.session.workingCopy.path, "cart.ts");
    rmSync(file);
    mkdirSync(file);
    writeFileSync(path.join(file, "inside.ts"), "export {};\n");
    const paths = ["cart.ts/inside.ts"];
    for (const verb of ["changes/apply", "changes/reject"])
      expect([verb, await post(at, verb, { paths })]).toEqual([
        verb,
        expect.objectContaining({
          status: 409,
          body: expect.objectContaining({ code: "SELECTION_INCOMPLETE", message: expect.stringContaining("cart.ts") }),
        }),
      ]);
  });
});
