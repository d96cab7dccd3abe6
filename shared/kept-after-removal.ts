/** A deleted session's checkpoints, events and outputs are kept this long; so long it can be brought back. */
export const keptDaysAfterRemoval = 30;
