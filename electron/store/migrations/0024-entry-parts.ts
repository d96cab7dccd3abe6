/** Generated from the schema, but for the part that the rows become. Never edited. */
export const sql = `
PRAGMA foreign_keys=OFF;
CREATE TABLE \`__new_apply_entries\` (
	\`apply_id\` text NOT NULL,
	\`part\` integer NOT NULL,
	\`entries\` text NOT NULL,
	PRIMARY KEY(\`apply_id\`, \`part\`),
	FOREIGN KEY (\`apply_id\`) REFERENCES \`applies\`(\`id\`) ON UPDATE no action ON DELETE cascade
) STRICT;

INSERT INTO \`__new_apply_entries\`("apply_id", "part", "entries") SELECT "apply_id", 0, "entries" FROM \`apply_entries\`;
DROP TABLE \`apply_entries\`;
ALTER TABLE \`__new_apply_entries\` RENAME TO \`apply_entries\`;
PRAGMA foreign_keys=ON;
`;
