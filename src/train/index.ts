/** Door of `train/`. */
export {};
