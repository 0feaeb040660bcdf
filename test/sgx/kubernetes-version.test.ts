import { describe, expect, test } from "vitest";
import { checkKubernetesVersion, parseKubernetesVersion } from "../../components/sgx/kubernetes-version";

describe("a Kubernetes version", () => {
    test.each([
        ["1.36", { text: "1.36", minor: 36, patch: undefined }],
        ["1.36.2", { text: "1.36.2", minor: 36, patch: 2 }],
        ["1.30.0", { text: "1.30.0", minor: 30, patch: 0 }],
        ["1.99.10", { text: "1.99.10", minor: 99, patch: 10 }],
    ])("%s has its parts", (text, parts) => {
        expect(parseKubernetesVersion(text)).toEqual(parts);
        expect(checkKubernetesVersion("kubernetesVersion", text)).toEqual([]);
    });

    test.each([
        "1.3",
        "1.05",
        "v1.36",
        "2.10",
        "1.36.",
        "1.36.02",
        "1.36.2.1",
        " 1.36",
        "1.36\n",
        "",
        1.36,
        null,
        ["1.36"],
    ])("%j is none", (value) => {
        expect(parseKubernetesVersion(value)).toBeUndefined();
        expect(checkKubernetesVersion("kubernetesVersion", value)).toMatchObject([
            { path: "kubernetesVersion", value },
        ]);
    });

    test("that is left out is no problem, and has no parts", () => {
        expect(checkKubernetesVersion("kubernetesVersion", undefined)).toEqual([]);
        expect(parseKubernetesVersion(undefined)).toBeUndefined();
    });
});
