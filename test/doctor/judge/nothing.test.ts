import { expect, test } from "vitest";
import { judge } from "../../../doctor/judge/judge";
import { event, healthy } from "../support/cluster";

test("a cluster with nothing of SGX but its nodes: no check says that something is well which is not there", () => {
    const bare = healthy(1, (objects) => {
        objects.pods = [];
        objects.daemonSets = [];
    });
    const ok = judge(bare)
        .categories.flatMap(({ checks }) => checks)
        .filter(({ result }) => result === "ok")
        .map(({ code }) => code);
    expect(ok).toEqual(["CA-C06", "CA-N08", "CA-N09", "CA-N10", "CA-N11", "CA-N12", "CA-P13", "CA-P15", "CA-P16"]);
});

test("of a quote helper that is not of this package, AESM's answers are known only by --exec", () => {
    const foreign = healthy(1, ({ pods, events }) => {
        for (const pod of pods) {
            const labels = { app: "sgx-quote-helper" };
            if (pod.metadata.namespace === "sgx-quote-helper") pod.metadata = { ...pod.metadata, labels };
        }
        events.push(event("Pod", { name: "other", namespace: "default" }, "Unhealthy", "no"));
    });
    const answer = (snapshot: typeof foreign) =>
        judge(snapshot)
            .categories.flatMap(({ checks }) => checks)
            .find(({ code }) => code === "CA-Q18");
    expect(answer(foreign)).toMatchObject({ result: "skipped", needs: expect.stringContaining("--exec") as string });
    expect(answer({ ...foreign, aesm: [] })?.result).toBe("ok");
});
