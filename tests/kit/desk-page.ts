import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Chat } from "../../shared/contract/chats.ts";
import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { launchBrowser, openPage } from "../ui/browser.ts";
import { startHost, type Host } from "./host.ts";
import { atPage, type AtPage } from "./page.ts";
import { agentReady, createWorkPlace, type Desk, type WorkPlace } from "./work-place.ts";

/** A running Hearth with a trusted project, and a browser: what the tests of one file share. */
export type Office = {
  place: WorkPlace;
  host: Host;
  project: Project;
  browser: Browser;
  /** A new session with a chat, opened in a browser context of its own. */
  desk(options?: { prepare?: (context: BrowserContext) => Promise<void> }): Promise<DeskPage>;
  close(): Promise<void>;
};

export type DeskPage = Desk & {
  page: Page;
  at: AtPage;
  complaints: string[];
  /** Addresses that the context's pages asked for, but the host's own. */
  foreign: string[];
};

type OfficeOptions = {
  env?: Record<string, string>;
  /** For `agents.json`. */
  agents?: Record<string, unknown>;
  files?: Record<string, string>;
  /** For Chromium. */
  browserArgs?: readonly string[];
};

/** An office with the agent `telling`, which says what its prompt tells it to, as fast as that says. */
export function openTellingOffice(): Promise<Office> {
  const agent = { command: process.execPath, args: [path.resolve(import.meta.dirname, "telling-agent.ts")] };
  return openOffice({ agents: { telling: agent } });
}

export async function openOffice({ env = {}, agents = {}, files = {}, browserArgs = [] }: OfficeOptions = {}): Promise<Office> {
  const place = await createWorkPlace(env);
  place.write(place.home, files);
  const config = path.join(place.root, "config");
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, "agents.json"), JSON.stringify(agents));
  const host = await startHost({ env: place.hostEnv });
  const browser = await launchBrowser(browserArgs);
  const added = await host.api<Project>("POST", "/projects", { path: place.repo });
  const project = await host.api<Project>("POST", `/projects/${added.id}/trust`);
  for (const id of ["practice", ...Object.keys(agents)]) await agentReady(host, id);
  return {
    place,
    host,
    project,
    browser,
    async desk({ prepare } = {}) {
      const session = await host.api<Session>("POST", `/projects/${project.id}/sessions`, { workingCopy: "worktree" });
      const chat = await host.api<Chat>("POST", `/sessions/${session.id}/chats`);
      const { page, complaints } = await openPage(browser, "about:blank");
      const context = page.context();
      await context.addInitScript((id) => {
        // Where storage can be had: not on about:blank.
        if (location.protocol.startsWith("http")) localStorage.setItem("hearth.session", id);
      }, session.id);
      await prepare?.(context);
      const foreign: string[] = [];
      context.on("request", (request) => {
        if (!request.url().startsWith(`${host.url}/`) && !/^(data|blob|about):/.test(request.url())) foreign.push(request.url());
      });
      page.setDefaultTimeout(60_000);
      await page.goto(await host.signInUrl());
      const at = atPage(page);
      await at.prompt.waitFor();
      return { project, session, chat, page, at, complaints, foreign };
    },
    async close() {
      await browser.close();
      await host.stop();
      place.dispose();
    },
  };
}
