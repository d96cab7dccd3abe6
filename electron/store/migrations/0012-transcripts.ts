/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`transcript_lines\` (
	\`id\` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	\`chat_id\` text NOT NULL,
	\`agent_id\` text NOT NULL,
	\`agent_session_id\` text NOT NULL,
	\`line_id\` text,
	\`line\` text NOT NULL,
	FOREIGN KEY (\`chat_id\`) REFERENCES \`chats\`(\`id\`) ON UPDATE no action ON DELETE no action
) STRICT;

CREATE UNIQUE INDEX \`transcript_lines_once\` ON \`transcript_lines\` (\`chat_id\`,\`agent_id\`,\`agent_session_id\`,\`line_id\`);
`;
