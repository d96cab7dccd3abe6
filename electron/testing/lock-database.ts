// A process that holds a database as a backup or another program does: prints "locked", lets go when its input ends.
import Database from "better-sqlite3";

const database = new Database(process.argv[2] ?? "");
database.exec("BEGIN IMMEDIATE");
process.stdout.write("locked\n");
process.stdin.resume().on("end", () => {
  database.exec("ROLLBACK");
  database.close();
});
