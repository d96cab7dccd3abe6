import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../electron/testing/until.ts";
import type { DeskPage, Office } from "../kit/desk-page.ts";
import { bashPrompt as prompt, openBashOffice, openTerminal, withoutWebgl, type AtTerminal } from "../kit/terminal-page.ts";

/**
 * Writes its argument's bytes (in JSON) to the terminal, then a request for the cursor's place, which every terminal
 * answers in its turn: what came before that answer was the answer to the bytes. With `stay` it goes on to collect until q.
 */
const probe = `
const [sequences, stay] = process.argv.slice(2);
process.stdin.setRawMode(true);
let got = "";
let drained = false;
process.stdin.on("data", (chunk) => {
  got += chunk;
  const place = /\\x1b\\[\\d+;\\d+R/.exec(got);
  if (!drained && place) {
    drained = true;
    process.stdout.write("answers " + JSON.stringify(got.slice(0, place.index)) + " end\\r\\n");
    if (stay !== "stay") process.exit(0);
    got = "";
    process.stdout.write("drained\\r\\n");
  } else if (drained && got.endsWith("q")) {
    process.stdout.write("later " + JSON.stringify(got) + " end\\r\\n");
    process.exit(0);
  }
});
process.stdout.write(JSON.parse(sequences) + "\\x1b[6n");
`;

const titleReport = "\\u001b[21t";
const enquiry = "\\u0005";
const attributes = "\\u001b[c\\u001b[>c";
const settingReport = "\\u001bP$qr\\u001b\\\\";
const colours = "\\u001b]10;?\\u0007\\u001b]11;?\\u0007";

describe("terminal", () => {
  let office: Office;
  let desk: DeskPage;
  let terminal: AtTerminal;

  beforeAll(async () => {
    office = await openBashOffice({ "probe.mjs": probe });
  });
  afterAll(() => office?.close());
  beforeEach(async () => {
    desk = await office.desk({ prepare: withoutWebgl });
    terminal = await openTerminal(desk.page, prompt);
  });
  afterEach(async () => {
    await desk?.page.context().close();
    expect(desk.complaints).toEqual([]);
  });

  const file = (name: string): string => path.join(desk.session.workingCopy.path, name);
  const runProbe = (sequences: string, stay = ""): Promise<void> =>
    terminal.line(`'${process.execPath}' ~/probe.mjs '"${sequences}"' ${stay}`);
  async function answersTo(sequences: string): Promise<string> {
    await terminal.line("clear");
    // An earlier probe's answer must be gone before this one's is looked for.
    await until(async () => !(await terminal.screen()).includes("answers "), "a clear screen");
    await runProbe(sequences);
    const shown = /^answers (".*") end/m.exec(await terminal.sees(/^answers ".*" end/m))?.[1];
    return JSON.parse(shown ?? "null") as string;
  }
  async function setClipboard(text: string): Promise<void> {
    await desk.page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: office.host.url });
    await desk.page.evaluate((value) => navigator.clipboard.writeText(value), text);
  }
  const clipboard = (): Promise<string> => desk.page.evaluate(() => navigator.clipboard.readText());

  it("runs a shell in the session's working copy, and has its scrollback back after a reload", async () => {
    // The pane may be narrower than the path.
    await terminal.line("pwd | fold -w 20; cat cart.ts");
    const { path: folder } = desk.session.workingCopy;
    await terminal.sees((folder.match(/.{1,20}/g) ?? []).join("\n"));
    await terminal.sees("export const total = 1;");
    await terminal.line("clear; echo first-$((40 + 2)); seq -f 'line %g' 1 300");
    await terminal.sees("line 300");
    expect(await terminal.screen()).not.toContain("first-42");

    await desk.page.reload();
    await terminal.sees("line 300");
    await terminal.tab.hover();
    await until(async () => {
      await desk.page.mouse.wheel(0, -5_000);
      return (await terminal.screen()).includes("first-42");
    }, "the first line in the scrollback");

    await terminal.focus();
    await terminal.line("echo again-$((1 + 1))");
    const after = await terminal.sees("again-2");
    expect(after.split("line 300")).toHaveLength(2);
  });

  it("R101 draws a flood, and Ctrl-C gets through it to a prompt that works", async () => {
    await terminal.line("yes");
    await terminal.sees(/^(y\n){10}/m);
    await desk.page.keyboard.press("Control+c");
    await terminal.sees(new RegExp(`\\^C\\n(.*\\n)*${prompt}|${prompt}$`));
    await terminal.line("clear; echo back-$((1 + 1))");
    await terminal.sees("back-2");
  });

  it("S43 lets no program write or read the clipboard, and says that one tried", async () => {
    await setClipboard("mine");
    await terminal.focus();
    expect(await terminal.tab.getByText("tried to use the clipboard").count()).toBe(0);
    await terminal.line(`printf '\\033]52;c;%s\\a' "$(printf stolen | base64)"`);
    await terminal.tab.getByText("tried to use the clipboard").waitFor();
    expect(await clipboard()).toBe("mine");
    await terminal.focus();
    expect(await answersTo("\\u001b]52;c;?\\u0007")).toBe("");

    // Nor out of the scrollback: the notice is of what happens now.
    await desk.page.reload();
    await terminal.sees("answers");
    expect(await clipboard()).toBe("mine");
    expect(await terminal.tab.getByText("tried to use the clipboard").count()).toBe(0);
  });

  it("S44 follows only web addresses out of a program's links, and shows them first", async () => {
    writeFileSync(
      file("links.txt"),
      [
        "\u001b]8;;file:///etc/passwd\u001b\\to-a-file\u001b]8;;\u001b\\",
        "\u001b]8;;javascript:window.__pwned=1\u001b\\to-a-script\u001b]8;;\u001b\\",
        "\u001b]8;;https://true.test/\u001b[31m\u0007?x=\u0007cut-by-escape\u001b]8;;\u001b\\",
        "\u001b]8;;https://true.test/page\u001b\\https://lies.test\u001b]8;;\u001b\\",
      ].join("\n\n"),
    );
    const opened: string[] = [];
    desk.page.context().on("page", (page) => opened.push(page.url()));
    const dialog = desk.page.getByRole("dialog", { name: "Open this address?" });
    const follow = async (text: string): Promise<void> => {
      const { x, y } = await terminal.spot(text);
      // xterm finds out what lies under the pointer as it moves there.
      await desk.page.mouse.move(x - 3, y);
      await desk.page.mouse.move(x, y);
      await desk.page.keyboard.down("Control");
      await desk.page.mouse.click(x, y);
      await desk.page.keyboard.up("Control");
    };
    await terminal.line("clear; cat links.txt; echo; echo shown-$((1 + 1))");
    await terminal.sees("shown-2");
    await follow("to-a-file");
    await follow("to-a-script");
    expect(await desk.page.getByText("click opens").count()).toBe(0);
    for (const [text, address] of [
      ["cut-by-escape", "https://true.test/"],
      ["https://lies.test", "https://true.test/page"],
    ] as const) {
      await follow(text);
      await dialog.waitFor();
      expect(await dialog.locator("code").textContent()).toBe(address);
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "hidden" });
    }
    expect(opened).toEqual([]);
    expect(desk.foreign).toEqual([]);
    expect(await desk.page.evaluate(() => "__pwned" in window)).toBe(false);
  });

  it("S45 tells a program neither its title nor an answerback", async () => {
    await terminal.line("printf '\\033]0;evil; touch pwned\\a'");
    await desk.page.getByRole("tab", { name: /evil; touch pwned/ }).waitFor();
    await terminal.focus();
    expect(await answersTo(titleReport + enquiry)).toBe("");
    // The probe would have shown it: what programs need to know is answered.
    expect(await answersTo(attributes)).toMatch(/^\u001b\[\?/);
  });

  it("S45 types nothing into the program when its output is drawn again", async () => {
    await runProbe(titleReport + enquiry + attributes + settingReport + colours, "stay");
    await terminal.sees("drained");
    await desk.page.reload();
    await terminal.sees("drained");
    await terminal.focus();
    await desk.page.keyboard.type("q");
    await terminal.sees(/^later "q" end/m);
  });

  it("S38 S47 shows a title as text, without what can't be seen", async () => {
    await terminal.line(`printf '\\033]0;a\\342\\200\\256b<img src=x onerror=window.__pwned=1>\\a'`);
    await desk.page.getByRole("tab", { name: "ab<img src=x onerror=window.__pwned=1>" }).waitFor();
    expect(await desk.page.evaluate(() => "__pwned" in window)).toBe(false);
  });

  it("keeps what is typed before the shell can be heard", async () => {
    const early = await office.desk({
      prepare: async (context) => {
        await context.addInitScript(() => {
          const send = Object.getOwnPropertyDescriptor(WebSocket.prototype, "send")?.value as (data: unknown) => void;
          const held: (() => void)[] = [];
          WebSocket.prototype.send = function (data) {
            const go = (): void => send.call(this, data);
            if (typeof data === "string" && data.includes("terminals/attach")) held.push(go);
            else go();
          };
          addEventListener("let-go", () => held.splice(0).forEach((go) => go()));
        });
      },
    });
    await early.page.keyboard.press("Control+Backquote");
    await early.page.locator(".xterm-helper-textarea:focus").waitFor({ state: "attached" });
    await early.page.keyboard.type("echo early > early.txt\n");
    await early.page.evaluate(() => dispatchEvent(new Event("let-go")));
    const written = path.join(early.session.workingCopy.path, "early.txt");
    await until(() => existsSync(written) && readFileSync(written, "utf8") === "early\n", "the line to be run");
    await early.page.context().close();
  });

  it("S49 asks before several lines are pasted, and presses no Enter", async () => {
    await setClipboard("touch one\ntouch two\n");
    await terminal.focus();
    await desk.page.keyboard.press("Control+Shift+v");
    const dialog = desk.page.getByRole("dialog", { name: "Paste 2 lines?" });
    await dialog.waitFor();
    expect(await dialog.locator("pre").textContent()).toBe("touch one\ntouch two");
    expect(await terminal.screen()).not.toContain("touch one");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    await terminal.focus();
    await desk.page.keyboard.press("Control+Shift+v");
    await dialog.getByRole("button", { name: "Paste", exact: true }).click();
    await terminal.sees("touch two");
    await desk.page.keyboard.press("Control+c");
    await terminal.sees("^C");
    await terminal.line("echo so-far-$((1 + 1))");
    await terminal.sees("so-far-2");
    expect([existsSync(file("one")), existsSync(file("two"))]).toEqual([false, false]);

    await desk.page.keyboard.press("Control+Shift+v");
    await dialog.getByRole("button", { name: "Paste", exact: true }).click();
    await terminal.sees(/touch two\s*$/);
    await desk.page.keyboard.press("Enter");
    await until(() => existsSync(file("one")) && existsSync(file("two")), "the pasted lines to run, by the person's Enter");
  });

  it("S49 pastes one line without asking, and without its Enter", async () => {
    await setClipboard("touch single\u001b[201~\r\n");
    await terminal.focus();
    await desk.page.keyboard.press("Control+Shift+v");
    await terminal.sees("touch single");
    await desk.page.keyboard.press("Control+c");
    await terminal.sees("^C");
    await terminal.line("echo so-far-$((1 + 1))");
    await terminal.sees("so-far-2");
    expect(existsSync(file("single"))).toBe(false);
  });
});
