export { epcHookExpressions, isServiceAccount } from "./epc-hook";
export { firstMinor, withoutInjection } from "./first-minor";
export { guardExpressions } from "./guard";
export { injectionExpressions } from "./injection";
export { startupTaintExpressions } from "./startup-taint";
