/** Generated from the schema, but for the rows that move. Never edited. */
export const sql = `
CREATE TABLE \`apply_entries\` (
	\`apply_id\` text PRIMARY KEY NOT NULL,
	\`entries\` text NOT NULL,
	FOREIGN KEY (\`apply_id\`) REFERENCES \`applies\`(\`id\`) ON UPDATE no action ON DELETE cascade
) STRICT;

INSERT INTO \`apply_entries\` (\`apply_id\`, \`entries\`) SELECT \`id\`, \`entries\` FROM \`applies\`;

ALTER TABLE \`applies\` DROP COLUMN \`entries\`;
`;
