/** All that the practice agent says by itself. */
export const listOfInstructions = `I am the practice agent. I have no model and need no network: I do what the lines of your prompt say, for real and in order.

- \`say TEXT\` · \`think TEXT\` · \`plan STEP; STEP\`
- \`read PATH\`
- \`create PATH: TEXT\` (or a fenced block on the next lines)
- \`replace "A" with "B" in PATH\`
- \`delete PATH\` · \`rename PATH to PATH\`
- \`run COMMAND\` (in a terminal that you see)
- \`ask QUESTION? A | B | C\`
- \`stream N words\` · \`flood N\` · \`wait MS\`
- \`fail MESSAGE\` · \`exit CODE\` · \`hang\` · \`ignore cancel\`
- \`remember TEXT\` · \`recall\` · \`who\`

\`/tour\` shows you around.
`;

export const tour = `Welcome. I am the practice agent: I follow plain instructions instead of a model, so you can try everything here without an account, a key or a network.

1. **See work happen.** Send \`plan look; change; check\` on one line and \`think about it\` on the next.
2. **Let me change a file.** Send \`create hello.txt: Hello\`. You are asked first, and you see exactly what will be written.
3. **Review.** The change waits on the Changes tab. Your own checkout is untouched until you apply it.
4. **Run something.** Send \`run git status\`. It runs in a terminal that you can watch and stop.
5. **Stop me.** Send \`stream 500 words\` and press Stop. I stay ready for the next prompt.
6. **Try my memory.** Send \`remember blue\`, close Hearth, come back tomorrow, and send \`recall\`.

Now try it with an agent that thinks for itself: choose one beside the composer.
`;

export const commands = [
  { name: "tour", description: "A walk through Hearth in six steps" },
  { name: "help", description: "The instructions that the practice agent understands" },
];

export const modes = [
  { id: "ask", name: "Ask", description: "Asks before each change" },
  { id: "code", name: "Code", description: "Edits without asking by itself; Hearth's own policy still holds" },
];

export const models = [
  { value: "steady", name: "Steady", description: "Streams at a reading pace" },
  { value: "swift", name: "Swift", description: "Streams as fast as it can" },
];

export function notUnderstood(line: string): string {
  return line === ""
    ? listOfInstructions
    : `I don't understand "${line.slice(0, 200)}", so I did nothing.\n\n${listOfInstructions}`;
}
