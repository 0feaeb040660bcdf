import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Api } from "../support/api";
import type { ControlPlane } from "../support/control-plane";
import { podSecurityFolder } from "../tools/toolchain.mjs";
import { startCovered } from "./covered";
import { namespace, type Pod } from "./pods";

/*
 * The guard against the fixtures with which Kubernetes tests its own Pod Security admission, on a real API server:
 * every pod that level "baseline" refuses is refused, and every one that it passes passes, in any version of the level.
 * Exceptions are named here, one by one; one that is no longer needed fails.
 */
type Verdict = "pass" | "fail";

/** Who decides: the guard, or Kubernetes, whose validation no such pod passes. */
type Outcome = "admitted" | "refused by the guard" | "refused by Kubernetes";

const usual: Record<Verdict, Outcome> = { pass: "admitted", fail: "refused by the guard" };

interface Exception {
    outcome: Outcome;
    because: string;
}

const byKubernetes: Exception = {
    outcome: "refused by Kubernetes",
    because: "an unmasked /proc needs a user namespace (hostUsers: false), and this pod has none",
};

const exceptions: Record<Verdict, Record<string, Exception>> = {
    fail: {
        "procmount0 (fail, v1.35)": byKubernetes,
        "procmount1 (fail, v1.35)": byKubernetes,
    },
    pass: {
        "procmount1 (pass, v1.35)": {
            outcome: "refused by the guard",
            because: "the guard allows an unmasked /proc in no pod, also not in one with a user namespace",
        },
    },
};

interface Fixture {
    title: string;
    pod: Pod;
    verdict: Verdict;
}

/** Every different pod once, with the verdict of the newest version of the level that has it. */
function fixtures(): Fixture[] {
    const level = join(podSecurityFolder(), "baseline");
    const minor = (version: string) => Number(version.split(".")[1]);
    const found = new Map<string, Fixture>();
    for (const version of readdirSync(level).sort((a, b) => minor(a) - minor(b))) {
        for (const verdict of ["pass", "fail"] as const) {
            for (const file of readdirSync(join(level, version, verdict))) {
                const pod = parse(readFileSync(join(level, version, verdict, file), "utf8")) as Pod;
                const { metadata, spec } = pod;
                const { name, ...rest } = metadata as { name: string };
                const title = `${name} (${verdict}, ${version})`;
                found.set(JSON.stringify([rest, spec]), { title, pod, verdict });
            }
        }
    }
    for (const { pod } of found.values()) {
        // Some of their names Kubernetes does not take.
        pod.metadata.name = "fixture";
        pod.metadata.namespace = namespace;
    }
    return [...found.values()];
}

const all = fixtures();
let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
    ({ plane, api } = await startCovered());
});
afterAll(() => plane.stop());

describe.each(["fail", "pass"] as const)("of pods that %s", (verdict) => {
    const those = all.filter((fixture) => fixture.verdict === verdict);

    test.each(those)("$title", async ({ title, pod }) => {
        const { status, body } = await api.create(pod, { dryRun: "All" });
        const expected = exceptions[verdict][title]?.outcome ?? usual[verdict];
        expect(outcomeOf(status, body.message), body.message).toBe(expected);
    });

    test("each exception is one of them", () => {
        expect(those.length).toBeGreaterThan(15);
        const titles = those.map(({ title }) => title);
        const named = Object.entries(exceptions[verdict]);
        expect(named.filter(([title]) => !titles.includes(title))).toEqual([]);
        expect(named.filter(([, { outcome }]) => outcome === usual[verdict])).toEqual([]);
    });
});

function outcomeOf(status: number, message = ""): Outcome {
    if (status === 201) return "admitted";
    return / denied request: .* \([a-z-]+\)$/.test(message) ? "refused by the guard" : "refused by Kubernetes";
}
