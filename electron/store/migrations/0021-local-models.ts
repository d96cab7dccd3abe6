/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`model_choices\` (
	\`model_id\` text PRIMARY KEY NOT NULL,
	\`is_off\` integer NOT NULL,
	\`sampling\` text NOT NULL
) STRICT;

CREATE TABLE \`model_endpoints\` (
	\`id\` text PRIMARY KEY NOT NULL,
	\`name\` text NOT NULL,
	\`url\` text NOT NULL,
	\`created_at\` integer NOT NULL
) STRICT;

CREATE UNIQUE INDEX \`model_endpoints_url_unique\` ON \`model_endpoints\` (\`url\`);
`;
