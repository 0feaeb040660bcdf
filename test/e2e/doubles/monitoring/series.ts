/** A series: its labels, and its value. */
export interface Sample {
    labels: Readonly<Record<string, string>>;
    value: number;
}

const escaped = (text: string) => text.replace(/[\\"\n]/g, (sign) => (sign === "\n" ? "\\n" : `\\${sign}`));

/** Gauges in Prometheus's text format. */
export function gauges(families: Readonly<Record<string, readonly Sample[]>>): string {
    return Object.entries(families)
        .flatMap(([name, samples]) => [`# HELP ${name} .`, `# TYPE ${name} gauge`, ...samples.map(lineOf(name))])
        .map((line) => `${line}\n`)
        .join("");
}

const lineOf =
    (name: string) =>
    ({ labels, value }: Sample): string => {
        const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
        return `${name}{${pairs.join(",")}} ${value}`;
    };

/** A name as kube-state-metrics and Prometheus write it in labels. */
export const sanitized = (name: string) => name.replace(/[^a-zA-Z0-9_]/g, "_");
