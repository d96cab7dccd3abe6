import type { ModelNeeds } from "../../shared/model-host-messages.ts";
import type { Insights } from "./engine.ts";

/** What the program takes beside the model and its window. */
const programBytes = 150_000_000;
/** Larger windows are for who asks for them: most models answer worse there, and memory for it is taken at once. */
const largestChosen = 32_768;
const smallestChosen = 4_096;
/** Of what is free, the share that a window chosen here takes: something is left to the person, and to what isn't estimated. */
const takenShare = 0.9;
/** Of all memory, the share that counts as free where the system tells only what nothing is in at all. */
const freeShareOnMac = 0.6;

/** What there is for a model. On macOS most of what can be had is in use for files, so what counts as free says little. */
export function availableBytesOf(machine: { platform: string; totalBytes: number; freeBytes: number }): number {
  const { platform, totalBytes, freeBytes } = machine;
  return platform === "darwin" ? Math.max(freeBytes, Math.floor(totalBytes * freeShareOnMac)) : freeBytes;
}

type Wanted = { contextSize: number | null; threads: number | null; cores: number; availableBytes: number };

/** The window and the threads that a model is loaded with, and the memory that this takes. */
export function needsOf(insights: Insights, { contextSize, threads, cores, availableBytes }: Wanted): ModelNeeds {
  const trained = insights.trainContextSize ?? null;
  const bytesFor = (size: number): number => programBytes + modelBytes(insights) + contextBytes(insights, size);
  const chosen = contextSize ?? chooseContext(trained, (size) => bytesFor(size) <= availableBytes * takenShare);
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
