/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`alarms\` (
	\`id\` text PRIMARY KEY NOT NULL,
	\`run_id\` text NOT NULL,
	\`chat_id\` text NOT NULL,
	\`session_id\` text NOT NULL,
	\`project_id\` text NOT NULL,
	\`agent_id\` text NOT NULL,
	\`message\` text NOT NULL,
	\`paths\` text NOT NULL,
	\`checkpoint_id\` text,
	\`status\` text NOT NULL,
	\`created_at\` integer NOT NULL,
	\`closed_at\` integer,
	FOREIGN KEY (\`run_id\`) REFERENCES \`runs\`(\`id\`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (\`session_id\`) REFERENCES \`sessions\`(\`id\`) ON UPDATE no action ON DELETE no action
) STRICT;

CREATE INDEX \`alarms_open\` ON \`alarms\` (\`status\`) WHERE "alarms"."status" = 'open';
`;
