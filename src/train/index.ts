/** Door of `train/`. */
export { type CorpusManifest, type PackedPackage, type PackOptions, packCorpus } from './corpus.ts';
export { type InstructData, type InstructOptions, prepareInstruct } from './instruct/prepare.ts';
export { type CorpusList, type CorpusPackage, readCorpusList } from './list.ts';
export { type PersonaliseOptions, type PersonaliseReport, personalise } from './personalise/personalise.ts';
export { personaliseRepository, type RepositoryOptions, type RepositoryReport } from './personalise/repository.ts';
export { type ExportOptions, type ExportReport, exportModel } from './pretrain/export.ts';
export type { PretrainData } from './pretrain/format.ts';
export { type PrepareOptions, preparePretraining } from './pretrain/prepare.ts';
export { type TrainOptions, type TrainReport, trainPretrain } from './pretrain/trainer.ts';
export { type PriorOptions, type PriorReport, trainPrior } from './prior.ts';
export {
  type CorpusDocument,
  type CorpusKind,
  type CorpusShard,
  type CorpusSplit,
  readShard,
} from './shards.ts';
export { corpusTexts, readManifest, type TokenizerOptions, trainTokenizer } from './tokenizer.ts';
