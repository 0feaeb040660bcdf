import type { GuardRule } from "../../components/sgx/admission/rule.js";

/**
 * What a rule of the guard says, as a finding has it: what is wrong, then what to do. `subject` is the container or
 * volume that the rule is about, such as `container "app"`.
 */
export function ruleText({ says }: GuardRule, subject?: string): { seen: string; fix: string } {
    const at = says.indexOf("; ");
    const [wrong, fix] = at < 0 ? [says, ""] : [says.slice(0, at), says.slice(at + 2)];
    return { seen: subject === undefined ? wrong : `${subject} ${wrong}`, fix };
}
