import { randomInt } from "node:crypto";

/** What the agent is told in each step. */
export type Words = {
  say: (word: string) => string;
  /** To keep the word in mind, and say it. */
  remember: (word: string) => string;
  recall: string;
  edit: (file: string, before: string, after: string) => string;
  run: (command: string) => string;
  /** Something that takes a while to say. */
  talk: string;
  colour: string;
  callTool: (tool: string) => string;
};

const only = "Answer with that word and nothing else. Use no tools.";

/** Plain words: whatever model is behind the agent, it has to understand them. */
export const plainWords: Words = {
  say: (word) => `Say the word ${word}. ${only}`,
  remember: (word) => `Keep the word ${word} in mind, I will ask for it later. ${only}`,
  recall: `Which word did I ask you to keep in mind? ${only}`,
  edit: (file, before, after) =>
    `In the file ${file} of this folder, replace the word "${before}" with "${after}". Change nothing else, and don't run any commands.`,
  run: (command) => `Run this shell command once, exactly as it stands, and wait for it to end: \`${command}\``,
  talk: "Write the numbers from one to four hundred in words, one a line. Use no tools.",
  colour: "Which colour is this image? Answer with one word.",
  callTool: (tool) => `Call the tool ${tool} once and answer with what it returns and nothing else.`,
};

/** For the agent that takes instructions and has no model. */
export const practiceWords: Words = {
  say: (word) => `say ${word}`,
  remember: (word) => `remember ${word}\nsay ${word}`,
  recall: "recall",
  edit: (file, before, after) => `replace "${before}" with "${after}" in ${file}`,
  run: (command) => `run ${command}`,
  talk: "stream 20000 words",
  colour: "say I see no images",
  callTool: () => "say I call no tools",
};

const birds = ["heron", "plover", "curlew", "siskin", "wagtail", "dunlin", "merlin", "fulmar"];

/** A word that nobody says by chance. */
export function newWord(): string {
  return `${birds[randomInt(birds.length)]}${randomInt(1000, 10_000)}`;
}
