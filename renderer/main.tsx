import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { focusComposerAtStart } from "./commands/focus-pane.ts";
import { listenForCommands } from "./commands/keys.ts";
import { landFocus } from "./commands/land-focus.ts";
import { isMac } from "./ui/is-mac.ts";
import { followNews } from "./inbox/notifications.ts";
import { followFileProblems } from "./settings/follow-file-problems.ts";
import { keepConnected } from "./rpc.ts";
import { followApp } from "./stores/app.ts";
import { followAway } from "./stores/connection.ts";
import { followTabs, saveLayouts } from "./stores/layout.ts";
import { openLastSession } from "./stores/open-last-session.ts";
import { followTheme } from "./stores/theme.ts";
import { stopNow } from "./ui/use-now.ts";
import { followRead } from "./workspace/follow-read.ts";

followTheme();
// Nothing counts on while nobody knows what goes on.
followAway(stopNow);
// macOS and phones lay their own over the content.
if (!isMac && !window.matchMedia("(pointer: coarse)").matches) document.documentElement.dataset["scrollbars"] = "own";
followTabs();
openLastSession();
followNews();
followFileProblems();
followRead();
landFocus();
listenForCommands();
void keepConnected();
void followApp();
window.addEventListener("pagehide", saveLayouts);

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
focusComposerAtStart();
// Brings the prompts there that an earlier page couldn't, also where no chat is shown.
void import("./stores/open-chats.ts");
