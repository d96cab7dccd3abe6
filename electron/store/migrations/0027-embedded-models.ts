/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
CREATE TABLE \`embedded_models\` (
	\`id\` text PRIMARY KEY NOT NULL,
	\`name\` text NOT NULL,
	\`file\` text NOT NULL,
	\`context_size\` integer,
	\`threads\` integer,
	\`created_at\` integer NOT NULL
) STRICT;

CREATE UNIQUE INDEX \`embedded_models_name_unique\` ON \`embedded_models\` (\`name\`);
CREATE UNIQUE INDEX \`embedded_models_file_unique\` ON \`embedded_models\` (\`file\`);
`;
