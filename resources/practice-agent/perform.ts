import { methods, RequestError } from "@agentclientprotocol/sdk/unstable";
import { runCommand } from "./commands.ts";
import { createFile, deleteFile, readFileTool, renameFile, replaceInFile } from "./files.ts";
import type { Instruction } from "./instructions.ts";
import { planEntries } from "./plan.ts";
import type { PracticeTurn } from "./turn.ts";

/** Does them in order. The latest plan among them is brought forward with each that is done after it. */
export async function performAll(turn: PracticeTurn, instructions: readonly Instruction[]): Promise<void> {
  let plan: { steps: string[]; at: number } | null = null;
  const next = (from: number): number => {
    const at = instructions.findIndex((instruction, index) => index > from && instruction.type === "plan");
    return at === -1 ? instructions.length : at;
  };
  for (const [at, instruction] of instructions.entries()) {
    await perform(turn, instruction);
    if (instruction.type === "plan") plan = { steps: instruction.steps, at };
    if (plan && (at > plan.at || next(at) === at + 1))
      await turn.plan(planEntries(plan.steps, at - plan.at, next(plan.at) - plan.at - 1));
  }
}

/** Does one instruction, for real. Throws `Cancelled` when the turn is. */
async function perform(turn: PracticeTurn, instruction: Instruction): Promise<void> {
  turn.throwIfCancelled();
  const { memory } = turn;
  switch (instruction.type) {
    case "say":
      return turn.say(`${instruction.text}\n`);
    case "think":
      return turn.think(`${instruction.text}\n`);
    case "plan":
      return turn.plan(planEntries(instruction.steps, 0, 1));
    case "read":
      return readFileTool(turn, instruction.path);
    case "create":
      return createFile(turn, instruction.path, instruction.text);
    case "replace":
      return replaceInFile(turn, instruction.path, instruction.before, instruction.after);
    case "delete":
      return deleteFile(turn, instruction.path);
    case "rename":
      return renameFile(turn, instruction.from, instruction.to);
    case "run":
      return runCommand(turn, instruction.text);
    case "ask":
      return ask(turn, instruction.question, instruction.choices);
    case "stream":
      return stream(turn, instruction.amount);
    case "flood":
      return flood(turn, instruction.amount);
    case "wait":
      return turn.wait(instruction.amount);
    case "fail":
      throw new RequestError(-32603, instruction.text);
    case "exit":
      return process.exit(instruction.amount);
    case "hang":
      return turn.untilCancelled(new Promise<never>(() => {}));
    case "ignore-cancel":
      return turn.ignoreCancel();
    case "remember":
      memory.remembered.push(instruction.text);
      return turn.say("I'll remember that.\n");
    case "recall":
      return turn.say(
        memory.remembered.length > 0 ? `You told me: ${memory.remembered.join("; ")}\n` : "You haven't told me anything yet.\n",
      );
    case "who":
      return turn.say(`pid=${process.pid} session=${memory.sessionId} turns=${memory.turns}\n`);
  }
}

async function ask(turn: PracticeTurn, question: string, choices: string[]): Promise<void> {
  if (!turn.capabilities.elicitation?.form) return turn.say("This client can't show questions.\n");
  const answer = await turn.untilCancelled(
    turn.client.request(methods.client.elicitation.create, {
      mode: "form",
      sessionId: turn.memory.sessionId,
      message: question,
      requestedSchema: {
        type: "object",
        properties: { answer: { type: "string", title: question, enum: choices } },
        required: ["answer"],
      },
    }),
  );
  turn.throwIfCancelled();
  const content = answer.action === "accept" && "content" in answer ? answer.content : null;
  const chosen = typeof content === "object" && content !== null && "answer" in content ? content.answer : undefined;
  await turn.say(typeof chosen === "string" ? `You chose ${chosen}.\n` : "You didn't answer.\n");
}

/** Steady is about a hundred words a second, which a reader can follow and stop. */
async function stream(turn: PracticeTurn, words: number): Promise<void> {
  const pauseMs = turn.memory.modelId === "swift" ? 0 : 10;
  for (let word = 1; word <= words; word += 1) {
    await turn.say(word === words ? `word${word}\n` : `word${word} `);
    if (pauseMs > 0 || word % 64 === 0) await turn.wait(pauseMs);
  }
}

/** Not awaited one by one, so that only the pipe holds it back; every 256th lets a cancel in. */
async function flood(turn: PracticeTurn, updates: number): Promise<void> {
  for (let at = 1; at <= updates; at += 1) {
    const sent = turn.say(`${at} `);
    if (at % 256 === 0 || at === updates) {
      await sent;
      await turn.wait(0);
    }
  }
}
