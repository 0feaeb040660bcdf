import { expect, test } from "vitest";
import { healthy, resultOf } from "../support/cluster";

const withImage = (image: string) =>
    healthy(2, ({ pods, daemonSets }) => {
        const specs = [
            ...pods.filter(({ metadata }) => metadata.namespace === "sgx-quote-helper"),
            ...daemonSets
                .filter(({ metadata }) => metadata.name === "sgx-quote-helper")
                .map(({ spec }) => spec.template),
        ];
        for (const one of specs)
            one.spec = { ...one.spec, containers: one.spec.containers.map((container) => ({ ...container, image })) };
    });

test.each([
    ["example.azurecr.io/sgx/aesm:2.16.100.4", "psw-too-old"],
    ["example.azurecr.io/sgx/aesm:2.18.100.3-jammy1", "psw-too-old"],
    ["docker.io/intel/sgx-aesmd:v2.23", "psw-crashes"],
    ["example.azurecr.io:443/sgx/aesm:2.30.100.0", "psw-refuses-clients"],
    ["example.azurecr.io/sgx/aesm:2.30", "psw-refuses-clients"],
])("the image %s has a version that is known to be bad", (image, reason) => {
    const { findings } = resultOf(withImage(image), "CA-Q21");
    expect(findings).toMatchObject([
        {
            reason,
            severity: "warning",
            where: [{ kind: "DaemonSet", namespace: "sgx-quote-helper", name: "sgx-quote-helper" }],
        },
    ]);
});

test.each([
    "example.azurecr.io/sgx/aesm:2.29.100.1",
    "example.azurecr.io/sgx/aesm:2.30.101.1",
    "example.azurecr.io/sgx/aesm:2.18.101.1",
])("the image %s is fine", (image) => {
    expect(resultOf(withImage(image), "CA-Q21").result).toBe("ok");
});

test.each([
    "example.azurecr.io/sgx/aesm:8f3a2c",
    "example.azurecr.io/sgx/aesm@sha256:2.23",
    "example.azurecr.io/sgx/aesm",
    "mcr.microsoft.com/aks/acc/sgx-attestation:2.23.0",
])("the image %s says nothing of its version, so the check is skipped", (image) => {
    const needs = `a version of PSW in the tag of ${image}`;
    expect(resultOf(withImage(image), "CA-Q21")).toMatchObject({ result: "skipped", needs });
});

test("a container beside AESM has a version of its own", () => {
    const snapshot = healthy(2, ({ daemonSets }) => {
        const { template } = daemonSets.find(({ metadata }) => metadata.name === "sgx-quote-helper")!.spec;
        const exporter = { name: "metrics", image: "example.org/aesm-exporter:2.4.1" };
        template.spec = { ...template.spec, containers: [...template.spec.containers, exporter] };
    });
    expect(resultOf(snapshot, "CA-Q21").result).toBe("ok");
});
