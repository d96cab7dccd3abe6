import type { IParser } from "@xterm/xterm";

/** What programs ask a terminal, in xterm's control sequences: state, identity, modes, settings. */
const asking = [
  ...[{ final: "n" }, { prefix: "?", final: "n" }],
  ...[{ final: "c" }, { prefix: ">", final: "c" }, { prefix: "=", final: "c" }, { prefix: ">", final: "q" }],
  ...[
    { intermediates: "$", final: "p" },
    { prefix: "?", intermediates: "$", final: "p" },
  ],
];

/**
 * Keeps a window from answering its program: the core does, once, whoever looks. Colours that a program sets are still
 * the window's to show.
 */
export function leaveAnswersToCore(parser: IParser): void {
  for (const id of asking) parser.registerCsiHandler(id, () => true);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, () => true);
  for (const osc of [4, 10, 11, 12]) parser.registerOscHandler(osc, (data) => data.split(";").includes("?"));
}
