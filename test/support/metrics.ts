/** Series in Prometheus's text format, by name and labels as written. */
export function seriesOf(text: string): Record<string, number> {
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return Object.fromEntries(
        lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
    );
}

/** Names of series without HELP or TYPE before them: Prometheus's own check refuses them. */
export function undescribed(text: string): string[] {
    const names = Object.keys(seriesOf(text)).map((series) => series.replace(/\{.*/, ""));
    return names.filter((name) => !text.includes(`# HELP ${name} `) || !text.includes(`# TYPE ${name} `));
}
