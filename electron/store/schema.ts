import * as programs from "./tables/programs.ts";
import * as review from "./tables/review.ts";
import * as work from "./tables/work.ts";

/**
 * The one description of the tables: statements, the types of rows and migrations come from it.
 * `node scripts/with-node.mjs scripts/migrations.mjs NAME` writes the next migration. Times are Unix milliseconds.
 */
export const schema = { ...work, ...review, ...programs };
