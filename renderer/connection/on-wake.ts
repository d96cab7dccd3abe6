const lookEveryMs = 2_000;
const sleptMs = 4_000;

/** Calls whenever the connection may have died unseen: the window comes back, the network does, or the computer slept. For the life of the page. */
export function onWake(call: () => void): void {
  for (const name of ["focus", "online", "pageshow"]) window.addEventListener(name, call);
  for (const name of ["visibilitychange", "resume"])
    document.addEventListener(name, () => document.visibilityState === "visible" && call());
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    // Timers stand still while the computer sleeps; the wall clock doesn't.
    if (now - last > lookEveryMs + sleptMs) call();
    last = now;
  }, lookEveryMs);
}
