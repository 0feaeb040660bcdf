import type { Check } from "../check.js";
import { n11 } from "./n11-stale.js";

/** All checks, causes before their effects: a check can blame only what is in front of it. */
export const checksInOrder: readonly Check[] = [n11];
