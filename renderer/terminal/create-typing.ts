/**
 * Sends what is typed, in order, one call at a time; what comes meanwhile goes together. What could not be sent isn't
 * typed later, into whatever is there then: it is handed to `unsent`.
 */
export function createTyping(send: (data: string) => Promise<unknown>, unsent: (data: string) => void): (data: string) => void {
  let waiting = "";
  let sending = false;
  async function run(): Promise<void> {
    sending = true;
    while (waiting !== "") {
      const data = waiting;
      waiting = "";
      try {
        await send(data);
      } catch {
        unsent(data + waiting);
        waiting = "";
      }
    }
    sending = false;
  }
  return (data) => {
    waiting += data;
    if (!sending) void run();
  };
}
