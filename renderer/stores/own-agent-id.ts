/** Hearth's own agent, which works with models of one's own. */
export const ownAgentId = "hearth";
