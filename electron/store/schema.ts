import * as programs from "./tables/programs.ts";
import * as review from "./tables/review.ts";
import * as work from "./tables/work.ts";

/** The one description of the tables: statements and the types of rows come from it. Times are Unix milliseconds. */
export const schema = { ...work, ...review, ...programs };
