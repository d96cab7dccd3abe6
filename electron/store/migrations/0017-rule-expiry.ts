/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
ALTER TABLE \`permission_requests\` ADD \`asker\` text;
ALTER TABLE \`permission_rules\` ADD \`expires_at\` integer;
ALTER TABLE \`questions\` ADD \`asker\` text;
`;
