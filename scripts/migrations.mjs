// The store's migrations, made by drizzle-kit from electron/store/schema.ts. Needs no network and no store.
//   node scripts/with-node.mjs scripts/migrations.mjs NAME     writes the next one, for what the schema has and the last one hasn't
//   node scripts/with-node.mjs scripts/migrations.mjs --check  ends with 1 where schema and migrations don't agree
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import Database from "better-sqlite3";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { schema } from "../electron/store/schema.ts";
import { migrations } from "../electron/store/migrations/migrations.ts";
import { root } from "./lib/run.mjs";
import { strict, structureOf } from "./lib/tables.mjs";

const folder = path.join(root, "electron/store/migrations");
/** The schema as the last migration left it, in drizzle-kit's words. */
const snapshotFile = path.join(folder, "snapshot.json");
const noId = "00000000-0000-0000-0000-000000000000";

const snapshot = async (tables) => ({ ...(await generateSQLiteDrizzleJson(tables, noId)), id: noId });

async function write(name) {
  const now = await snapshot(schema);
  const statements = await generateSQLiteMigration(JSON.parse(readFileSync(snapshotFile, "utf8")), now);
  if (statements.length === 0) return console.log("The migrations have all that the schema has.");
  const version = (migrations.at(-1)?.version ?? 0) + 1;
  const file = `${String(version).padStart(4, "0")}-${name}`;
  const text = strict(statements.join("\n")).replace(/[\\`]|\$\{/g, "\\$&");
  writeFileSync(
    path.join(folder, `${file}.ts`),
    `/** Generated from the schema. Read it before it ships; it is never edited afterwards. */\nexport const sql = \`\n${text}\n\`;\n`,
  );
  writeFileSync(path.join(folder, "migrations.ts"), listOf([...migrations, { version, name }]));
  writeFileSync(snapshotFile, `${JSON.stringify(now, null, 1)}\n`);
  console.log(`electron/store/migrations/${file}.ts`);
}

function listOf(steps) {
  const variable = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const imports = steps.map(
    ({ version, name }) => `import { sql as ${variable(name)} } from "./${String(version).padStart(4, "0")}-${name}.ts";`,
  );
  const rows = steps.map(({ version, name }) => `  { version: ${version}, name: "${name}", sql: ${variable(name)} },`);
  return `${imports.join("\n")}

/** In order; the schema's version is the number of the last one applied. */
export const migrations: readonly { version: number; name: string; sql: string }[] = [
${rows.join("\n")}
];
`;
}

async function check() {
  const now = await snapshot(schema);
  if (!isDeepStrictEqual(JSON.parse(readFileSync(snapshotFile, "utf8")), JSON.parse(JSON.stringify(now))))
    return "The schema has what no migration brings: node scripts/with-node.mjs scripts/migrations.mjs NAME";
  const [migrated, described] = [new Database(":memory:"), new Database(":memory:")];
  for (const step of migrations) migrated.exec(step.sql);
  described.exec(strict((await generateSQLiteMigration(await snapshot({}), now)).join("\n")));
  const [has, says] = [structureOf(migrated), structureOf(described)];
  const different = [...new Set([...Object.keys(has), ...Object.keys(says)])].filter(
    (table) => !isDeepStrictEqual(has[table], says[table]),
  );
  if (different.length === 0) return null;
  const table = different[0];
  return `Migrated and described differ in ${different.join(", ")}:\n${JSON.stringify({ migrated: has[table], described: says[table] }, null, 2)}`;
}

const [argument] = process.argv.slice(2);
if (argument === "--check") {
  const problem = await check();
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}
if (!/^[a-z][a-z0-9-]*$/.test(argument ?? "")) {
  console.error("A name, please, in lower case: what the migration does.");
  process.exit(2);
}
await write(argument);
