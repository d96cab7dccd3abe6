/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
ALTER TABLE \`chats\` ADD \`forked_at\` text;
`;
