// A core's agents in the folder that is named, of which one is being installed until this process is killed.
import { openAgentKit } from "./agent-kit.ts";
import { managedAgent } from "./managed-agent.ts";

const [dir = "", integrity = ""] = process.argv.slice(2);
const kit = openAgentKit({ dir, builtIn: [managedAgent(integrity)] });
await kit.agents.managed.install("made");
