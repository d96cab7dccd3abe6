/** What an agent says when its run is over stands beside the run. */
export const sql = "ALTER TABLE runs ADD COLUMN late_report TEXT;";
