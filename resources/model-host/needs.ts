import type { ModelNeeds } from "../../shared/model-host-messages.ts";
import type { Insights } from "./engine.ts";

/** What the program takes beside the model and its window. */
const programBytes = 150_000_000;
/** Larger windows are for who asks for them: most models answer worse there, and memory for it is taken at once. */
const largestChosen = 32_768;
const smallestChosen = 4_096;

type Wanted = { contextSize: number | null; threads: number | null; cores: number; availableBytes: number };

/** The window and the threads that a model is loaded with, and the memory that this takes. */
export function needsOf(insights: Insights, { contextSize, threads, cores, availableBytes }: Wanted): ModelNeeds {
  const trained = insights.trainContextSize ?? null;
  const bytesFor = (size: number): number => programBytes + modelBytes(insights) + contextBytes(insights, size);
  const chosen = contextSize ?? chooseContext(trained, (size) => bytesFor(size) <= availableBytes);
  return {
    neededBytes: bytesFor(chosen),
    availableBytes,
    contextSize: chosen,
    // One core is left to the person, and to Hearth.
    threads: threads ?? Math.max(1, cores - 1),
    trainedContextSize: trained,
  };
}

/** The largest that fits, of those that a model can use; the smallest where none does. */
function chooseContext(trained: number | null, fits: (size: number) => boolean): number {
  const most = Math.min(trained ?? smallestChosen, largestChosen);
  const sizes = [most, 16_384, 8_192, smallestChosen].filter((size) => size <= most);
  return sizes.find(fits) ?? sizes.at(-1) ?? most;
}

/** All of it in one memory: a graphics processor that is used shares it with the rest of the machine. */
function modelBytes(insights: Insights): number {
  const { cpuRam, gpuVram } = insights.estimateModelResourceRequirements({ gpuLayers: 0 });
  return cpuRam + gpuVram;
}

function contextBytes(insights: Insights, contextSize: number): number {
  const { cpuRam, gpuVram } = insights.estimateContextResourceRequirements({ contextSize, modelGpuLayers: 0 });
  return cpuRam + gpuVram;
}
