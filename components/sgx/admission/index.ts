export { epcHookExpressions, isServiceAccount } from "./epc-hook";
export { guardExpressions } from "./guard";
export { injectionExpressions } from "./injection";
