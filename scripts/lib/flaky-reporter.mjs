/** Lists the tests that passed only at their second try: each is a fault, of the test or of what it tests. */
export default class FlakyReporter {
  onTestRunEnd(modules) {
    const flaky = [...modules].flatMap((module) => [...module.children.allTests()].filter((test) => test.diagnostic()?.flaky));
    if (flaky.length === 0) return;
    console.log("Passed only at the second try; mend them:");
    for (const test of flaky) console.log(`! ${test.module.relativeModuleId}: ${test.fullName}`);
  }
}
