/** Written by hand: what was allowed or rejected by an agent's name for it counted for every agent, so it is asked about again. Never edited. */
export const sql = `
DELETE FROM \`permission_rules\` WHERE \`match_key\` LIKE '["claim",%';
`;
