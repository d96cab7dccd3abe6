/** Generated from the schema, but for the rows, which come apart into parts. Never edited. */
export const sql = `
CREATE TABLE \`__new_apply_entries\` (
	\`list_id\` text NOT NULL,
	\`part\` integer NOT NULL,
	\`entries\` text NOT NULL,
	PRIMARY KEY(\`list_id\`, \`part\`)
) STRICT;

INSERT INTO \`__new_apply_entries\`("list_id", "part", "entries")
SELECT \`apply_id\`, number / 2000, json_group_array(json(value) ORDER BY number) FROM (
	SELECT \`apply_id\`, value, row_number() OVER (PARTITION BY \`apply_id\` ORDER BY \`part\`, key) - 1 AS number
	FROM \`apply_entries\`, json_each(\`entries\`)
) GROUP BY \`apply_id\`, number / 2000;

DROP TABLE \`apply_entries\`;
ALTER TABLE \`__new_apply_entries\` RENAME TO \`apply_entries\`;
ALTER TABLE \`applies\` ADD \`entries_id\` text DEFAULT '' NOT NULL;
ALTER TABLE \`applies\` ADD \`parts\` integer DEFAULT 0 NOT NULL;
UPDATE \`applies\` SET \`entries_id\` = \`id\`, \`parts\` = (SELECT count(*) FROM \`apply_entries\` WHERE \`list_id\` = \`applies\`.\`id\`);

CREATE INDEX \`change_attributions_by_set\` ON \`change_attributions\` (\`session_id\`,\`apply_id\`,\`path\`,\`agent_id\`,\`run_id\`);
CREATE INDEX \`change_attributions_by_run\` ON \`change_attributions\` (\`run_id\`,\`path\`);
`;
