/** Resident memory of another process, looked at again and again. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 50;
const PAGE = 4_096;

export interface MemoryWatch {
  /** Bytes that it has grown by at most since the watch began. */
  grown(): number;
  stop(): void;
}

export function watchMemory(pid: number): MemoryWatch {
  const before = residentBytes(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, LOOK_MS);
  return { grown: () => peak - before, stop: () => clearInterval(timer) };
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE;
}
