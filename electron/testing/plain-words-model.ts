import type { ModelReply, ModelRequest } from "./model-server.ts";
import type { RealAgent } from "./real-agents.ts";

type Calls = {
  edit: (file: string, before: string, after: string) => ModelReply[];
  run: (command: string) => ModelReply;
};

const calls: Record<RealAgent, Calls> = {
  opencode: {
    edit: (filePath, oldString, newString) => [
      { toolCalls: [{ name: "read", args: { filePath } }] },
      { toolCalls: [{ name: "edit", args: { filePath, oldString, newString } }] },
    ],
    run: (command) => ({ toolCalls: [{ name: "bash", args: { command, description: "A command" } }] }),
  },
  claude: {
    edit: (file_path, old_string, new_string) => [
      { toolCalls: [{ name: "Read", args: { file_path } }] },
      { toolCalls: [{ name: "Edit", args: { file_path, old_string, new_string } }] },
    ],
    run: (command) => ({ toolCalls: [{ name: "Bash", args: { command, description: "A command" } }] }),
  },
  qwen: {
    edit: (file_path, old_string, new_string) => [
      { toolCalls: [{ name: "read_file", args: { file_path } }] },
      { toolCalls: [{ name: "edit", args: { file_path, old_string, new_string } }] },
    ],
    run: (command) => ({
      toolCalls: [{ name: "run_shell_command", args: { command, description: "A command", is_background: false } }],
    }),
  },
};

/** A model that does what the plain words of a conformance run say, with the agent's own tools. */
export function plainWordsModel(agentId: RealAgent): (request: ModelRequest) => ModelReply {
  return ({ words, step, tools, transcript }) => {
    const said = /Say the word (\w+)/.exec(words) ?? /Keep the word (\w+) in mind/.exec(words);
    if (said) return { text: [said[1] ?? ""] };
    const all = transcript.join("\n");
    if (words.includes("Which word")) return { text: [/Keep the word (\w+) in mind/.exec(all)?.[1] ?? "none"] };
    // Claude Code tells where an image lies, behind the words.
    if (words.includes("Which colour") || words.startsWith("[Image: source:")) return { text: ["Red."] };
    if (words.includes("the numbers from one"))
      return { text: Array.from({ length: 300 }, (_, at) => `number ${at}\n`), delayMs: 50 };
    const edit = /In the file (\S+) of this folder, replace the word "(.+?)" with "(.+?)"/.exec(words);
    if (edit) {
      const [, file = "", before = "", after = ""] = edit;
      const folder = all.match(/\/[^\s"'`<>]*\/proof-\w+\/(?:work|beside|tools)\b/g)?.[0] ?? "";
      return calls[agentId].edit(`${folder}/${file}`, before, after)[step] ?? { text: ["It is changed."] };
    }
    const command = /wait for it to end: `(.+)`/.exec(words)?.[1];
    if (command !== undefined) return step === 0 ? calls[agentId].run(command) : { text: ["It ran."] };
    const tool = /Call the tool (\w+)/.exec(words)?.[1];
    const name = tool && tools.find((one) => one.includes(tool));
    if (name) return step === 0 ? { toolCalls: [{ name, args: {} }] } : { text: [transcript.at(-1) ?? ""] };
    return { text: ["I don't know what you mean."] };
  };
}
