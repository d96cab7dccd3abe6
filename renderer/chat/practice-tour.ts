/** A first prompt for the practice agent: each line is done for real and in order. */
export const practiceTour = {
  agentId: "practice",
  prompt: [
    "say I am the practice agent. I need no model and do just what these lines say.",
    "plan Write a file; Look at it; Ask you something",
    "create hello.md: # Hello from Hearth",
    "read hello.md",
    "run ls -la",
    "ask What next? Review the change | Send another prompt",
    "say Open the changes tab to see what I changed. Nothing is in your checkout until you apply it.",
  ].join("\n"),
};
