import { expect, it } from "vitest";
import { parseCim, parsePs } from "./running-process.ts";

// As macOS 15 prints it.
const ps = `
    1     0     1 Ss   Fri Nov 27 08:01:12 2026     /sbin/launchd
  612     1   612 S    Sat Nov 28 19:37:16 2026     /Users/ada/.nvm/versions/node/v24.1.0/bin/node /opt/x/agent --acp HOME=/Users/ada HEARTH_PROCESS_TREE=0f1e2d PATH=/usr/bin:/bin
  640   612   612 S+   Sat Nov  7 19:37:18 2026     /bin/zsh -c sleep 9
  641   640   612 Z    Sat Nov 28 19:37:18 2026     (sleep)
 9001     1  9001 S    Sat Nov 28 19:40:00 2026     /bin/echo HEARTH_PROCESS_TREE=argument HOME=/Users/ada HEARTH_PROCESS_TREE=real LANG=C
not a line of ps
`;

it("R25 reads what ps prints on macOS: start times, and the tag in an environment", () => {
  expect(parsePs(ps)).toEqual([
    { pid: 1, parent: 0, group: 1, startedAtMs: Date.UTC(2026, 10, 27, 8, 1, 12), startTicks: null, tag: null, name: "launchd" },
    {
      ...{ pid: 612, parent: 1, group: 612, startedAtMs: Date.UTC(2026, 10, 28, 19, 37, 16), startTicks: null },
      ...{ tag: "0f1e2d", name: "node" },
    },
    {
      pid: 640,
      parent: 612,
      group: 612,
      startedAtMs: Date.UTC(2026, 10, 7, 19, 37, 18),
      startTicks: null,
      tag: null,
      name: "zsh",
    },
    expect.objectContaining({ pid: 9001, tag: "real", name: "echo" }),
  ]);
});

it("R25 reads what PowerShell writes on Windows, one process or many", () => {
  const idle = '{"ProcessId":0,"ParentProcessId":0,"Name":"System Idle Process","Started":null}';
  const node = '{"ProcessId":8124,"ParentProcessId":5012,"Name":"node.exe","Started":"2026-11-28T19:37:16.4812345Z"}';
  const expected = {
    ...{ pid: 8124, parent: 5012, group: null, startedAtMs: Date.UTC(2026, 10, 28, 19, 37, 16, 481), startTicks: null },
    ...{ tag: null, name: "node.exe" },
  };
  expect(parseCim(`\uFEFF[${idle},${node}]\r\n`)).toEqual([expect.objectContaining({ pid: 0, startedAtMs: null }), expected]);
  expect(parseCim(node)).toEqual([expected]);
  expect(parseCim("Get-CimInstance : Access denied")).toBeNull();
  expect(parseCim('[{"ProcessId":"8124"}]')).toBeNull();
});
