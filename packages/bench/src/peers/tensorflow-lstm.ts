import { sourceArguments } from '../child.ts';
import { LineServer } from './line-server.ts';

/** TensorFlow.js in a process of its own, on its WebAssembly backend; null when it is not installed. */
export async function tensorflowPeer(): Promise<{ readonly who: string; readonly server: LineServer } | null> {
  const server = new LineServer(process.execPath, sourceArguments('./peers/tensorflow-server.ts'));
  const hello = await server.hello();
  if (hello === null) return null;
  return { who: `TensorFlow.js ${hello.version}, wasm`, server };
}
