/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`agent_proofs\` (
	\`agent_id\` text NOT NULL,
	\`version\` text NOT NULL,
	\`protocol\` text NOT NULL,
	\`fingerprint\` text NOT NULL,
	\`turns\` integer NOT NULL,
	\`checked_at\` integer NOT NULL,
	\`lines\` text NOT NULL,
	PRIMARY KEY(\`agent_id\`, \`version\`, \`protocol\`)
) STRICT;

`;
