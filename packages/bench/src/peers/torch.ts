import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Result } from '../benchmark.ts';

const script = fileURLToPath(new URL('./torch_peer.py', import.meta.url));

/** The same work in PyTorch, when a python3 that has it is installed; nothing otherwise. */
export async function* torch(name: string): AsyncGenerator<Result> {
  const python = await findPython();
  if (python === null) return;
  const { stdout } = await promisify(execFile)(python, [script, name]);
  for (const line of stdout.split('\n')) if (line !== '') yield JSON.parse(line) as Result; // the script prints results
}

let found: string | null | undefined;

/** Debian keeps its own python beside one of a version manager. */
export async function findPython(): Promise<string | null> {
  if (found !== undefined) return found;
  found = null;
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      await promisify(execFile)(python, ['-c', 'import torch']);
      found = python;
      break;
    } catch {
      // not installed, or without torch
    }
  }
  return found;
}
