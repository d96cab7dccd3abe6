/** For how long a decision is remembered. */
export type Lasting = "until-removed" | "hour" | "day" | "week";

export const lastings: readonly { value: Lasting; label: string }[] = [
  { value: "until-removed", label: "Until removed" },
  { value: "hour", label: "For an hour" },
  { value: "day", label: "For a day" },
  { value: "week", label: "For a week" },
];

export const minutesOf: Readonly<Record<Lasting, number | null>> = { "until-removed": null, hour: 60, day: 1440, week: 10_080 };
