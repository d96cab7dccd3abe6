/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
ALTER TABLE \`sessions\` ADD \`tags\` text;
`;
