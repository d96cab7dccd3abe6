/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
ALTER TABLE \`queue\` ADD \`idempotency_key\` text;
CREATE UNIQUE INDEX \`queue_by_key\` ON \`queue\` (\`chat_id\`,\`idempotency_key\`);
`;
