/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`mcp_switches\` (
	\`scope\` text NOT NULL,
	\`scope_id\` text NOT NULL,
	\`server\` text NOT NULL,
	\`is_on\` integer NOT NULL,
	PRIMARY KEY(\`scope\`, \`scope_id\`, \`server\`)
) STRICT;

`;
