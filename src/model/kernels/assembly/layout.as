// What the threads and `program.ts` agree on: where things lie in the shared memory. Offsets in bytes.

// The control block.
export const PASS: usize = 1024; // u32, counts passes; workers wait on it
export const SLEEPERS: usize = 1028; // u32, workers that are to be woken
export const STOP: usize = 1032; // u32, not zero: workers return
export const FIRST: usize = 1088; // u32, first step of the pass
export const LAST: usize = 1092; // u32, step after its last
// Rows of the pass: all its tokens; those whose last layer is wanted; those of them whose logits are.
export const ROWS: usize = 1096; // u32
export const PICKED: usize = 1100; // u32
export const HEADED: usize = 1104; // u32
export const HEAD_FIRST: usize = 1108; // u32, the first of these among the picked
export const STEPS: usize = 1112; // pointer to the steps, STEP_BYTES each
export const SYNCS: usize = 1116; // pointer to what the threads share about each step, SYNC_BYTES each
export const BATCH: usize = 1120; // pointer to the rows: token, position, pointer to the sequence's page pointers
export const PICKS: usize = 1124; // pointer to the numbers of the picked rows, ascending
export const SCRATCH: usize = 1128; // pointer to a row of floats for each thread
export const SCRATCH_BYTES: usize = 1132; // its size

/** Which rows a step works on. */
export const ALL_ROWS: u32 = 0;
export const PICKED_ROWS: u32 = 1;
export const HEAD_ROWS: u32 = 2;

export const STEP_BYTES: u32 = 64;
export const SYNC_BYTES: u32 = 64;
export const BATCH_BYTES: u32 = 12;

/** Positions of one page of the cache. Keys lie [key head][element][position], values [key head][position][element]. */
export const PAGE: u32 = 32;

/** Elements that share a scale. */
export const BLOCK: usize = 32;
/** Rows of a matrix that lie together, and rows of activations that do. */
export const GROUP: usize = 8;
export const TILE: u32 = 4;

// How a matrix, and the activations it is multiplied with, lie.
/** int8 weights in pairs along the row, activations int16 in pairs: exact everywhere, by i32x4.dot_i16x8_s. */
export const PAIRS: u32 = 0;
/** int8 weights in fours, activations int8 in fours, by the relaxed dot product of a machine that takes both as signed. */
export const SIGNED: u32 = 1;
/** The same for a machine that takes the second operand as unsigned: weights carry 128 too much. */
export const UNSIGNED: u32 = 2;
/** float32 both. */
export const FLOATS: u32 = 3;
/** float16 weights; activations float32, times HALF_SCALE. */
export const HALVES: u32 = 4;
/** 2^56. A half's bits, moved to where those of a float32 belong, are the number times 2^-112. */
export const HALF_SCALE: f32 = 72057594037927936;

// Bytes of a block: weights of a group (8 scales, 8 × 32 int8), activations of a tile (4 scales, then values).
export const WEIGHT_BLOCK: usize = 32 + 256;
export const PAIRS_BLOCK: usize = 16 + 256;
/** 4 scales, 4 starting sums, 4 × 32 int8. */
export const FOURS_BLOCK: usize = 32 + 128;

// A step is STEP_BYTES / 4 words: the operation, then what it works on; see `forward.as` and `program.ts`.
export const EMBED: u32 = 0;
export const NORM: u32 = 1;
export const MATRIX: u32 = 2;
export const TURN: u32 = 3;
export const ATTEND: u32 = 4;
export const ACTIVATE: u32 = 5;
export const GATHER: u32 = 6;
