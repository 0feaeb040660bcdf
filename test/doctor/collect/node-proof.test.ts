import { expect, test } from "vitest";
import { keepPod } from "../../../doctor/collect/keep/pod";

const ofSample = { "app.kubernetes.io/part-of": "confidential-aks", "app.kubernetes.io/component": "sample" };
const ofProof = { ...ofSample, "app.kubernetes.io/component": "node-proof" };

test("of the proof on a node its last verdict is kept likewise, its interval and what a run may take, and no more", () => {
    const message = '{"verdict":"failed","mode":"mixed","checks":[{"name":"image","ok":false,"detail":"planted"}]}';
    const command = ["perl", "/etc/confidential-aks/proof.pl", "run", "21600", "/planted/metrics", "planted-socket"];
    const app = { name: "app", command, args: ["planted-judge", "prove", "--deadline=180", "--run-id=planted"] };
    const proof = (labels: object, change: object = {}) =>
        keepPod({
            metadata: { name: "p", labels },
            spec: { containers: [{ name: "metrics" }, { ...app, ...change }] },
            status: {
                containerStatuses: [{ name: "app", lastState: { terminated: { exitCode: 1, message } } }],
            },
        }).pod;
    const kept = proof(ofProof);
    expect(kept.proof).toEqual({ intervalSeconds: 21600, runSeconds: 180 });
    expect(kept.status.containerStatuses?.[0]?.lastState?.terminated?.message).toBe(
        '{"verdict":"failed","mode":"mixed","checks":[{"name":"image","ok":false}]}',
    );
    expect(JSON.stringify(kept)).not.toContain("planted");
    // Of any other pod it is an argument, and of this one anything but seconds is.
    expect(proof(ofSample).proof).toBeUndefined();
    expect(proof({ app: "shop" }).proof).toBeUndefined();
    expect(proof(ofProof, { command: ["perl", "/proof.pl", "run", "hunter22"] }).proof).toBeUndefined();
    expect(proof(ofProof, { command: ["perl", "/proof.pl", "ready", "21600"] }).proof).toBeUndefined();
    expect(proof(ofProof, { args: ["--deadline=hunter22"] }).proof).toEqual({ intervalSeconds: 21600 });
});
