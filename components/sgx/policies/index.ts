export { guardExpressions, guardRules, sizeRule } from "./guard";
export { injectionExpressions } from "./injection";
export { RuleSubject, type GuardOptions, type GuardRule } from "./rule";
