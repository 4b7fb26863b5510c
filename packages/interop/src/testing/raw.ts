/** The bytes of a .safetensors file with any header and any data: also one that is wrong. */
export function rawSafetensors(header: string, data: ArrayLike<number> = [], length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The bytes of a .npy file with any dictionary and any data: also one that is wrong. */
export function rawNpy(dictionary: string, data: ArrayLike<number> = [], version = 1): Uint8Array {
  const from = version === 1 ? 10 : 12;
  const text = new TextEncoder().encode(`${dictionary}\n`);
  const bytes = new Uint8Array(from + text.length + data.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8]);
  bytes.set(text, from);
  bytes.set(data, from + text.length);
  return bytes;
}
