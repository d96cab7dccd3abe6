/** Generated from the schema. Read it before it ships; it is never edited afterwards. */
export const sql = `
ALTER TABLE \`runs\` ADD \`pause\` text;
ALTER TABLE \`runs\` ADD \`limits\` text;
`;
