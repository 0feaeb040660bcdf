import { isWithin, type EnclaveRule } from "../../lens/secrets/enclave-rule.js";
import { ruleText, shortHash } from "../../lens/secrets/enclave-words.js";
import { narrows, unsure, widens, type Finding } from "./finding.js";

/**
 * What changes for enclaves, in words. `gets` is what those get that the rules mean, such as `the key`. What widens
 * comes first; there is such a finding exactly if an enclave is meant that was not before.
 */
export function enclaveChanges(before: readonly EnclaveRule[], after: readonly EnclaveRule[], gets: string): Finding[] {
    const isIn = (rule: EnclaveRule, rules: readonly EnclaveRule[]) => rules.some((other) => isWithin(rule, other));
    const found = [
        ...after
            .filter((rule) => !isIn(rule, before))
            .flatMap((rule) => {
                const old = nearest(rule, before);
                return widening(rule, old, { gets, keepsOld: old !== undefined && isIn(old, after) });
            }),
        ...before.filter((rule) => !isIn(rule, after)).flatMap((rule) => narrowing(rule, nearest(rule, after), gets)),
    ];
    return [...new Map(found.map((finding) => [finding.text, finding])).values()];
}

/** The rule with the fewest differences, by which a sentence is shortest. */
function nearest(rule: EnclaveRule, rules: readonly EnclaveRule[]): EnclaveRule | undefined {
    const distance = (other: EnclaveRule): number =>
        (["signer", "product", "measurement", "minimumSvn", "debug"] as const).filter((key) => rule[key] !== other[key])
            .length + rule.others.filter((condition) => !other.others.includes(condition)).length;
    return [...rules].sort((a, b) => distance(a) - distance(b))[0];
}

/** What `rule` allows that `old` does not. */
function widening(
    rule: EnclaveRule,
    old: EnclaveRule | undefined,
    { gets, keepsOld }: { gets: string; keepsOld: boolean },
): Finding[] {
    const debug = rule.debug && old?.debug !== true ? [widens("debug enclaves are allowed: refuse this")] : [];
    if (old === undefined) return [...debug, widens(`enclaves that get ${gets}: ${ruleText(rule)}`)];
    if (old.signer !== undefined && rule.signer !== old.signer)
        return [
            ...debug,
            rule.signer === undefined
                ? widens(`the signer is no longer compared: ${ruleText(rule)}`)
                : widens(`another signer gets ${gets}: ${ruleText(rule)}`),
        ];
    if (old.product !== undefined && rule.product !== old.product)
        return [
            ...debug,
            rule.product === undefined
                ? widens(`the product is no longer compared: ${ruleText(rule)}`)
                : widens(`product ${rule.product} gets ${gets}, until now product ${old.product}`),
        ];
    return [
        ...debug,
        ...measured(rule, old, { gets, keepsOld }),
        ...(rule.minimumSvn < old.minimumSvn
            ? [widens(`${span(rule.minimumSvn, old.minimumSvn)} is enough from now on: older enclaves get ${gets}`)]
            : []),
        ...dropped(rule, old),
    ];
}

/** Of an update both measurements work for a while. */
function measured(
    rule: EnclaveRule,
    old: EnclaveRule,
    { gets, keepsOld }: { gets: string; keepsOld: boolean },
): Finding[] {
    if (old.measurement === undefined || rule.measurement === old.measurement) return [];
    if (rule.measurement === undefined) return [widens(`the measurement is no longer compared: ${ruleText(rule)}`)];
    const [now, before] = [shortHash(rule.measurement), shortHash(old.measurement)];
    return keepsOld
        ? [widens(`old and new measurement both work: ${before} and ${now}`)]
        : [widens(`measurement ${now} gets ${gets}`)];
}

/** Conditions of a policy that this package does not know by their meaning. */
function dropped(rule: EnclaveRule, old: EnclaveRule): Finding[] {
    const gone = old.others.filter((condition) => !rule.others.includes(condition));
    const added = rule.others.filter((condition) => !old.others.includes(condition));
    if (gone.length === 0) return [];
    return added.length === 0
        ? [widens(`this no longer has to hold: ${gone.join(" && ")}`)]
        : [unsure(`${gone.join(" && ")} becomes ${added.join(" && ")}`)];
}

/** What `old` allowed that `rule` does not. */
function narrowing(old: EnclaveRule, rule: EnclaveRule | undefined, gets: string): Finding[] {
    if (rule === undefined) return [narrows(`these no longer get ${gets}: ${ruleText(old)}`)];
    const debug = old.debug && !rule.debug ? [narrows("debug enclaves are refused from now on")] : [];
    if (rule.signer !== undefined && rule.signer !== old.signer)
        return [
            ...debug,
            old.signer === undefined
                ? narrows(`only these enclaves get ${gets}: ${ruleText(rule)}`)
                : narrows(`signer ${shortHash(old.signer)} no longer gets ${gets}`),
        ];
    if (rule.product !== undefined && rule.product !== old.product)
        return [
            ...debug,
            old.product === undefined
                ? narrows(`only product ${rule.product} gets ${gets}`)
                : narrows(`product ${old.product} no longer gets ${gets}`),
        ];
    const more = rule.others.filter((condition) => !old.others.includes(condition));
    return [
        ...debug,
        ...(rule.measurement === undefined || rule.measurement === old.measurement
            ? []
            : [
                  old.measurement === undefined
                      ? narrows(`only measurement ${shortHash(rule.measurement)} is enough`)
                      : narrows(`measurement ${shortHash(old.measurement)} is no longer enough`),
              ]),
        ...(rule.minimumSvn > old.minimumSvn
            ? [narrows(`${span(old.minimumSvn, rule.minimumSvn)} is no longer enough`)]
            : []),
        ...(more.length === 0 ? [] : [narrows(`more has to hold: ${more.join(" && ")}`)]),
    ];
}

/** `SVN 2`, or `SVN 2 to 4`: from one on, below another one. */
function span(from: number, below: number): string {
    return below - from === 1 ? `SVN ${from}` : `SVN ${from} to ${below - 1}`;
}
