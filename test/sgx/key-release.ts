/** What pods need to ask for a key, as the tests give it. */
export const keyRelease = {
    serviceAccountName: "payroll",
    attestationUrl: "https://payroll.weu.attest.azure.net",
    keyVaultUrl: "https://payroll.vault.azure.net/",
    keyName: "payroll",
};

/** The variables that it becomes. */
export const keyVariables = [
    { name: "ATTESTATION_URL", value: keyRelease.attestationUrl },
    { name: "KEY_VAULT_URL", value: keyRelease.keyVaultUrl },
    { name: "KEY_NAME", value: keyRelease.keyName },
];
