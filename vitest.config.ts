import { defineConfig } from "vitest/config";

const shared = { environment: "node", testTimeout: 40_000, hookTimeout: 60_000, restoreMocks: true } as const;

// Which files a project takes is told by their names: what needs real programs or real time is `.int.test.ts`,
// what drives the whole product stands in tests/.
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["{shared,electron,renderer,resources,scripts}/**/*.test.{ts,tsx,mjs}"],
          exclude: ["**/*.int.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          ...shared,
          name: "integration",
          include: ["{electron,resources,scripts}/**/*.int.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["tests/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // Each drives a browser and its own agents; two at once on two cores make both slow.
          fileParallelism: false,
          // A browser and real programs can't be held still: one of two thousand waits may end a frame too late. What passes
          // only then is listed at the end of the run.
          retry: 1,
        },
      },
    ],
  },
});
