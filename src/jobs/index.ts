/** Door of `jobs/`: what the package exports and every face calls. */
export {};
