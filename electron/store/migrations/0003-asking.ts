/** What an agent session was opened with, which agents may work unasked in a session, and which were seen to. */
export const sql = `
ALTER TABLE agent_sessions ADD COLUMN opened_with TEXT;
ALTER TABLE agent_facts ADD COLUMN changed_unasked_at INTEGER;
ALTER TABLE sessions ADD COLUMN unasked_agents TEXT NOT NULL DEFAULT '[]';
`;
