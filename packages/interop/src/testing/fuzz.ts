import { key, normal } from '@throughline/autograd';
import { eye, tensor, zeros } from '@throughline/tensor';
import { watchAllocations } from '../bytes/allocate.ts';
import { FileFormatError } from '../bytes/format-error.ts';
import { readNpy } from '../npy/read.ts';
import { writeNpy } from '../npy/write.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { mutate, randomBits } from './mutate.ts';
import { rawNpy, rawSafetensors } from './raw.ts';

/** A reader of one format, and files that it reads. */
export interface Subject {
  readonly name: string;
  readonly read: (bytes: Uint8Array) => unknown;
  readonly files: readonly Uint8Array[];
}

/** What became of mutated files. */
export interface FuzzResult {
  readonly files: number;
  /** Those that were read all the same: a changed number is a number. */
  readonly accepted: number;
  readonly refused: number;
  /** Errors that were not of our own class: must be 0. */
  readonly crashes: readonly string[];
  /** The longest that one file took, in milliseconds. */
  readonly slowest: number;
  /** The most that readers asked for, as a share of what they may. */
  readonly allocated: Shares;
  /** The most by which the process's array buffers grew, as a share of that and `slack`: measured from outside. */
  readonly grown: Shares;
}

/** Of the files whose numbers are as wide as ours they may ask for the file's size; of the others for so many times of it. */
export interface Shares {
  readonly asWide: number;
  readonly widened: number;
}

/** The most bytes that one byte of a file may become: uint8 is read as int32. */
const WIDEST = 4;
/** Small arrays lie on the heap, and V8 rounds up. */
const slack = 4096;

/** Files of every dtype, shape and order of bytes that the readers know. */
export function subjects(): Subject[] {
  const values = [
    eye(3),
    tensor([1, 2, 3], { dtype: 'int32' }),
    tensor([true, false]),
    zeros([0, 3]),
    tensor(7),
    normal(key(1), [4, 5], { dtype: 'float32' }),
  ];
  return [
    {
      name: 'safetensors',
      read: readSafetensors,
      files: [
        writeSafetensors({}),
        writeSafetensors(
          { lstm: { f: { W: eye(3), b: tensor([1, 2, 3]) } }, ids: values[1], on: values[2], none: values[3] },
          { metadata: { vocabulary: 'ab\n"ü', format: 'x' } },
        ),
        ...widths().flatMap(([dtype, bytes]) => [plain(dtype, bytes, 6), plain(dtype, bytes, 3000)]),
      ],
    },
    {
      name: 'npy',
      read: readNpy,
      files: [
        ...values.map(writeNpy),
        writeNpy(normal(key(2), [30, 100])),
        rawNpy("{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }", new Uint8Array(48), 1),
        rawNpy("{'descr': '<i8', 'fortran_order': False, 'shape': (5,), }", new Uint8Array(40), 2),
        rawNpy("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", new Uint8Array(1), 3),
        rawNpy("{'descr': '|u1', 'fortran_order': True, 'shape': (30, 100), }", new Uint8Array(3000), 1),
        rawNpy("{'descr': '<f2', 'fortran_order': True, 'shape': (2, 2, 2), }", new Uint8Array(16), 1),
      ],
    },
  ];
}

const widths = (): [string, number][] => [
  ['F16', 2],
  ['BF16', 2],
  ['I64', 8],
  ['U32', 4],
  ['I16', 2],
  ['U8', 1],
];

function plain(dtype: string, width: number, size: number): Uint8Array {
  const header = `{"a":{"dtype":"${dtype}","shape":[2,${size / 2}],"data_offsets":[0,${size * width}]}}`;
  return rawSafetensors(header, new Uint8Array(size * width));
}

/** Reads mutated files. Nothing is asserted here: the caller says what must be 0. */
export function fuzz({ read, files }: Subject, count: number, seed: number): FuzzResult {
  const below = randomBits(seed);
  const crashes: string[] = [];
  const [allocated, grown] = [
    { asWide: 0, widened: 0 },
    { asWide: 0, widened: 0 },
  ];
  let [accepted, refused, slowest] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [one, other] = [files[below(files.length)], files[below(files.length)]] as [Uint8Array, Uint8Array]; // below length
    const bytes = mutate(one, other, below);
    let [asked, factor] = [0, 1];
    watchAllocations((size, inFile) => {
      asked += size;
      // what a reader says of the file widens its bound no further than types do: a byte to an int32
      if (size > inFile) factor = Math.min(WIDEST, Math.max(factor, size / inFile));
    });
    const before = process.memoryUsage().arrayBuffers;
    const began = performance.now();
    try {
      read(bytes);
      accepted += 1;
    } catch (error) {
      if (error instanceof FileFormatError) refused += 1;
      else if (crashes.length < 20) crashes.push(`seed ${seed}, file ${i}: ${String(error)}`);
    }
    slowest = Math.max(slowest, performance.now() - began);
    const growth = process.memoryUsage().arrayBuffers - before;
    watchAllocations(null);
    const kind = factor === 1 ? 'asWide' : 'widened';
    const allowed = factor * bytes.length;
    allocated[kind] = Math.max(allocated[kind], asked / Math.max(1, allowed));
    grown[kind] = Math.max(grown[kind], growth / (allowed + slack));
  }
  return { files: count, accepted, refused, crashes, slowest, allocated, grown };
}
