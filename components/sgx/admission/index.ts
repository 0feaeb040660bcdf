export { epcHookExpressions, isServiceAccount } from "./epc-hook";
export { guardExpressions, sizeRule } from "./guard";
export { injectionExpressions } from "./injection";
export { guardRules } from "./rules";
export { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
