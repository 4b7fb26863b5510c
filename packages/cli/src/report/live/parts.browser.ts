import { expectedHash, hashOfParts } from './testing/parts.ts';

/** This browser computes the facts that Node does, bit for bit. */
export default function parts(): void {
  const hash = hashOfParts();
  if (hash !== expectedHash)
    throw new Error(`the facts computed here have the sha256 ${hash}, in Node ${expectedHash}`);
}
