/** Rules of Prometheus, as far as a test touches them. */
export interface RuleGroup {
    name: string;
    rules: readonly { alert: string; expr: string; for: string; labels: object; annotations: object }[];
}

/** A minute becomes a second: so much shorter are all durations in tests that wait for alerts. */
const divisor = 60;

/**
 * The same rules with every duration divided by 60: `for: 5m` is `5s`, and `[10m]` is `[10s]`. Nothing else changes:
 * neither numbers of seconds in comparisons nor labels.
 */
export function shortened({ name, rules }: RuleGroup): RuleGroup {
    return {
        name,
        rules: rules.map((rule) => ({
            ...rule,
            for: seconds(rule.for),
            expr: rule.expr.replace(/(?<=\[)\d+[a-z]+(?=\])/g, seconds),
        })),
    };
}

function seconds(duration: string): string {
    const [, minutes] = /^(\d+)m$/.exec(duration) ?? [];
    if (minutes === undefined) throw new Error(`${duration} is not in whole minutes`);
    return `${(Number(minutes) * 60) / divisor}s`;
}
