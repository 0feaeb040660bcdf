import { policyHash, policyIn, unsignedPolicy } from "../../components/sgx";
import { getPolicy, putPolicy } from "./attestation-service";
import { isUnknown, type OwnResource, type Properties } from "./resource";
import { isGone } from "./role-spread";
import { soon } from "./soon";

/** The policy of an attestation provider for one attestation type. */
interface SgxPolicy {
    attestationUrl: string;
    attestationType: string;
    /** Id of the attestation provider in ARM, which says whether a URL that is not known yet is still the same. */
    providerId: string;
    policy: string;
    /** The policy as a JWT, signed by one of the provider's certificates, in isolated mode. */
    signedPolicy?: string;
}

const typed = (properties: Properties) => properties as unknown as SgxPolicy;

const state = (inputs: SgxPolicy) => ({ ...inputs, policyHash: policyHash(inputs.policy) });

/**
 * Azure Attestation's policy. A PUT of the same policy changes nothing, so an update that was killed is repeated. A
 * deletion leaves the policy: the service's own, which would come in its place, lets every enclave have a token.
 */
export const sgxPolicy: OwnResource = {
    check: (inputs) => ({ inputs }),
    diff: (old, inputs) => {
        const [before, after] = [typed(old), typed(inputs)];
        const isSameProvider = before.providerId === after.providerId;
        const isMoved = isUnknown(after.attestationUrl)
            ? !isSameProvider
            : before.attestationUrl !== after.attestationUrl;
        const replaces = [
            ...(isMoved ? ["attestationUrl"] : []),
            ...(before.attestationType === after.attestationType ? [] : ["attestationType"]),
        ];
        const isSame = before.policy === after.policy && before.signedPolicy === after.signedPolicy;
        return { replaces, changes: replaces.length > 0 || !isSame };
    },
    create: async (inputs) => {
        const wanted = typed(inputs);
        await set(wanted);
        return { id: `${wanted.attestationUrl}/policies/${wanted.attestationType}`, outs: state(wanted) };
    },
    read: async (id, old) => {
        const [, attestationUrl = "", attestationType = ""] = /^(.*)\/policies\/([^/]+)$/.exec(id) ?? [];
        const { policyHash: _, ...known } = old as unknown as SgxPolicy & { policyHash?: string };
        try {
            const policy = await getPolicy(attestationUrl, attestationType, false);
            const { signedPolicy, ...unsigned } = known;
            // What was signed is another policy once the text is another.
            const isSigned = signedPolicy !== undefined && policyIn(signedPolicy) === policy;
            const signed = isSigned ? { signedPolicy } : {};
            const inputs = { ...unsigned, ...signed, attestationUrl, attestationType, policy };
            return { id, props: state(inputs), inputs };
        } catch (error) {
            if (isGone(error)) return { id: "", props: {} };
            throw error;
        }
    },
    update: async (_, __, inputs) => {
        await set(typed(inputs));
        return { outs: state(typed(inputs)) };
    },
    delete: () => Promise.resolve(),
};

async function set({ attestationUrl, attestationType, policy, signedPolicy }: SgxPolicy): Promise<void> {
    await putPolicy(attestationUrl, attestationType, signedPolicy ?? unsignedPolicy(policy));
    const isSet = async () => (await getPolicy(attestationUrl, attestationType, true)) === policy;
    if (await soon(isSet)) return;
    throw new Error(`${attestationUrl}: the policy of ${attestationType} was set, and the service has another one`);
}
