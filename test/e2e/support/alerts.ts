import { expect } from "vitest";
import type { Alert, Prometheus } from "./prometheus";
import { waitFor } from "./wait";

/** Labels of alerts, by the name of the alert; an empty list: none of that name. */
type Expected = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

/** Waits for alerts, and keeps which there were. */
export class Alerts {
    readonly fired = new Set<string>();

    constructor(private readonly prometheus: Prometheus) {}

    /**
     * Waits until Alertmanager has these alerts and no others; one of a name in `also` may be there as well.
     * `meanwhile` is called again and again.
     */
    async fire(
        expected: Expected,
        { also = [], meanwhile }: { also?: readonly string[]; meanwhile?: () => void } = {},
    ): Promise<void> {
        const wanted = words(
            Object.entries(expected).flatMap(([name, all]) => all.map((labels) => ({ name, labels }))),
        );
        let now: Alert[] = [];
        const look = async () => {
            meanwhile?.();
            now = await this.prometheus.active();
            return same(words(now.filter(({ name }) => !also.includes(name) || name in expected)), wanted);
        };
        await this.waitFor(`alerts: ${wanted.join("; ")}`, look, () => now);
        // What is in braces in a rule has a value.
        expect(now.map(({ summary }) => summary).filter((text) => !/^[^{}<>]+$/.test(text))).toEqual([]);
        for (const { name } of now) this.fired.add(name);
    }

    /** Waits until Alertmanager has no alert, and no rule finds anything, which would be an alert later. */
    async end(): Promise<void> {
        let now: Alert[] = [];
        const look = async () => {
            now = [...(await this.prometheus.active()), ...(await this.prometheus.matching())];
            return now.length === 0;
        };
        await this.waitFor("all alerts to be resolved", look, () => now);
    }

    private async waitFor(what: string, look: () => Promise<boolean>, now: () => readonly Alert[]): Promise<void> {
        const explain = async () =>
            [`there are: ${words(now()).join("; ")}`, await this.prometheus.explain()].join("\n");
        await waitFor(what, look, { seconds: 240, every: 500, explain });
    }
}

const words = (alerts: readonly Pick<Alert, "name" | "labels">[]) =>
    alerts.map(({ name, labels }) => `${name} ${JSON.stringify(Object.entries(labels).sort())}`).sort();

const same = (some: readonly string[], others: readonly string[]) => JSON.stringify(some) === JSON.stringify(others);
