import type { Check } from "../check.js";
import { a01 } from "./a01-sku.js";
import { a02 } from "./a02-quota.js";
import { a03 } from "./a03-pools.js";
import { a04 } from "./a04-addon.js";
import { a05 } from "./a05-egress.js";
import { access } from "./c06-access.js";
import { c07 } from "./c07-policies.js";
import { n08 } from "./n08-nodes.js";
import { n09 } from "./n09-taints.js";
import { n10 } from "./n10-missing.js";
import { n11 } from "./n11-stale.js";
import { n12 } from "./n12-epc-size.js";
import { p13 } from "./p13-plugin.js";
import { p14 } from "./p14-hook.js";
import { p15 } from "./p15-twice.js";
import { p16 } from "./p16-device-health.js";
import { e25 } from "./e25-proof.js";
import { q17 } from "./q17-helper.js";
import { q18 } from "./q18-answer.js";
import { q19 } from "./q19-log.js";
import { q20 } from "./q20-socket.js";
import { q21 } from "./q21-versions.js";
import { w22 } from "./w22-shape.js";
import { w23 } from "./w23-pending.js";
import { w24 } from "./w24-stuck.js";

const behindAccess: readonly Check[] = [
    ...[a04, a01, a02, a03],
    ...[n08, p15, n09, p14, p13, n11, n10, n12, p16, c07],
    ...[a05, q20, q17, q21, q18, q19],
    ...[w22, w23, w24, e25],
];

/** All checks, causes before their effects: a check can blame only what is in front of it. */
export const checksInOrder: readonly Check[] = [access(behindAccess), ...behindAccess];
