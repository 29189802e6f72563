export { type GitHookRequest, gitHook } from './git.ts';
export { GIT_HOOKS, type GitHook, REFUSED } from './gitText.ts';
export { type InstalledFile, type InstallRequest, installHook, uninstallHook } from './install.ts';
export { type HookSession, readSession, startSession } from './session.ts';
export { REFUSALS, type StopOutcome, type StopRequest, stop } from './stop.ts';
export { AGENTS, type Agent } from './types.ts';
export { editWords } from './words.ts';
