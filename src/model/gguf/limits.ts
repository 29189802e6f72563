/** What a file of weights may ask for. Beyond it lies either an attack or a model that this machine is not for. */
export const FILE_LIMITS = {
  /** Whole file, bytes. The kernels' memory has no more addresses than this. */
  fileBytes: 4 * 1024 * 1024 * 1024,
  /** Entries of metadata. */
  entries: 65_536,
  /** One string, bytes. */
  stringBytes: 1024 * 1024,
  /** Elements of all arrays of the metadata. */
  arrayElements: 4_000_000,
  /** Tensors of one file. */
  tensors: 65_536,
  /** Dimensions of one tensor. */
  dimensions: 4,
  /** JSON header of a safetensors file, bytes. */
  headerBytes: 32 * 1024 * 1024,
} as const;
