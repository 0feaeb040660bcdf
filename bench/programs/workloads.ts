import { Job } from "@pulumi/kubernetes/batch/v1";
import { AttestedJob, withAttestation } from "../../../components";
// Written beside this program by the bench: what one AttestedJob registers, and the same before attestation was added.
import * as bodies from "./bodies.json";

/*
 * As many workloads as WORKLOADS says, of the kind KIND. All register the same Job: raw, with everything written out;
 * by `withAttestation`; or by the `AttestedJob` component, which is a resource more.
 */
const kinds: Record<string, (name: string) => unknown> = {
    raw: (name) => new Job(name, structuredClone(bodies.raw)),
    attested: (name) => {
        const { metadata, spec } = structuredClone(bodies.plain);
        const template = withAttestation(spec.template, "outOfProcess", { containers: ["app"], epc: "64Mi" });
        return new Job(name, { metadata, spec: { ...spec, template } });
    },
    component: (name) => new AttestedJob(name, { image: "example.azurecr.io/enclaves/app:1.0.0", epc: "64Mi" }),
};

const make = kinds[process.env.KIND ?? ""];
if (make === undefined) throw new Error(`KIND is one of ${Object.keys(kinds).join(", ")}`);
for (let index = 0; index < Number(process.env.WORKLOADS); index += 1) make(`workload-${index}`);
